/** The OpenAI client for Node, unchanged, against the front door: only the base URL and the key are ours. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiKey } from '../../src/link/api-key.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { newAccount, type TestAccount, until, usageWhen } from './support.ts';

/** Longer than it takes to see a client go, on a busy machine. */
const AT_ONCE_MS = 2000;

let engine: LyingEngine;
let kept: Instance;
let account: TestAccount;
let client: OpenAI;

const clientFor = (key: string, prefix = '/v1/openai'): OpenAI =>
  new OpenAI({ baseURL: kept.apiUrl + prefix, apiKey: key, maxRetries: 0 });
const said = (content: string) => ({
  model: 'liar',
  messages: [{ role: 'user' as const, content }],
});
const caught = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );
const code = (error: unknown): unknown => (error as { code?: unknown }).code;

beforeAll(async () => {
  engine = await startLyingEngine({ models: ['liar', 'org/model:7b'] });
  kept = await startKept({ engineUrl: engine.url });
  account = await newAccount(kept);
  client = clientFor(account.key);
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});

describe('errors have the class that the client gives them', () => {
  test('401 AuthenticationError for a key that is unknown, mistyped, or missing', async () => {
    const mistyped = await caught(
      clientFor(`${account.key.slice(0, -1)}-`).chat.completions.create(said('x')),
    );
    expect(mistyped).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(code(mistyped)).toBe('malformed_api_key');
    const unknown = await caught(clientFor(makeApiKey()).chat.completions.create(said('x')));
    expect(unknown).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(code(unknown)).toBe('invalid_api_key');
  });

  test('400 BadRequestError names the parameter', async () => {
    const error = await caught(client.chat.completions.create({ ...said('x'), temperature: 9 }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({
      param: 'temperature',
      code: 'invalid_parameter',
      type: 'invalid_request_error',
    });
  });

  test('402 for an account without credit, with numbers', async () => {
    const poor = await newAccount(kept, { creditUsd: '0' });
    const error = await caught(clientFor(poor.key).chat.completions.create(said('x')));
    expect(error).toMatchObject({ status: 402, code: 'insufficient_quota' });
    expect((error as InstanceType<typeof OpenAI.APIError>).error).toMatchObject({ balance_microusd: 0 });
  });

  test('403 PermissionDeniedError for a model that the key may not use', async () => {
    const narrow = await newAccount(kept, { key: { models: ['org/model:7b'] } });
    const error = await caught(clientFor(narrow.key).chat.completions.create(said('x')));
    expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(code(error)).toBe('model_not_allowed');
  });

  test('404 NotFoundError for a model that does not exist', async () => {
    const error = await caught(client.chat.completions.create({ ...said('x'), model: 'gpt-nothing' }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(code(error)).toBe('model_not_found');
  });

  test('429 RateLimitError, which says when to come back', async () => {
    const limited = await newAccount(kept, { key: { limits: { rpm: 1 } } });
    const one = clientFor(limited.key);
    await one.chat.completions.create(said('first'));
    const error = await caught(one.chat.completions.create(said('second')));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    const { headers } = error as InstanceType<typeof OpenAI.RateLimitError>;
    expect(Number(headers?.get('retry-after'))).toBeGreaterThan(0);
  });

  test('502 InternalServerError when the engine answers garbage', async () => {
    const error = await caught(client.chat.completions.create(said('play:garbage')));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
  });

  test('embeddings of a chat model: 400, no engine is asked', async () => {
    const before = engine.heard.length;
    const error = await caught(client.embeddings.create({ model: 'liar', input: 'x' }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(code(error)).toBe('unsupported_endpoint');
    expect(engine.heard.length).toBe(before);
  });

  test.each(['reset-mid-stream', 'close-mid-stream', 'reset-mid-chunk', 'json-in-stream-malformed'])(
    'a stream that breaks is raised, not taken for whole: %s',
    async (lie) => {
      const stream = await client.chat.completions
        .create({ ...said(`play:${lie}`), stream: true })
        .catch((error: unknown) => error);
      const reading = async (): Promise<void> => {
        if (stream instanceof Error) throw stream;
        for await (const chunk of stream as AsyncIterable<OpenAI.ChatCompletionChunk>) {
          expect(chunk.choices[0]?.finish_reason ?? null).toBeNull();
        }
      };
      const error = await caught(reading());
      expect(error).toBeInstanceOf(OpenAI.APIError);
      expect(['engine_lost', 'engine_fault']).toContain(code(error));
    },
  );
});

describe.each(['/v1/openai', '/v1'])('through %s', (prefix) => {
  test('a plain answer comes with usage and its cost', async () => {
    const answer = await clientFor(account.key, prefix).chat.completions.create(said('hello there'));
    expect(answer.choices[0]?.message.content).toContain('hello there');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.model).toBe('liar');
    expect(answer.usage?.completion_tokens).toBe(8);
    expect(answer.usage).toHaveProperty('estimated_cost');
  });

  test('a stream without include_usage has content, a finish reason, and no usage', async () => {
    const stream = await clientFor(account.key, prefix).chat.completions.create({
      ...said('hello'),
      stream: true,
    });
    let text = '';
    const reasons: unknown[] = [];
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices[0]?.finish_reason) reasons.push(chunk.choices[0].finish_reason);
      expect(chunk.usage ?? null).toBeNull();
    }
    expect(text).toContain('hello');
    expect(reasons).toEqual(['stop']);
  });

  test('a stream with include_usage ends with a chunk of usage alone', async () => {
    const stream = await clientFor(account.key, prefix).chat.completions.create({
      ...said('hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.completion_tokens).toBe(8);
    expect(chunks.slice(0, -1).every((chunk) => (chunk.usage ?? null) === null)).toBe(true);
  });
});

test('completions, plain and as a stream', async () => {
  const plain = await client.completions.create({ model: 'liar', prompt: 'once upon' });
  expect(plain.choices[0]?.text).toContain('once upon');
  let text = '';
  for await (const part of await client.completions.create({
    model: 'liar',
    prompt: 'a time',
    stream: true,
  })) {
    text += part.choices[0]?.text ?? '';
  }
  expect(text).toContain('a time');
});

test('tools and a JSON schema reach the engine as they were written', async () => {
  const tools: OpenAI.ChatCompletionTool[] = [
    {
      type: 'function',
      function: {
        name: 'weather',
        description: 'tells the weather',
        strict: true,
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ];
  const response_format: OpenAI.ResponseFormatJSONSchema = {
    type: 'json_schema',
    json_schema: {
      name: 'answer',
      strict: true,
      schema: { type: 'object', properties: { n: { type: 'integer' } } },
    },
  };
  const tool_choice: OpenAI.ChatCompletionToolChoiceOption = {
    type: 'function',
    function: { name: 'weather' },
  };
  await client.chat.completions.create({ ...said('x'), tools, tool_choice, response_format });
  expect(engine.heard.at(-1)?.json).toMatchObject({ tools, tool_choice, response_format });
});

test('a tool call of the engine reaches the client, in a stream as well', async () => {
  const call = {
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name: 'weather', arguments: '{"city":"Ulm"}' },
  };
  engine.next.push(async (stage) => {
    const delta = { role: 'assistant', content: null, tool_calls: [call] };
    const events = [
      { choices: [{ index: 0, delta, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
      { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 } },
    ].map(
      (event) =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'liar', ...event })}\n\n`,
    );
    const body = `${events.join('')}data: [DONE]\n\n`;
    await stage.write(
      `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
  const final = await client.chat.completions.stream(said('what weather')).finalChatCompletion();
  expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
    id: 'call_1',
    function: { name: 'weather', arguments: '{"city":"Ulm"}' },
  });
  expect(final.choices[0]?.finish_reason).toBe('tool_calls');
});

describe('abort', () => {
  const aborts = async (stream: boolean): Promise<number> => {
    const before = new Set(engine.connections);
    const controller = new AbortController();
    const heard = engine.heard.length;
    const lie = stream ? 'play:never-ends' : 'play:never-answers';
    const running = caught(
      client.chat.completions
        .create({ ...said(lie), stream } as OpenAI.ChatCompletionCreateParams, { signal: controller.signal })
        .then(async (answer) => {
          if (stream) for await (const _ of answer as AsyncIterable<unknown>) controller.abort();
        }),
    );
    await until(() => engine.heard.length > heard);
    if (!stream) controller.abort();
    await running;
    const left = Date.now();
    const held = [...engine.connections].filter((socket) => !before.has(socket));
    await until(() => held.every((socket) => !engine.connections.has(socket)));
    return Date.now() - left;
  };

  test('the engine of a plain request sees its client go at once', async () => {
    expect(await aborts(false)).toBeLessThan(AT_ONCE_MS);
  });

  test('the engine of a stream sees its client go at once', async () => {
    expect(await aborts(true)).toBeLessThan(AT_ONCE_MS);
  });

  test('what a stream had passed on is recorded as left, what a plain request had computed is not charged', async () => {
    const leaver = await newAccount(kept);
    const controller = new AbortController();
    const one = clientFor(leaver.key);
    const stream = await one.chat.completions.create(
      { ...said('play:never-ends'), stream: true },
      { signal: controller.signal },
    );
    await caught(
      (async () => {
        let count = 0;
        for await (const _ of stream) if (++count === 2) controller.abort();
      })(),
    );
    const { records } = await usageWhen(kept, leaver.id, 1);
    expect(records).toMatchObject([{ ending: 'client_left', stream: true, completion_tokens: 2 }]);
  });
});

test('models can be listed, and retrieved by a name with a slash', async () => {
  const models = await client.models.list();
  expect(models.data.map((model) => model.id).sort()).toEqual(['liar', 'org/model:7b']);
  expect(models.data[0]).toMatchObject({ object: 'model', context_length: 8192 });
  expect((await client.models.retrieve('org/model:7b')).id).toBe('org/model:7b');
  expect(await caught(client.models.retrieve('none'))).toBeInstanceOf(OpenAI.NotFoundError);
});
