/** A client that believes only what it was told to the end, and writes it down. */
import http from 'node:http';

/** What a client was told about what it has to pay. */
export interface Told {
  readonly prompt: number;
  readonly completion: number;
  /** In micro-dollars. */
  readonly price: number;
}

export type Outcome =
  /** The reply came whole: a plain one with status 200, or a stream up to `[DONE]`. */
  | { readonly how: 'told'; readonly id: string; readonly told: Told }
  /** An error came whole, as a reply or as a stream's last event. */
  | { readonly how: 'refused'; readonly id: string; readonly code: string }
  /** The connection broke. */
  | { readonly how: 'broken' };

const MICRO = 1_000_000;
/** Longer than the gateway waits for anything in these tests. */
const PATIENCE_MS = 60_000;

export class Client {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  readonly #url: URL;
  readonly #key: string;

  constructor(apiUrl: string, key: string) {
    this.#url = new URL('/v1/chat/completions', apiUrl);
    this.#key = key;
  }

  /** Sends one request and waits for its end, whatever it is. */
  ask(body: object): Promise<Outcome> {
    return new Promise((resolve) => {
      const headers = { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' };
      const request = http.request(this.#url, {
        method: 'POST',
        agent: this.#agent,
        headers,
        timeout: PATIENCE_MS,
      });
      request.on('error', () => resolve({ how: 'broken' }));
      request.on('timeout', () => request.destroy());
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', () => resolve({ how: 'broken' }));
        response.on('close', () => {
          if (!response.complete) return resolve({ how: 'broken' });
          const id = String(response.headers['x-request-id']);
          resolve(outcomeOf(id, response.statusCode ?? 0, Buffer.concat(parts).toString('utf8')));
        });
      });
      request.end(JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Body {
  readonly usage?: { prompt_tokens: number; completion_tokens: number; estimated_cost: number } | null;
  readonly error?: { code: string };
}

function outcomeOf(id: string, status: number, text: string): Outcome {
  if (status !== 200) return { how: 'refused', id, code: (JSON.parse(text) as Body).error?.code ?? 'none' };
  if (!text.startsWith('data:') && !text.startsWith(':')) return told(id, JSON.parse(text) as Body);
  const events = text.split('\n').filter((line) => line.startsWith('data: '));
  const bodies = events
    .filter((line) => line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice(6)) as Body);
  const error = bodies.find((body) => body.error !== undefined)?.error;
  if (error !== undefined) return { how: 'refused', id, code: error.code };
  if (events.at(-1) !== 'data: [DONE]') throw new Error('A stream ended without error and without [DONE].');
  return told(id, bodies.findLast((body) => body.usage) ?? {});
}

function told(id: string, { usage }: Body): Outcome {
  if (!usage) throw new Error('A whole reply says nothing about usage.');
  const price = Math.round(usage.estimated_cost * MICRO);
  return {
    how: 'told',
    id,
    told: { prompt: usage.prompt_tokens, completion: usage.completion_tokens, price },
  };
}
