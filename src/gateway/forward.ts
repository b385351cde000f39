/**
 * Step 4: send the prompt to an engine and its answer to the client. What the engine gets is made by us from closed
 * lists; before its first byte has gone out another engine may take over, after that a failure ends the answer with an
 * error that clients raise, never with something that looks whole.
 */
import type { Endpoint } from '../link/words.ts';
import { mapEngineError } from './api/engine-errors.ts';
import { ApiError, errorBody, streamErrorEvent } from './api/errors.ts';
import { upstreamBody } from './api/parameters.ts';
import type { Break } from './engine-connection.ts';
import type { Exchange, Timed } from './exchange.ts';
import { forget } from './forget.ts';
import { record } from './meter.ts';
import { PlainReply } from './plain-reply.ts';
import { JSON_TYPE } from './reply.ts';
import type { Candidate } from './route.ts';
import { errorHeaders } from './send-error.ts';
import type { Services } from './services.ts';
import { StreamReply } from './stream-reply.ts';

const PATHS: Readonly<Record<Endpoint, string>> = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
};

/** Sends `exchange` to the first of `candidates` that takes it. Needs its reservation. */
export function forward(services: Services, exchange: Exchange, candidates: readonly Candidate[]): void {
  const forwarding = new Forwarding(services, exchange, candidates);
  exchange.reply = forwarding;
  exchange.client.whenLeft(() => forwarding.clientLeft());
  forwarding.start();
}

export class Forwarding implements Timed {
  readonly #services: Services;
  readonly #exchange: Exchange;
  readonly #candidates: readonly Candidate[];
  /** The candidate that is being tried. */
  #at = -1;
  #sentAt = 0;
  #triedStale = false;
  #reply: PlainReply | StreamReply | null = null;
  #lastError: ApiError | null = null;
  #engineEnded = true;

  constructor(services: Services, exchange: Exchange, candidates: readonly Candidate[]) {
    this.#services = services;
    this.#exchange = exchange;
    this.#candidates = candidates;
  }

  start(): void {
    this.#tryNext();
  }

  /** The exchange with the engine went well. */
  succeeded(): void {
    this.#exchange.engine?.succeeded();
    this.#endEngine();
  }

