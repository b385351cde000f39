/** Small words from which behaviours are made: heads, JSON replies, chunks and events. */
import type { Heard, Stage } from '../lying-engine.ts';

export const head = (status: number, headers: Readonly<Record<string, string | number>>): string =>
  `HTTP/1.1 ${status} Said\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** A whole JSON reply with a right length. */
export const json = (stage: Stage, status: number, body: unknown): Promise<void> =>
  text(stage, status, 'application/json', JSON.stringify(body));

export const text = (stage: Stage, status: number, type: string, body: string): Promise<void> =>
  stage.write(head(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }) + body);

/** One chunk of a chunked body. */
export const chunk = (data: string): string => `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
export const LAST_CHUNK = '0\r\n\r\n';

export const event = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;
export const DONE = 'data: [DONE]\n\n';

export const STREAM_HEAD = head(200, {
  'content-type': 'text/event-stream; charset=utf-8',
  'transfer-encoding': 'chunked',
});

/** Everything that the request's body says in strings, which is what real engines quote in errors. */
export function quoted(heard: Heard): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(heard.json ?? heard.body);
  return found.join(' ').slice(0, QUOTE_CHARS_MAX);
}
const QUOTE_CHARS_MAX = 20_000;

export interface Usage {
  readonly prompt_tokens: unknown;
  readonly completion_tokens: unknown;
  readonly total_tokens: unknown;
}
export const usageOf = (prompt: number, completion: number): Usage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** Made-up token counts of a request that a test can compute as well: one token for each four bytes of the body. */
export const promptTokens = (heard: Heard): number => Math.ceil(heard.body.length / 4);
