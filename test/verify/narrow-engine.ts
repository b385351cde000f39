/** An engine with so many slots: beyond them it refuses as real ones do. It can be full, away, and back at the same port. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `seed` of a request that keeps its slot until `free`. */
export const SEED_STAYS = 1;
const MODEL = 'narrow';
const USAGE = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 };
const BUSY = { error: { message: 'no slot available', type: 'unavailable_error', code: 503 } };

export class NarrowEngine {
  slots = Number.POSITIVE_INFINITY;
  /** So many of the next requests are refused, whatever is free. */
  refusals = 0;
  /** Words of a check keep their slot too. */
  holdsChecks = false;
  /** Most requests with words of a check that were here at once. */
  checksAtOnce = 0;
  #checks = 0;
  readonly #held = new Set<ServerResponse>();
  #server: Server;
  #port = 0;

  private constructor() {
    this.#server = this.#make();
  }

  static async start(): Promise<NarrowEngine> {
    const engine = new NarrowEngine();
    await engine.back();
    return engine;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** How many requests keep a slot. */
  get held(): number {
    return this.#held.size;
  }

  free(): void {
    for (const response of this.#held) answer(response, false);
    this.#held.clear();
  }

  async away(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async back(): Promise<void> {
    this.#server = this.#make().listen(this.#port, '127.0.0.1', 2048);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #make(): Server {
    return createServer((request, response) => void this.#serve(request, response));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      const model = { id: MODEL, object: 'model', created: 1, owned_by: 'vllm', max_model_len: 8192 };
      return json(response, 200, { object: 'list', data: [model] });
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as { stream?: boolean; seed?: number };
    const isCheck = /[g-z]{24}/.test(JSON.stringify(body));
    if (this.refusals > 0 || this.#held.size >= this.slots) {
      this.refusals = Math.max(0, this.refusals - 1);
      return json(response, 503, BUSY);
    }
    if (body.seed === SEED_STAYS || (isCheck && this.holdsChecks)) {
      this.#held.add(response);
      response.on('close', () => this.#held.delete(response));
      return;
    }
    if (isCheck) this.checksAtOnce = Math.max(this.checksAtOnce, ++this.#checks);
    response.on('close', () => {
      if (isCheck) this.#checks -= 1;
    });
    answer(response, body.stream === true);
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function answer(response: ServerResponse, isStream: boolean): void {
  const of = { id: 'chatcmpl-1', created: 1, model: MODEL };
  if (!isStream) {
    const message = { role: 'assistant', content: 'word' };
    json(response, 200, {
      ...of,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: USAGE,
    });
    return;
  }
  const chunk = (choices: unknown[], more: object = {}) =>
    `data: ${JSON.stringify({ ...of, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk([{ index: 0, delta: { content: 'word' }, finish_reason: null }]));
  response.write(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]));
  response.write(chunk([], { usage: USAGE }));
  response.end('data: [DONE]\n\n');
}
