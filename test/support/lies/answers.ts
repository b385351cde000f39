/** Answers that succeed, honest ones and such that bend the truth about usage. */
import type { Lie, Stage } from '../lying-engine.ts';
import { chunk, DONE, event, json, LAST_CHUNK, promptTokens, quoted, STREAM_HEAD, usageOf } from './say.ts';

const CREATED = 1_700_000_000;
/** Content chunks of a stream unless the behaviour says otherwise. */
const CHUNKS = 8;

const isChat = (stage: Stage): boolean => stage.heard.path.endsWith('/chat/completions');
const isStream = (stage: Stage): boolean => stage.heard.json?.stream === true;
const streamOptions = (stage: Stage): Record<string, unknown> =>
  (stage.heard.json?.stream_options as Record<string, unknown> | undefined) ?? {};

/** One stream chunk with `piece` as content; chat and completions differ in where it stands. */
export function contentChunk(stage: Stage, piece: string, extra: Record<string, unknown> = {}): unknown {
  const choice = isChat(stage)
    ? { index: 0, delta: { content: piece }, finish_reason: null }
    : { index: 0, text: piece, finish_reason: null };
  return { ...frame(stage), choices: [choice], ...extra };
}

export function finishChunk(stage: Stage, reason = 'stop'): unknown {
  const choice = isChat(stage)
    ? { index: 0, delta: {}, finish_reason: reason }
    : { index: 0, text: '', finish_reason: reason };
  return { ...frame(stage), choices: [choice] };
}

export const usageChunk = (stage: Stage, usage: unknown): unknown => ({
  ...frame(stage),
  choices: [],
  usage,
});

function frame(stage: Stage): Record<string, unknown> {
  return {
    id: 'cmpl-0',
    object: isChat(stage) ? 'chat.completion.chunk' : 'text_completion',
    created: CREATED,
    model: stage.heard.json?.model,
  };
}

/** The body of a plain reply; embeddings get a small vector. */
export function plainBody(stage: Stage, content: string, usage: unknown): unknown {
  const model = stage.heard.json?.model;
  if (stage.heard.path.endsWith('/embeddings')) {
    const data = [{ object: 'embedding', index: 0, embedding: [0.25, -0.5, 0.125] }];
    return { object: 'list', data, model, usage };
  }
  const choice = isChat(stage)
    ? { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }
    : { index: 0, text: content, finish_reason: 'stop' };
  const object = isChat(stage) ? 'chat.completion' : 'text_completion';
  const body = { id: 'cmpl-0', object, created: CREATED, model, choices: [choice] };
  return usage === undefined ? body : { ...body, usage };
}

/** The pieces of an answer that repeats what was asked, so that outputs hold canaries as well. */
function pieces(stage: Stage, count: number): string[] {
  const said = `You said: ${quoted(stage.heard)}`;
  const size = Math.max(1, Math.ceil(said.length / count));
  return Array.from({ length: count }, (_, i) => said.slice(i * size, (i + 1) * size) || '.');
}

interface StreamOptions {
  readonly chunks?: number;
  /** Pause before each content chunk, in milliseconds. */
  readonly pauseMs?: number;
  /** The usage chunk's usage; undefined leaves the chunk out. Default: the truth, where it was asked for. */
  readonly usage?: (prompt: number, completion: number) => unknown;
  /** Usage in each chunk although only vLLM's word asks for it. */
  readonly continuous?: boolean;
}

/** Head and content chunks of a stream, without its end. */
export async function streamContent(stage: Stage, options: StreamOptions = {}): Promise<void> {
  const prompt = promptTokens(stage.heard);
  const continuous = options.continuous ?? streamOptions(stage).continuous_usage_stats === true;
  await stage.write(STREAM_HEAD);
  let sent = 0;
  for (const piece of pieces(stage, options.chunks ?? CHUNKS)) {
    if (options.pauseMs !== undefined && !(await stage.wait(options.pauseMs))) return;
    sent++;
    const extra = continuous ? { usage: usageOf(prompt, sent) } : {};
    await stage.write(chunk(event(contentChunk(stage, piece, extra))));
  }
}

