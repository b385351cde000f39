import type OpenAI from 'openai';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ask, MODEL, post, runEngine, type TestEngine } from './running.ts';
import { tokenNumber } from './vocabulary.ts';

const SEQUENCES = 4;
const QUEUE = 3;

let running: TestEngine;
let green: number;
beforeAll(async () => {
  running = await runEngine({ sequences: SEQUENCES, queueMax: QUEUE });
  green = await tokenNumber(' green');
});
afterAll(async () => {
  await idle();
  expect(running.faults).toEqual([]);
  await running.engine.stop();
});

interface Load {
  readonly running: number;
  readonly queued: number;
}
const load = async (): Promise<Load> =>
  (await fetch(running.url.replace('/v1', '/health'))).json() as Promise<Load>;
const loadIs = (wanted: Load) =>
  vi.waitFor(async () => expect(await load()).toMatchObject(wanted), { timeout: 20_000 });
const idle = () => loadIs({ running: 0, queued: 0 });

/** An answer that goes on for the whole context: only an abort ends it early. */
const endless = (signal: AbortSignal, more: object = {}) =>
  running.client.chat.completions.create(
    { model: MODEL, messages: ask('Go on.'), logit_bias: { [green]: 100 }, stream: true, ...more },
    { signal },
  );

async function begin(
  stop: AbortController,
  more: object = {},
): Promise<AsyncIterator<OpenAI.ChatCompletionChunk>> {
  const chunks = (await endless(stop.signal, more))[Symbol.asyncIterator]();
  await chunks.next();
  return chunks;
}

test('beyond the queue requests are refused at once, with when to come again; those that wait are answered', async () => {
  const stop = new AbortController();
  for (let i = 0; i < SEQUENCES; i++) await begin(stop);
  const brief = () =>
    post(`${running.url}/chat/completions`, { model: MODEL, messages: ask('Hi'), max_tokens: 1 });
  const waiting = Array.from({ length: QUEUE }, brief);
  await loadIs({ running: SEQUENCES, queued: QUEUE });
  const refused = await brief();
  expect([refused.status, refused.body.error.code]).toEqual([429, 'engine_busy']);
  expect(refused.headers.get('retry-after')).toBe('1');
  stop.abort();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('a request that could not be answered whole is refused before any of it runs', async () => {
  const body = { model: MODEL, messages: ask('Hi'), max_tokens: 1 };
  expect((await post(`${running.url}/chat/completions`, { ...body, n: SEQUENCES + QUEUE })).status).toBe(200);
  expect((await post(`${running.url}/chat/completions`, { ...body, n: SEQUENCES + QUEUE + 1 })).status).toBe(
    429,
  );
});

test.for([1, 3])('an aborted stream of %i answers stops computing', async (n) => {
  const stop = new AbortController();
  await begin(stop, { n });
  await loadIs({ running: n, queued: 0 });
  stop.abort();
  await idle();
});

test('an aborted plain request stops computing, also within its prompt', async () => {
  const stop = new AbortController();
  const answer = running.client.chat.completions.create(
    { model: MODEL, messages: ask('word '.repeat(900)) },
    { signal: stop.signal },
  );
  await loadIs({ running: 1, queued: 0 });
  stop.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  await idle();
});

test('who leaves the queue makes room in it', async () => {
  const stop = new AbortController();
  for (let i = 0; i < SEQUENCES; i++) await begin(stop);
  const leave = new AbortController();
  const waiting = Array.from({ length: QUEUE }, () => endless(leave.signal).catch(() => null));
  await loadIs({ running: SEQUENCES, queued: QUEUE });
  leave.abort();
  await Promise.all(waiting);
  await loadIs({ running: SEQUENCES, queued: 0 });
  stop.abort();
  await idle();
});

test('answers computed at once are whole and are never mixed up', async () => {
  const answers = Array.from({ length: SEQUENCES + QUEUE }, async (_, i) => {
    const marker = `answer ${i}: ${'abcdefg'[i]!.repeat(20)}`;
    const schema = { const: marker };
    const reply = await running.client.chat.completions.create({
      model: MODEL,
      messages: ask(`Question ${i}`),
      temperature: 1,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    });
    expect(JSON.parse(reply.choices[0]!.message.content!)).toBe(marker);
    return reply.usage!.completion_tokens;
  });
  expect((await Promise.all(answers)).every((tokens) => tokens > 5)).toBe(true);
});

test('nothing of an earlier request changes a later one', async () => {
  const question = { model: MODEL, messages: ask('What did I say?'), temperature: 0, max_tokens: 16 };
  const before = await running.client.chat.completions.create(question);
  const secret = ask('The password is swordfish. '.repeat(20));
  await Promise.all(
    Array.from({ length: SEQUENCES }, () =>
      running.client.chat.completions.create({ model: MODEL, messages: secret, max_tokens: 4 }),
    ),
  );
  const after = await running.client.chat.completions.create(question);
  expect(after.choices).toEqual(before.choices);
  expect(after.usage).toEqual(before.usage);
});

test('a reader that is slow gets all of it in the end', async () => {
  const stream = await endless(new AbortController().signal, { max_tokens: 200 });
  let text = '';
  for await (const chunk of stream) {
    if (text === '') await new Promise((resolve) => setTimeout(resolve, 1500));
    text += chunk.choices[0]?.delta.content ?? '';
  }
  expect(text).toBe(' green'.repeat(200));
});
