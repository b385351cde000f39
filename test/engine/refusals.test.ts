import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, MODEL, post, runEngine, type TestEngine } from './running.ts';

let running: TestEngine;
beforeAll(async () => {
  running = await runEngine();
});
afterAll(async () => {
  expect(running.faults).toEqual([]);
  await running.engine.stop();
});

const chat = (body: string | object) => post(`${running.url}/chat/completions`, body);
const complete = (body: object) => post(`${running.url}/completions`, { model: MODEL, ...body });
const asking = (more: object) => ({ model: MODEL, messages: ask('Hi'), max_tokens: 1, ...more });

test.for([
  ['', 'the empty body'],
  ['{"model":', 'half a body'],
  ['[]', 'a list'],
  ['null', 'null'],
  ['"text"', 'text'],
  ['\u0000', 'a zero'],
])('%j (%s) is no request', async ([body]) => {
  const { status, body: reply } = await chat(body!);
  expect(status).toBe(400);
  expect(reply.error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_json' });
});

test('brackets nested a million deep are refused, also within strings that only look like it', async () => {
  const deep = await chat(`{"model":"x","messages":${'['.repeat(1_000_000)}`);
  expect(deep.body.error.code).toBe('invalid_json');
  const quoted = await chat({ ...asking({}), model: '\\"[[['.repeat(100) });
  expect(quoted.status).toBe(404);
});

test('a body above the limit is refused by what it says of its length', async () => {
  const response = await fetch(`${running.url}/chat/completions`, {
    method: 'POST',
    body: Buffer.alloc(33 * 1024 * 1024, 32),
  });
  expect(response.status).toBe(413);
});

test('other paths and methods say what there is', async () => {
  expect((await fetch(`${running.url}/slots`)).status).toBe(404);
  expect((await fetch(`${running.url}/__proto__`)).status).toBe(404);
  const wrong = await fetch(`${running.url}/chat/completions`);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
});

test('an unknown model is 404, a missing one 400', async () => {
  const unknown = await chat(asking({ model: 'gpt-5' }));
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'model_not_found']);
  const missing = await chat({ messages: ask('Hi') });
  expect([missing.status, missing.body.error.param]).toEqual([400, 'model']);
});

test('a prompt without room for an answer says both numbers', async () => {
  const long = await chat(asking({ messages: ask('word '.repeat(1100)) }));
  expect(long.status).toBe(400);
  expect(long.body.error).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });
  expect(long.body.error.message).toMatch(/maximum context length is 1024 tokens.*resulted in 11\d\d tokens/);
  const endless = await chat(asking({ messages: ask('word '.repeat(5_000_000)) }));
  expect(endless.body.error.code).toBe('context_length_exceeded');
  expect(endless.body.error.message).toMatch(/at least \d+ tokens/);
});