async function stream(stage: Stage, options: StreamOptions = {}): Promise<void> {
  await streamContent(stage, options);
  await stage.write(chunk(event(finishChunk(stage))));
  const told = options.usage ?? (streamOptions(stage).include_usage === true ? usageOf : () => undefined);
  const usage = told(promptTokens(stage.heard), options.chunks ?? CHUNKS);
  if (usage !== undefined) await stage.write(chunk(event(usageChunk(stage, usage))));
  await stage.write(chunk(DONE) + LAST_CHUNK);
}

function plain(stage: Stage, usage: (prompt: number, completion: number) => unknown): Promise<void> {
  const content = pieces(stage, CHUNKS).join('');
  return json(stage, 200, plainBody(stage, content, usage(promptTokens(stage.heard), CHUNKS)));
}

/** Answers both kinds with the same claim about usage. */
const claiming =
  (usage: (prompt: number, completion: number) => unknown): Lie =>
  (stage) =>
    isStream(stage) ? stream(stage, { usage }) : plain(stage, usage);

/** The behaviour of a good engine: repeats what was asked, usage where it was asked for. */
export const honest: Lie = (stage) => (isStream(stage) ? stream(stage) : plain(stage, usageOf));

/** An honest engine whose streams have `chunks` content chunks, `pauseMs` apart. */
export const paced =
  (chunks: number, pauseMs: number): Lie =>
  async (stage) => {
    if (isStream(stage)) return stream(stage, { chunks, pauseMs });
    if (await stage.wait(chunks * pauseMs)) await plain(stage, usageOf);
  };

const HUGE = 2 ** 52;

export const ANSWERS = {
  honest,
  slow: paced(20, 50),
  'usage-none': claiming(() => undefined),
  'usage-null': claiming(() => null),
  'usage-zero': claiming(() => usageOf(0, 0)),
  'usage-huge': claiming(() => usageOf(HUGE, HUGE)),
  'usage-negative': claiming(() => usageOf(-100, -5)),
  'usage-fraction': claiming(() => usageOf(1.5, 2.25)),
  'usage-strings': claiming((prompt) => ({
    prompt_tokens: `${prompt}`,
    completion_tokens: '8',
    total_tokens: '9',
  })),
  'usage-text': (stage) => claiming(() => quoted(stage.heard))(stage),
  'usage-extra': (stage) =>
    claiming((prompt, completion) => ({ ...usageOf(prompt, completion), note: quoted(stage.heard) }))(stage),
  'usage-continuous': (stage) => stream(stage, { continuous: true }),
  'usage-twice': async (stage) => {
    await streamContent(stage);
    const usage = usageOf(promptTokens(stage.heard), CHUNKS);
    await stage.write(chunk(event(finishChunk(stage))));
    await stage.write(
      chunk(event(usageChunk(stage, usage))) + chunk(event(usageChunk(stage, usageOf(7, 7)))),
    );
    await stage.write(chunk(DONE) + LAST_CHUNK);
  },
  'open-after-done': async (stage) => {
    await streamContent(stage);
    await stage.write(chunk(event(finishChunk(stage))));
    await stage.write(
      chunk(event(usageChunk(stage, usageOf(promptTokens(stage.heard), CHUNKS)))) + chunk(DONE),
    );
    await stage.wait(OPEN_MS);
  },
  'role-quotes': (stage) =>
    json(stage, 200, { ...(plainBody(stage, '', usageOf(1, 1)) as object), note: quoted(stage.heard) }),
} as const satisfies Record<string, Lie>;

/** How long a connection stays open that ought to end, in milliseconds. */
const OPEN_MS = 60_000;
