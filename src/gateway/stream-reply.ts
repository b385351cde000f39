/**
 * A reply as an event stream: passes whole events on as they come, byte for byte, and holds back everything from the
 * chunk that carries usage on until the usage record is durable. Looks into an event only where something may stand
 * that is not ordinary content.
 */

import type { Tokens } from '../link/price.ts';
import { ApiError } from './api/errors.ts';
import type { Break, ReplyReader } from './engine-connection.ts';
import { EventSplitter } from './event-splitter.ts';
import type { Exchange } from './exchange.ts';
import type { Forwarding } from './forward.ts';
import type { ReplyHead } from './http/reply-head.ts';
import { record } from './meter.ts';
import { type Paced, resumeSoon } from './pace.ts';
import type { Services } from './services.ts';
import { StreamContent } from './stream-content.ts';
import { usageBody } from './usage.ts';

/** A client that hears nothing for so long is sent a comment. */
const KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE = ': keep-alive\n\n';
const ERROR_CHARS_MAX = 64 * 1024;
const DONE = 'data: [DONE]\n\n';

export class StreamReply implements ReplyReader, Paced {
  readonly #services: Services;
  readonly #exchange: Exchange;
  readonly #forwarding: Forwarding;
  readonly #splitter = new EventSplitter();
  readonly #content: StreamContent;
  #status = 0;
  #retryAfter = -1;
  #errorText = '';
  /** The client has our head (perhaps with comments only). */
  headSent = false;
  /** The client has something of the engine's. */
  begun = false;
  #paused = false;
  #done = false;
  #lastSentAt = Date.now();
  #lastHeardAt = Date.now();
  #lastReadAt = 0;

  private constructor(services: Services, exchange: Exchange, forwarding: Forwarding, upstream: string) {
    this.#services = services;
    this.#exchange = exchange;
    this.#forwarding = forwarding;
    const { request, model } = exchange;
    this.#content = new StreamContent(
      request?.endpoint ?? 'chat',
      upstream,
      model.name,
      request?.answers ?? 1,
    );
  }

  /** A reader for the next engine's reply, on a client connection that `before` may already have sent our head on. */
  static continuing(
    services: Services,
    exchange: Exchange,
    forwarding: Forwarding,
    upstream: string,
    before: unknown,
  ): StreamReply {
    const reply = new StreamReply(services, exchange, forwarding, upstream);
    if (before instanceof StreamReply) {
      reply.headSent = before.headSent;
      reply.#lastSentAt = before.#lastSentAt;
    }
    return reply;
  }

  head(head: ReplyHead): void {
    this.#status = head.status;
    this.#retryAfter = head.retryAfter;
    this.#exchange.firstByteAt = Date.now();
    const isStream = head.contentType.toLowerCase().startsWith('text/event-stream');
    if (head.contentEncoding !== '' || (head.status === 200 && !isStream))
      this.#forwarding.failed('malformed');
  }

  piece(buffer: Buffer, from: number, to: number): void {
    if (this.#done) return;
    if (this.#status === 200) this.#splitter.add(buffer, from, to);
    else if (this.#errorText.length < ERROR_CHARS_MAX) this.#errorText += buffer.toString('utf8', from, to);
  }

  read(): boolean {
    const now = Date.now();
    const burst = now === this.#lastReadAt;
    this.#lastReadAt = now;
    this.#lastHeardAt = now;
    if (this.#status !== 200 || this.#done) return true;
    const events = this.#splitter.takeWhole();
    if (events === null) {
      this.#forwarding.failed('malformed');
      return true;
    }
    if (events !== '') this.#take(events);
    if (this.#paused) return false;
    const { connection } = this.#exchange;
    if (!burst || this.#done || connection === null) return true;
    resumeSoon(this);
    return false;
  }

  /** Reads on, unless the client is the one that is slow. */
  resume(): void {
    if (!this.#paused) this.#exchange.connection?.resume();
  }

  end(): void {
    this.#exchange.connection = null;
    if (this.#done) return;
    if (this.#status !== 200) {
      const text = this.#errorText;
      this.#errorText = '';
      this.#forwarding.engineError(this.#status, text, this.#retryAfter);
    } else if (this.#content.finished) {
      this.#finish();
    } else {
      this.#forwarding.failed('lost');
    }
  }

  broken(how: Break): void {
    this.#exchange.connection = null;
    if (!this.#done) this.#forwarding.failed(how);
  }

  /** What the client has got, when the answer does not reach its end; null when nothing. */
  passedOn(): { tokens: Tokens; estimated: boolean } | null {
    return this.begun ? this.#content.measure() : null;
  }

  /** How long the engine has said nothing while we were listening. */
  silentMs(now: number): number {
    return this.#paused || this.#done ? 0 : now - this.#lastHeardAt;
  }

  keepAlive(now: number): void {
    if (this.#done || this.#paused || now - this.#lastSentAt < KEEP_ALIVE_MS) return;
    this.#send(KEEP_ALIVE);
  }

  #take(events: string): void {
    const { pass, state, errorText } = this.#content.take(events);
    if (pass !== '') {
      this.begun = true;
      this.#send(pass);
    }
    if (state === 'malformed') this.#forwarding.failed('malformed');
    else if (state === 'error') this.#forwarding.engineError(0, errorText, -1);
    else if (state === 'done') this.#finish();
  }

  #send(events: string): void {
    if (!this.headSent) {
      this.headSent = true;
      this.#exchange.client.startStream(this.#exchange.headers);
    }
    this.#lastSentAt = Date.now();
    const more = this.#exchange.client.write(events, () => {
      this.#paused = false;
      this.#lastHeardAt = Date.now();
      this.resume();
    });
    if (!more) this.#paused = true;
  }

  /** The engine has said everything: record it, then tell the client the end. */
  #finish(): void {
    this.#done = true;
    const exchange = this.#exchange;
    const includeUsage = exchange.request?.includeUsage === true;
    this.#forwarding.succeeded();
    const { tokens, estimated } = this.#content.measure();
    const ending = this.#content.endedAtLimit ? 'length' : 'complete';
    const price = record(this.#services, exchange, { tokens, estimated, ending }, (durable) => {
      if (!durable) {
        this.#forwarding.refused(new ApiError('usage_not_recorded'));
        return;
      }
      if (exchange.over) return;
      const usage = usageBody(this.#content.reported, tokens, price, estimated);
      const last = this.#content.held(includeUsage ? usage : null) + DONE;
      if (!this.headSent) exchange.client.startStream(exchange.headers);
      this.#forwarding.answered(200);
      exchange.client.endStream(last);
    });
  }
}
