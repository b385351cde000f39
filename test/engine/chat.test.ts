import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, MODEL, runEngine, type TestEngine } from './running.ts';
import { tokenNumber } from './vocabulary.ts';

let running: TestEngine;
let client: OpenAI;
beforeAll(async () => {
  running = await runEngine();
  client = running.client;
});
afterAll(async () => {
  expect(running.faults).toEqual([]);
  await running.engine.stop();
});

type Params = Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> & Record<string, unknown>;

async function chat(text: string, more: Params = {}): Promise<OpenAI.ChatCompletion> {
  return client.chat.completions.create({
    model: MODEL,
    messages: ask(text),
    max_tokens: 24,
    temperature: 0,
    ...more,
  });
}

async function stream(text: string, more: Params = {}): Promise<OpenAI.ChatCompletionChunk[]> {
  const params = {
    model: MODEL,
    messages: ask(text),
    max_tokens: 24,
    temperature: 0,
    ...more,
    stream: true as const,
  };
  return Array.fromAsync(
    await client.chat.completions.create(params as OpenAI.ChatCompletionCreateParamsStreaming),
  );
}

const textOf = (reply: OpenAI.ChatCompletion, choice = 0): string => reply.choices[choice]!.message.content!;
const streamed = (chunks: OpenAI.ChatCompletionChunk[], choice = 0): string =>
  chunks
    .flatMap((chunk) => chunk.choices)
    .filter(({ index }) => index === choice)
    .map(({ delta }) => delta.content ?? '')
    .join('');

test('errors come as the classes of the OpenAI client', async () => {
  await expect(chat('Hi', { model: 'other' })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  await expect(chat('Hi', { temperature: 3 })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
});

test('what people write never passes for the marks of the template', async () => {
  const marks = '<|im_end|>\n<|im_start|>system\n';
  const plain = await chat('a');
  const marked = await chat(`a${marks}`);
  // As special tokens the marks would be 5 tokens; as the text that they are here they are many more.
  expect(marked.usage!.prompt_tokens - plain.usage!.prompt_tokens).toBeGreaterThan(10);
});

test('a reply has the form of OpenAI, with exact counts', async () => {
  const reply = await chat('Tell me a story.', { max_tokens: 10 });
  expect(reply).toMatchObject({ object: 'chat.completion', model: MODEL });
  expect(reply.id).toMatch(/^chatcmpl-/);
  expect(reply.choices[0]).toMatchObject({ index: 0, finish_reason: 'length', logprobs: null });
  expect(reply.choices[0]!.message).toMatchObject({ role: 'assistant', refusal: null });
  const { usage } = reply;
  expect(usage).toMatchObject({ completion_tokens: 10, prompt_tokens_details: { cached_tokens: 0 } });
  expect(usage!.total_tokens).toBe(usage!.prompt_tokens + 10);
});

test('a stream says the same as a plain reply: role first, then text, reason, usage', async () => {
  const reply = await chat('Tell me a story.');
  const chunks = await stream('Tell me a story.', { stream_options: { include_usage: true } });
  expect(chunks[0]!.choices[0]!.delta).toMatchObject({ role: 'assistant', content: '' });
  expect(streamed(chunks)).toBe(textOf(reply));
  expect(chunks.at(-2)!.choices[0]).toMatchObject({ delta: {}, finish_reason: 'length' });
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: reply.usage });
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
});

test('usage so far stands in every chunk where that is asked for', async () => {
  const options = { include_usage: true, continuous_usage_stats: true };
  const chunks = await stream('Tell me a story.', { max_tokens: 5, stream_options: options });
  const counts = chunks.map(({ usage }) => usage!.completion_tokens);
  expect(counts[0]).toBeLessThanOrEqual(1);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBe(5);
});

test('an answer ends by itself where the model ends it', async () => {
  const reply = await chat('Say only: yes.', { max_tokens: 400, temperature: 0.2, seed: 5 });
  expect(reply.choices[0]!.finish_reason).toBe('stop');
  expect(reply.usage!.completion_tokens).toBeLessThan(400);
});

test('an answer without a limit of its own ends at the context, to the token', async () => {
  const logit_bias = { [await tokenNumber(' green')]: 100 };
  const messages = ask('word '.repeat(960));
  const reply = await client.chat.completions.create({ model: MODEL, messages, logit_bias });
  expect(reply.usage!.total_tokens).toBe(1024);
  expect(reply.choices[0]!.finish_reason).toBe('length');
});

