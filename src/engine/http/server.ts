/** The engine's HTTP server: routes requests to endpoints, tells clients that leave, and stops in good order. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError, engineFailed, shuttingDown } from '../api/api-error.ts';
import type { Body } from '../api/fields.ts';
import { chat } from '../endpoints/chat.ts';
import { completions } from '../endpoints/completions.ts';
import type { Exchange } from '../endpoints/context.ts';
import { embeddings } from '../endpoints/embeddings.ts';
import { health, models } from '../endpoints/inventory.ts';
import type { Embedder } from '../model/embedder.ts';
import type { Engine } from '../model/engine.ts';
import type { Report } from '../report.ts';
import { readBody } from './body.ts';
import { sendError } from './reply.ts';

type Read = (exchange: Exchange) => void;
type Compute = (body: Body, exchange: Exchange) => Promise<void>;

const READS: Readonly<Record<string, Read>> = { '/health': health, '/v1/models': models };
const COMPUTES: Readonly<Record<string, Compute>> = {
  '/v1/chat/completions': chat,
  '/v1/completions': completions,
  '/v1/embeddings': embeddings,
};

/** A body must have arrived after this long, in milliseconds. */
const BODY_MS_MAX = 60_000;
/** Gateways keep connections open for reuse this long, in milliseconds. */
const KEEP_ALIVE_MS = 600_000;

export class EngineServer {
  readonly server: Server;
  readonly #engine: Engine;
  readonly #embedder: Embedder | null;
  readonly #report: Report;
  readonly #abandon = new AbortController();
  #stopping = false;

  constructor(engine: Engine, embedder: Embedder | null, report: Report) {
    this.#engine = engine;
    this.#embedder = embedder;
    this.#report = report;
    this.server = createServer(
      { requestTimeout: BODY_MS_MAX, keepAliveTimeout: KEEP_ALIVE_MS },
      (request, response) => {
        void this.#serve(request, response);
      },
    );
  }

  /** Takes no more requests; lets running answers finish for `graceMs`, then ends them. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const timer = setTimeout(() => {
      this.#abandon.abort();
      this.server.closeAllConnections();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
      if (this.#stopping) setImmediate(() => this.server.closeIdleConnections());
    });
    const signal = AbortSignal.any([left.signal, this.#abandon.signal]);
    if (this.#stopping) response.setHeader('connection', 'close');
    try {
      if (this.#stopping) throw shuttingDown();
      const exchange = { engine: this.#engine, embedder: this.#embedder, response, signal };
      await route(request, exchange);
    } catch (error) {
      this.#fail(response, error, signal);
    }
  }

  #fail(response: ServerResponse, error: unknown, signal: AbortSignal): void {
    if (signal.aborted || response.headersSent) {
      response.destroy();
      return;
    }
    if (!(error instanceof ApiError)) this.#report('fault', {}, error);
    sendError(response, error instanceof ApiError ? error : engineFailed());
  }
}

async function route(request: IncomingMessage, exchange: Exchange): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0]!;
  const read = Object.hasOwn(READS, path) ? READS[path] : undefined;
  const compute = Object.hasOwn(COMPUTES, path) ? COMPUTES[path] : undefined;
  if (read === undefined && compute === undefined) {
    throw new ApiError(404, 'invalid_request_error', 'unknown_path', 'There is nothing at this path.');
  }
  const method = read === undefined ? 'POST' : 'GET';
  if (request.method !== method) {
    exchange.response.setHeader('allow', method);
    throw new ApiError(
      405,
      'invalid_request_error',
      'method_not_allowed',
      `This path answers ${method} only.`,
    );
  }
  if (read !== undefined) read(exchange);
  else await compute!(await readBody(request), exchange);
}