  /** The exchange with the engine broke. */
  failed(how: Break | 'timeout'): void {
    const { engine } = this.#exchange;
    this.#dropConnection();
    if (engine === null || this.#exchange.over) return;
    if (how === 'stale' && !this.#triedStale && !this.#begun()) {
      this.#endEngine();
      this.#triedStale = true;
      this.#send(true);
      return;
    }
    engine.failed();
    this.#endEngine();
    this.#services.metrics.add('kept_engine_failures_total', { engine: engine.settings.number, how });
    if (this.#begun()) {
      this.#breakOff(new ApiError(how === 'timeout' ? 'timeout' : 'engine_lost'), how === 'timeout');
      return;
    }
    if (how === 'timeout') this.refused(new ApiError('timeout'));
    else if (how === 'malformed') this.#tryNextAfter(new ApiError('engine_fault'));
    else this.#tryNextAfter(new ApiError('engine_unavailable', { retryAfter: 1 }));
  }

  /** The engine answered with an error. `text` is looked at for known patterns and passed on to nobody. */
  engineError(status: number, text: string, retryAfter: number): void {
    const { engine } = this.#exchange;
    if (engine === null || this.#exchange.over) return;
    let error = mapEngineError(engine.settings.dialect, status, text);
    if (!error.mapped) {
      this.#services.metrics.add('kept_engine_errors_unmapped_total', { engine: engine.settings.number });
      this.#services.log('warn', 'engine_error_unmapped', { engine: engine.settings.number, status });
    }
    if (error.code === 'engine_busy' && retryAfter >= 0) error = new ApiError('engine_busy', { retryAfter });
    if (error.status >= 500) engine.failed();
    else engine.succeeded();
    this.#endEngine();
    this.#dropConnection();
    if (this.#begun()) this.#breakOff(error, false);
    else if (error.status >= 500 || error.code === 'engine_busy') this.#tryNextAfter(error);
    else this.refused(error);
  }

  /** The answer ends here, with this error. */
  refused(error: ApiError): void {
    const exchange = this.#exchange;
    this.#endEngine();
    if (exchange.over) return;
    this.answered(error.status, error.code);
    const { client } = exchange;
    const streaming = this.#reply instanceof StreamReply && this.#reply.headSent;
    const headers = exchange.headers + errorHeaders(error);
    forget(this.#services, exchange);
    if (streaming) client.endStream(streamErrorEvent(error));
    else client.reply(error.status, JSON_TYPE, headers, errorBody(error));
  }

  /** Counts an answer and lets go of everything; the caller then writes the last bytes. */
  answered(status: number, code: string | null = null): void {
    const exchange = this.#exchange;
    const { metrics, log } = this.#services;
    const endpoint = exchange.request?.endpoint ?? 'chat';
    const ms = Date.now() - exchange.startedAt;
    metrics.answered(endpoint, status, ms);
    if (code !== null) metrics.add('kept_errors_total', { code });
    const fields = { request: exchange.id, account: exchange.key.state.account, key: exchange.key.state.id };
    log('debug', 'request', { ...fields, endpoint, model: exchange.model.number, status, ms });
    if (status === 200) forget(this.#services, exchange);
  }

  clientLeft(): void {
    const exchange = this.#exchange;
    if (exchange.over) return;
    const measured = this.#reply instanceof StreamReply ? this.#reply.passedOn() : null;
    if (measured !== null) {
      record(this.#services, exchange, { ...measured, ending: 'client_left' }, null);
    }
    this.#endEngine();
    forget(this.#services, exchange);
  }

  sweep(now: number): void {
    // What waits for its record only has its own time limit, and is charged or voided by it.
    if (this.#exchange.recorded) return;
    const { times } = this.#services.settings;
    if (now - this.#exchange.startedAt > times.wholeMs) this.failed('timeout');
    else if (this.#exchange.connection?.connected === false && now - this.#sentAt > times.connectMs) {
      this.#dropConnection();
      this.failed('unreachable');
    } else if (this.#reply instanceof StreamReply) {
      if (this.#reply.silentMs(now) > times.idleMs) this.failed('timeout');
      else this.#reply.keepAlive(now);
    }
  }

  #begun(): boolean {
    return this.#reply instanceof StreamReply && this.#reply.begun;
  }

  #tryNextAfter(error: ApiError): void {
    this.#lastError = error;
    this.#tryNext();
  }

  #tryNext(): void {
    this.#at++;
    this.#triedStale = false;
    if (this.#candidates[this.#at] === undefined) {
      this.refused(this.#lastError ?? new ApiError('engine_unavailable', { retryAfter: 1 }));
      return;
    }
    this.#send(false);
  }

  #send(fresh: boolean): void {
    const { engine, upstream } = this.#candidates[this.#at]!;
    const exchange = this.#exchange;
    const { request, reservation } = exchange;
    if (request === null || reservation === null) return;
    const { dialect } = engine.settings;
    const body = upstreamBody(request, dialect, upstream, {
      maxOutput: reservation.outputCap ?? undefined,
      continuousUsage: true,
      cacheSalt:
        engine.settings.prefixCache === 'per_account'
          ? this.#services.salts.of(exchange.key.state.account)
          : undefined,
    });
    exchange.engine = engine;
    const reply = request.stream
      ? StreamReply.continuing(this.#services, exchange, this, upstream, this.#reply)
      : new PlainReply(this.#services, exchange, this);
    this.#reply = reply;
    this.#sentAt = Date.now();
    this.#engineEnded = false;
    const bytes = engine.request(PATHS[request.endpoint], body);
    exchange.connection = fresh ? engine.sendFresh(bytes, reply) : engine.send(bytes, reply);
  }

  /** After the first byte: one error event, no `[DONE]`. What was passed on is recorded and not charged. */
  #breakOff(error: ApiError, timeout: boolean): void {
    const measured = this.#reply instanceof StreamReply ? this.#reply.passedOn() : null;
    if (measured !== null) {
      record(
        this.#services,
        this.#exchange,
        { ...measured, ending: timeout ? 'timeout' : 'engine_lost' },
        null,
      );
    }
    this.refused(error);
  }

  #endEngine(): void {
    if (this.#engineEnded) return;
    this.#engineEnded = true;
    this.#exchange.engine?.ended();
  }

  #dropConnection(): void {
    this.#exchange.connection?.abort();
    this.#exchange.connection = null;
  }
}