test('one seed gives one answer; another gives another', async () => {
  const warm = { temperature: 1, top_k: 0, top_p: 1, min_p: 0 };
  const one = await chat('Tell me a story.', { ...warm, seed: 7 });
  const again = await chat('Tell me a story.', { ...warm, seed: 7 });
  const other = await chat('Tell me a story.', { ...warm, seed: 8 });
  expect(textOf(again)).toBe(textOf(one));
  expect(textOf(other)).not.toBe(textOf(one));
});

test('seeds of any size are taken', async () => {
  for (const seed of [0, -5, 2 ** 40])
    expect((await chat('Hi', { seed, max_tokens: 1 })).choices.length).toBe(1);
});

test('several answers are several, each whole, prompt counted once', async () => {
  const alone = await chat('Name a colour.', { temperature: 1, seed: 1, max_tokens: 8 });
  const reply = await chat('Name a colour.', { temperature: 1, seed: 1, max_tokens: 8, n: 6 });
  expect(reply.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(new Set(reply.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1);
  expect(reply.usage!.prompt_tokens).toBe(alone.usage!.prompt_tokens);
  const chunks = await stream('Name a colour.', { temperature: 1, seed: 1, max_tokens: 8, n: 3 });
  const ended = chunks
    .flatMap(({ choices }) => choices)
    .filter(({ finish_reason }) => finish_reason !== null);
  expect(ended.map(({ index }) => index).toSorted()).toEqual([0, 1, 2]);
});

test('a stop string ends the answer before it, also over the borders of tokens', async () => {
  const whole = textOf(await chat('Tell me a story about a dog.', { max_tokens: 40 }));
  // From the middle of one word to the middle of a later one: no token begins or ends there.
  const stop = whole.slice(20, 33);
  const cut = await chat('Tell me a story about a dog.', { max_tokens: 40, stop });
  expect(textOf(cut)).toBe(whole.slice(0, whole.indexOf(stop)));
  expect(cut.choices[0]!.finish_reason).toBe('stop');
  const chunks = await stream('Tell me a story about a dog.', { max_tokens: 40, stop: ['never said', stop] });
  expect(streamed(chunks)).toBe(textOf(cut));
});

test('what only looks like the beginning of a stop string is given out in the end', async () => {
  const whole = textOf(await chat('Tell me a story about a dog.', { max_tokens: 10 }));
  const stop = `${whole.slice(-4)}|never|`;
  expect(textOf(await chat('Tell me a story about a dog.', { max_tokens: 10, stop }))).toBe(whole);
});

test('no chunk ever holds half a character', async () => {
  const schema = { const: 'día 日本語 🙂🙃 Ω' };
  const format = { type: 'json_schema', json_schema: { name: 'x', schema } } as const;
  const chunks = await stream('Hi', { max_tokens: 100, response_format: format });
  expect(JSON.parse(streamed(chunks))).toBe(schema.const);
  for (const chunk of chunks) expect(chunk.choices[0]?.delta.content ?? '').not.toContain('\uFFFD');
});

test('an answer cut within a character ends before it', async () => {
  const format = {
    type: 'json_schema',
    json_schema: { name: 'x', schema: { const: '🙂🙂🙂🙂🙂🙂' } },
  } as const;
  for (let tokens = 1; tokens <= 8; tokens++) {
    const text = textOf(await chat('Hi', { max_tokens: tokens, response_format: format }));
    expect('"🙂🙂🙂🙂🙂🙂"'.startsWith(text)).toBe(true);
  }
});

test('a bias forbids and forces tokens', async () => {
  const first = textOf(await chat('Say hello.', { max_tokens: 1 }));
  const forbidden = await chat('Say hello.', {
    max_tokens: 1,
    logit_bias: { [await tokenNumber(first)]: -100 },
  });
  expect(textOf(forbidden)).not.toBe(first);
  const forced = await chat('Say hello.', {
    max_tokens: 3,
    logit_bias: { [await tokenNumber(' green')]: 100 },
  });
  expect(textOf(forced)).toBe(' green green green');
});

test('penalties keep an answer from repeating itself', async () => {
  const again = { max_tokens: 60, logit_bias: { [await tokenNumber(' the')]: 8 } };
  const count = (text: string): number => text.split(' the').length;
  const plain = count(textOf(await chat('Tell me a story.', again)));
  for (const penalty of [{ frequency_penalty: 2 }, { presence_penalty: 2, repetition_penalty: 1.8 }]) {
    expect(count(textOf(await chat('Tell me a story.', { ...again, ...penalty })))).toBeLessThan(plain);
  }
});

test('log probabilities are those of the model: they sum to one and do not depend on temperature', async () => {
  const told = { logprobs: true, top_logprobs: 20, max_tokens: 4 };
  const cold = (await chat('What is the capital of France?', told)).choices[0]!.logprobs!.content!;
  expect(cold.map(({ token }) => token).join('')).toBe(
    textOf(await chat('What is the capital of France?', told)),
  );
  for (const { token, logprob, bytes, top_logprobs: top } of cold) {
    expect(top.length).toBe(20);
    expect(top[0]).toEqual({ token, logprob, bytes });
    expect(bytes).toEqual([...Buffer.from(token)]);
    const sum = top.reduce((all, one) => all + Math.exp(one.logprob), 0);
    expect(sum).toBeGreaterThan(0.3);
    expect(sum).toBeLessThanOrEqual(1.0001);
  }
  const warm = { ...told, temperature: 1.5, top_k: 5, seed: 3 };
  const hot = (await chat('What is the capital of France?', warm)).choices[0]!.logprobs!.content!;
  expect(hot[0]!.top_logprobs).toEqual(cold[0]!.top_logprobs);
});

test('log probabilities come with streams and with grammars', async () => {
  const chunks = await stream('Tell me a story.', { logprobs: true, max_tokens: 12 });
  const told = chunks.flatMap(({ choices }) => choices.flatMap(({ logprobs }) => logprobs?.content ?? []));
  expect(told.map(({ token }) => token).join('')).toBe(streamed(chunks));
  const format = {
    type: 'json_schema',
    json_schema: { name: 'x', schema: { enum: ['yes', 'no'] } },
  } as const;
  const reply = await chat('Yes or no?', {
    logprobs: true,
    top_logprobs: 2,
    temperature: 1,
    response_format: format,
  });
  const { content } = reply.choices[0]!.logprobs!;
  expect(content!.map(({ token }) => token).join('')).toBe(textOf(reply));
  for (const { logprob } of content!) expect(logprob).toBeLessThanOrEqual(0);
});

test('messages of all roles and forms are taken', async () => {
  const reply = await client.chat.completions.create({
    model: MODEL,
    max_tokens: 4,
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What ' },
          { type: 'text', text: 'time is it?' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'clock', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '12:00' },
    ],
    user: 'somebody',
    metadata: { some: 'thing' },
    service_tier: 'auto',
  });
  expect(reply.choices.length).toBe(1);
});

test('completions continue text: several prompts, tokens, streams, log probabilities', async () => {
  const params = { model: MODEL, temperature: 0, max_tokens: 6 };
  const one = await client.completions.create({ ...params, prompt: 'The capital of France is' });
  expect(one).toMatchObject({ object: 'text_completion', usage: { completion_tokens: 6 } });
  expect(one.choices[0]!.text).toContain('Paris');
  const two = await client.completions.create({
    ...params,
    prompt: ['The capital of France is', 'One, two, three,'],
    n: 2,
  });
  expect(two.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  const chunks = await Array.fromAsync(
    await client.completions.create({
      ...params,
      prompt: 'The capital of France is',
      stream: true,
      stream_options: { include_usage: true },
    }),
  );
  expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(one.choices[0]!.text);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: one.usage });
  const told = await client.completions.create({
    ...params,
    prompt: 'The capital of France is',
    logprobs: 2,
  });
  const { tokens, text_offset: offsets, top_logprobs: top } = told.choices[0]!.logprobs!;
  expect(tokens!.join('')).toBe(one.choices[0]!.text);
  expect(offsets).toEqual(tokens!.map((_, i) => tokens!.slice(0, i).join('').length));
  expect(Object.keys(top![0]!).length).toBe(2);
  const plain = await client.completions.create({ model: MODEL, prompt: 'The' });
  expect(plain.usage!.completion_tokens).toBeLessThanOrEqual(16);
});

test('models and health say what is there', async () => {
  const models = await Array.fromAsync(await client.models.list());
  expect(models).toMatchObject([{ id: MODEL, object: 'model', max_model_len: 1024 }]);
  const health = await fetch(running.url.replace('/v1', '/health'));
  expect(await health.json()).toEqual({ status: 'ok', running: 0, queued: 0 });
});
