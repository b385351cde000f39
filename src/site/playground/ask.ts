/** Asks the gateway from the browser and reads the stream of its answer. Nothing of it goes to any other place. */
import { type Failure, NOTHING, type Piece, type Usage } from './conversation.ts';
import { errorIn, Failed, type PlaygroundKey, pause } from './key.ts';
import type { Body } from './request.ts';

/** A new key may reach the gateway a moment after it reached us; after so many tries it is one that ended. */
const SAME_KEY_TRIES = 3;
const KEY_TRIES = 6;
const KEY_PAUSE_MS = 150;

export interface Question {
  /** The gateway's base URL with `/v1`. */
  readonly base: string;
  readonly key: PlaygroundKey;
  readonly body: Body;
  readonly signal: AbortSignal;
  readonly onPiece: (piece: Piece) => void;
}

/** Resolves when the answer is whole. Throws `Failed`, or what `fetch` throws when `signal` ends it. */
export async function ask(question: Question): Promise<void> {
  const answer = await send(question);
  if (!answer.ok) throw new Failed(await refusalOf(answer));
  const events = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let unread = '';
  for (;;) {
    const { value, done } = (await events?.read()) ?? { value: undefined, done: true };
    if (done) break;
    const parts = (unread + value).split('\n\n');
    unread = parts.pop() ?? '';
    let piece = NOTHING;
    for (const part of parts) {
      if (!part.startsWith('data: ')) continue;
      const text = part.slice('data: '.length);
      if (text === '[DONE]') {
        question.onPiece(piece);
        return;
      }
      piece = joined(piece, pieceOf(text, answer));
    }
    question.onPiece(piece);
  }
  throw new Failed(brokenOff(answer));
}

/** With a new key where the old one has just ended. */
async function send(question: Question): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const key = await question.key.get(question.signal);
    const answer = await post(question, key);
    if (answer.status !== 401 || tries === KEY_TRIES) return answer;
    const error = await errorIn(answer);
    if (error?.code === 'key_expired' || tries === SAME_KEY_TRIES) question.key.drop();
    await pause(KEY_PAUSE_MS, question.signal);
  }
}

async function post({ base, body, signal }: Question, key: string): Promise<Response> {
  try {
    return await fetch(`${base}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
      signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failed({
      message: `The gateway at ${new URL(base).host} cannot be reached from this browser. Look whether you are online, then ask again.`,
      code: null,
      requestId: null,
    });
  }
}

const requestIdOf = (answer: Response): string | null => answer.headers.get('x-request-id');

async function refusalOf(answer: Response): Promise<Failure> {
  const error = await errorIn(answer);
  return {
    message: error?.message ?? `The gateway answered with status ${answer.status}. Try again in a moment.`,
    code: error?.code ?? null,
    requestId: requestIdOf(answer),
  };
}

const brokenOff = (answer: Response): Failure => ({
  message: 'The answer broke off before it was complete. Ask again.',
  code: null,
  requestId: requestIdOf(answer),
});

/** As much of a chunk as the page shows. */
interface Chunk {
  readonly error?: { readonly message: string; readonly code: string };
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null;
      readonly reasoning?: string | null;
      readonly reasoning_content?: string | null;
      readonly refusal?: string | null;
      readonly tool_calls?: readonly {
        readonly index?: number;
        readonly id?: string;
        readonly function?: { readonly name?: string; readonly arguments?: string };
      }[];
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly estimated_cost?: number;
  } | null;
}

function pieceOf(text: string, answer: Response): Piece {
  const chunk = readChunk(text, answer);
  if (chunk.error !== undefined) {
    const { message, code } = chunk.error;
    throw new Failed({ message, code, requestId: requestIdOf(answer) });
  }
  const [choice] = chunk.choices ?? [];
  const delta = choice?.delta ?? {};
  return {
    text: (delta.content ?? '') + (delta.refusal ?? ''),
    reasoning: delta.reasoning ?? delta.reasoning_content ?? '',
    calls: (delta.tool_calls ?? []).map((call, place) => ({
      index: call.index ?? place,
      id: call.id ?? '',
      name: call.function?.name ?? '',
      arguments: call.function?.arguments ?? '',
    })),
    finish: choice?.finish_reason ?? null,
    usage: usageOf(chunk.usage),
  };
}

function readChunk(text: string, answer: Response): Chunk {
  try {
    return JSON.parse(text) as Chunk;
  } catch {
    throw new Failed(brokenOff(answer));
  }
}

const usageOf = (usage: Chunk['usage']): Usage | null =>
  usage == null
    ? null
    : {
        promptTokens: usage.prompt_tokens,
        completionTokens: usage.completion_tokens,
        cost: usage.estimated_cost ?? null,
      };

const joined = (one: Piece, other: Piece): Piece => ({
  text: one.text + other.text,
  reasoning: one.reasoning + other.reasoning,
  calls: [...one.calls, ...other.calls],
  finish: other.finish ?? one.finish,
  usage: other.usage ?? one.usage,
});
