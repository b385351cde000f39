/** Reads a streamed chat completion. */
import { type Reply, readJson } from './local-api.ts';

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly estimated_cost?: number;
}

export interface Answer {
  readonly usage: Usage | null;
  /** Our own sentence when the request failed or the stream broke off; null when it ended well. */
  readonly error: string | null;
}

interface Chunk {
  readonly error?: { readonly message?: string };
  readonly usage?: Usage | null;
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
}

const OK = 200;
const BROKEN_OFF = 'The answer broke off: run `kept doctor` to see how the engine is.';

/** Hands content to `onText` as it comes. */
export async function readAnswer(reply: Reply, onText: (text: string) => void): Promise<Answer> {
  if (reply.status !== OK) {
    const body = (await readJson(reply)) as Chunk;
    return { usage: null, error: body.error?.message ?? `The API answered ${reply.status}.` };
  }
  let usage: Usage | null = null;
  try {
    for await (const data of events(reply.body)) {
      if (data === '[DONE]') return { usage, error: null };
      const chunk = JSON.parse(data) as Chunk;
      if (chunk.error !== undefined) return { usage, error: chunk.error.message ?? BROKEN_OFF };
      usage = chunk.usage ?? usage;
      const text = chunk.choices?.[0]?.delta?.content;
      if (text) onText(text);
    }
  } catch {
    return { usage, error: BROKEN_OFF };
  }
  return { usage, error: BROKEN_OFF };
}

/** The `data` of each server-sent event; comments fall away. */
async function* events(body: Reply['body']): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const part of body as AsyncIterable<Buffer>) {
    held += decoder.decode(part, { stream: true });
    const lines = held.split(/\r?\n/);
    held = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) yield line.slice('data: '.length);
  }
}
