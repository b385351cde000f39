/** Writes replies: JSON at once, or an event stream chunk by chunk. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { ApiError, engineFailed } from '../api/api-error.ts';

/** Bytes of a stream that may wait for a slow reader before the computing waits for it too. */
const STREAM_BYTES_WAITING_MAX = 256 * 1024;

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

export function sendError(response: ServerResponse, error: ApiError): void {
  if (error.retryAfter !== null) response.setHeader('retry-after', error.retryAfter);
  sendJson(response, error.status, error.body());
}

/** An event stream. Its head is written with the first event, so that an error before it has a status of its own. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Resolves at once unless the reader is far behind. */
  send(data: unknown): void | Promise<void> {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      });
    }
    const flowing = this.#response.write(`data: ${JSON.stringify(data)}\n\n`);
    if (flowing || this.#response.writableLength < STREAM_BYTES_WAITING_MAX) return;
    return this.#drained();
  }

  /** The end that says that all was said. */
  done(): void {
    this.#response.end('data: [DONE]\n\n');
  }

  /** The end after a failure: the error and no `[DONE]`. */
  fail(error: unknown): void {
    const told = error instanceof ApiError ? error : engineFailed();
    this.#response.end(`data: ${JSON.stringify(told.body())}\n\n`);
  }

  async #drained(): Promise<void> {
    if (this.#response.destroyed) return;
    const left = new AbortController();
    const options = { signal: left.signal };
    const settled = [once(this.#response, 'drain', options), once(this.#response, 'close', options)];
    try {
      await Promise.race(settled);
    } finally {
      left.abort();
      await Promise.allSettled(settled);
    }
  }
}