test.for<[object, string]>([
  [{ messages: [] }, 'messages'],
  [{ messages: 'Hi' }, 'messages'],
  [{ messages: ['Hi'] }, 'messages'],
  [{ messages: [{ role: 'robot', content: 'Hi' }] }, 'messages.role'],
  [{ messages: [{ role: 'user' }] }, 'messages.content'],
  [{ messages: [{ role: 'assistant' }] }, 'messages.content'],
  [{ messages: [{ role: 'tool', content: '1' }] }, 'messages.tool_call_id'],
  [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
    'messages.content',
  ],
  [{ temperature: -1 }, 'temperature'],
  [{ temperature: '1' }, 'temperature'],
  [{ top_p: 1.1 }, 'top_p'],
  [{ top_k: 1.5 }, 'top_k'],
  [{ min_p: 2 }, 'min_p'],
  [{ presence_penalty: 3 }, 'presence_penalty'],
  [{ frequency_penalty: -3 }, 'frequency_penalty'],
  [{ repetition_penalty: 0 }, 'repetition_penalty'],
  [{ logit_bias: { a: 1 } }, 'logit_bias'],
  [{ logit_bias: { 99999999: 1 } }, 'logit_bias'],
  [{ logit_bias: { 1: 101 } }, 'logit_bias'],
  [{ seed: 1.5 }, 'seed'],
  [{ n: 0 }, 'n'],
  [{ n: 9 }, 'n'],
  [{ max_tokens: 0 }, 'max_tokens'],
  [{ max_completion_tokens: 1.5 }, 'max_completion_tokens'],
  [{ stop: '' }, 'stop'],
  [{ stop: Array(17).fill('a') }, 'stop'],
  [{ stop: [1] }, 'stop'],
  [{ stream: 'yes' }, 'stream'],
  [{ stream_options: { include_usage: true } }, 'stream_options'],
  [{ top_logprobs: 2 }, 'top_logprobs'],
  [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
  [{ modalities: ['audio'] }, 'modalities'],
  [{ functions: [] }, 'functions'],
  [{ response_format: { type: 'yaml' } }, 'response_format'],
  [{ response_format: { type: 'json_schema' } }, 'response_format'],
  [{ tools: [{ type: 'web_search' }] }, 'tools'],
  [{ tools: [{ type: 'function', function: { name: 'a b' } }] }, 'tools'],
  [{ tool_choice: 'required' }, 'tool_choice'],
  [
    {
      tools: [{ type: 'function', function: { name: 'a' } }],
      tool_choice: { type: 'function', function: { name: 'b' } },
    },
    'tool_choice',
  ],
])('%j is refused by its name', async ([more, param]) => {
  const { status, body } = await chat(asking(more));
  expect([status, body.error.param]).toEqual([400, param]);
  expect(body.error.message).toMatch(/\.$/);
});

test.for<[object, string]>([
  [{}, 'prompt'],
  [{ prompt: '' }, 'prompt'],
  [{ prompt: [99999999] }, 'prompt'],
  [{ prompt: [['a']] }, 'prompt'],
  [{ prompt: 'a', echo: true }, 'echo'],
  [{ prompt: 'a', suffix: 'b' }, 'suffix'],
  [{ prompt: 'a', best_of: 2 }, 'best_of'],
  [{ prompt: 'a', logprobs: 6 }, 'logprobs'],
  [{ prompt: Array(33).fill('a') }, 'n'],
])('completions refuse %j by its name', async ([more, param]) => {
  const { status, body } = await complete(more);
  expect([status, body.error.param]).toEqual([400, param]);
});

test.for<[string, unknown, RegExp]>([
  ['nothing', false, /no schema/],
  ['unknown type', { type: 'text' }, /unknown type/],
  ['pattern', { type: 'string', pattern: '^a' }, /pattern/],
  ['not', { not: { type: 'string' } }, /not,/],
  ['foreign reference', { $ref: 'https://example.org/schema' }, /outside/],
  ['lost reference', { $ref: '#/$defs/none' }, /not in the schema/],
  ['endless reference', { $ref: '#' }, /./],
  ['empty enum', { enum: [] }, /enum/],
  ['empty range', { type: 'integer', minimum: 5, maximum: 4 }, /range/],
  ['fractional bound', { type: 'number', minimum: 0.5 }, /bounds/],
  ['unique items', { type: 'array', items: { type: 'string' }, uniqueItems: true }, /uniqueItems/],
  ['endless string', { type: 'string', maxLength: 1e9 }, /maxLength/],
  ['undeclared requirement', { type: 'object', required: ['a'] }, /does not declare/],
  ['contradiction', { allOf: [{ type: 'string' }, { type: 'number' }] }, /two different type/],
  [
    'a hidden contradiction',
    { allOf: [{ properties: { a: { type: 'string' } } }, { properties: { a: {} } }] },
    /two different/,
  ],
  [
    'a closed half',
    { allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }] },
    /two different/,
  ],
  [
    'more than a reference',
    { $ref: '#/$defs/s', minLength: 3, $defs: { s: { type: 'string' } } },
    /minLength beside/,
  ],
  ['more than values', { enum: ['a', 'bb'], minLength: 2 }, /minLength beside/],
  ['values of another type', { type: 'string', enum: [1, 2] }, /without values/],
  ['names that may repeat', { type: 'object', minProperties: 2 }, /minProperties/],
  ['too deep', nested(70), /deep/],
  ['too large', { enum: Array.from({ length: 50_000 }, (_, i) => `value ${i}`) }, /too large/],
])('a schema that cannot be enforced is refused, not ignored: %s', async ([, schema, why]) => {
  const format = { type: 'json_schema', json_schema: { name: 'x', schema } };
  const { status, body } = await chat(asking({ response_format: format }));
  expect([status, body.error.code]).toEqual([400, 'unsupported_schema']);
  expect(body.error.param).toBe('response_format');
  expect(body.error.message).toMatch(why);
});

function nested(depth: number): unknown {
  let schema: unknown = { type: 'string' };
  for (let i = 0; i < depth; i++) schema = i % 2 ? { type: 'array', items: schema } : { anyOf: [schema] };
  return schema;
}
