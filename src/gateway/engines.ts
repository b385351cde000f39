/**
 * The engines as this gateway sees them: their open connections, whether they answer, and how busy they are. An engine
 * that fails three times in a row is left alone until a health check succeeds (a circuit breaker).
 */
import type { Log } from '../log/log.ts';
import { engineTarget, type Target } from './connect.ts';
import { EngineConnection, type ReplyReader } from './engine-connection.ts';
import type { ReplyHead } from './http/reply-head.ts';
import type { EngineSettings } from './settings.ts';

const FAILURES_TO_OPEN = 3;
const HEALTH_EVERY_MS = 2000;
const HEALTH_WAIT_MS = 5000;
const IDLE_CONNECTIONS_MAX = 256;

export class Engine {
  readonly settings: EngineSettings;
  /** The head lines that every request to this engine starts with, up to the path and after it. */
  readonly #headers: string;
  readonly #target: Target;
  readonly #basePath: string;
  readonly #log: Log;
  #idle: EngineConnection[] = [];
  /** Exchanges under way. */
  outstanding = 0;
  #failures = 0;
  #checking = false;
  /** Whether requests may go there. True until it has failed. */
  up = true;

  constructor(settings: EngineSettings, log: Log) {
    this.settings = settings;
    this.#log = log;
    this.#target = engineTarget(settings);
    const url = new URL(settings.url);
    this.#basePath = url.pathname.replace(/\/$/, '');
    const authorization = settings.key === null ? '' : `authorization: Bearer ${settings.key}\r\n`;
    this.#headers = `host: ${url.host}\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\n${authorization}`;
  }

  /** The whole request as one string: a closed list of headers, nothing of a client's (INFER-2). */
  request(path: string, body: string): string {
    const length = Buffer.byteLength(body);
    return `POST ${this.#basePath}${path} HTTP/1.1\r\n${this.#headers}content-length: ${length}\r\n\r\n${body}`;
  }

  /** Sends `request` over a free or new connection. */
  send(request: string, reader: ReplyReader): EngineConnection {
    this.outstanding++;
    const connection = this.#idle.pop() ?? this.#open();
    connection.send(request, reader);
    return connection;
  }

  /** Over a connection of its own, for a request that met one which the engine had just closed. */
  sendFresh(request: string, reader: ReplyReader): EngineConnection {
    this.outstanding++;
    const connection = this.#open();
    connection.send(request, reader);
    return connection;
  }

  /** An exchange ended, well or not. */
  ended(): void {
    this.outstanding--;
  }

  succeeded(): void {
    this.#failures = 0;
    if (!this.up) this.#setUp(true);
  }

  failed(): void {
    this.#failures++;
    if (this.up && this.#failures >= FAILURES_TO_OPEN) this.#setUp(false);
  }

  close(): void {
    for (const connection of this.#idle) connection.abort();
    this.#idle = [];
  }

  /** Asks whether the engine answers; opens the circuit again when it does. */
  check(): void {
    if (this.#checking) return;
    this.#checking = true;
    const connection = this.#open();
    const timer = setTimeout(() => done(false), HEALTH_WAIT_MS);
    const done = (well: boolean): void => {
      clearTimeout(timer);
      if (!this.#checking) return;
      this.#checking = false;
      connection.abort();
      if (well) this.succeeded();
      else this.failed();
    };
    const answered = (head: ReplyHead): void => done(head.status < 500);
    connection.send(`GET ${this.#basePath}/models HTTP/1.1\r\n${this.#headers}connection: close\r\n\r\n`, {
      head: answered,
      piece: () => {},
      read: () => true,
      end: () => {},
      broken: () => done(false),
    });
  }

  #open(): EngineConnection {
    return new EngineConnection(
      this.#target,
      (connection) => {
        if (this.#idle.length < IDLE_CONNECTIONS_MAX) this.#idle.push(connection);
        else connection.abort();
      },
      (connection) => {
        const at = this.#idle.indexOf(connection);
        if (at >= 0) this.#idle.splice(at, 1);
      },
    );
  }

  #setUp(up: boolean): void {
    this.up = up;
    if (!up) this.close();
    this.#log(up ? 'info' : 'warn', up ? 'circuit_closed' : 'circuit_open', { engine: this.settings.number });
  }
}

/** All declared engines, by number, with their health checks. */
export class Engines {
  readonly #byNumber: ReadonlyMap<number, Engine>;
  readonly #timer: NodeJS.Timeout;

  constructor(settings: readonly EngineSettings[], log: Log) {
    this.#byNumber = new Map(settings.map((one) => [one.number, new Engine(one, log)]));
    this.#timer = setInterval(() => {
      for (const engine of this.#byNumber.values()) engine.check();
    }, HEALTH_EVERY_MS);
  }

  get(number: number): Engine | undefined {
    return this.#byNumber.get(number);
  }

  all(): IterableIterator<Engine> {
    return this.#byNumber.values();
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const engine of this.#byNumber.values()) engine.close();
  }
}
