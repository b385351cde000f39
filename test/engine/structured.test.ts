import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, MODEL, runEngine, type TestEngine } from './running.ts';

let running: TestEngine;
beforeAll(async () => {
  running = await runEngine({ context: 2048 });
});
afterAll(async () => {
  expect(running.faults).toEqual([]);
  await running.engine.stop();
});

/** Hot enough that nothing but the grammar holds the answer together. */
const WILD = { temperature: 1.6, top_k: 0, top_p: 1, min_p: 0 };

/** Every run takes other seeds; a failure names its own. */
const BASE = Number(process.env.KEPT_TEST_SEED ?? Math.floor(Math.random() * 1_000_000));
const SEEDS = Array.from({ length: process.env.KEPT_TEST_ALL ? 40 : 1 }, (_, i) => BASE + i);
console.log(
  `structured answers: seeds ${SEEDS[0]} to ${SEEDS.at(-1)}, of ${process.env.KEPT_TEST_ALL ? '40' : '1 of 40'} (KEPT_TEST_SEED)`,
);

const str = (maxLength = 12) => ({ type: 'string', maxLength });

const SCHEMAS: Record<string, object> = {
  'an object with required and optional members': {
    type: 'object',
    properties: {
      name: str(),
      age: { type: 'integer', minimum: 3, maximum: 117 },
      pet: str(),
      born: { type: 'string', format: 'date' },
    },
    required: ['age'],
    additionalProperties: false,
  },
  'only optional members': {
    type: 'object',
    properties: { a: { type: 'boolean' }, b: { type: 'null' }, c: { enum: [1, 'x'] } },
  },
  'no members': { type: 'object', properties: {}, additionalProperties: false },
  'a map': {
    type: 'object',
    additionalProperties: { type: 'integer', minimum: -5, maximum: 5 },
    minProperties: 1,
    maxProperties: 3,
  },
  'a list with bounds': { type: 'array', items: { enum: ['red', 'grün', '青'] }, minItems: 2, maxItems: 4 },
  'an empty list': { type: 'array', items: {}, maxItems: 0 },
  'a tuple': {
    type: 'array',
    prefixItems: [{ type: 'boolean' }, { type: 'integer', minimum: 10, maximum: 12 }],
  },
  'a string with bounds': { type: 'string', minLength: 3, maxLength: 5 },
  'values of a type': { type: 'string', enum: ['a', 1, 'b'] },
  'a type left out': { minLength: 2, maxLength: 3 },
  'choices with more beside': {
    type: 'object',
    properties: { a: { type: 'boolean' } },
    required: ['a'],
    anyOf: [{ required: ['a'] }, { properties: { b: { type: 'null' } } }],
  },
  'an identifier': { type: 'string', format: 'uuid' },
  'a time': { type: 'string', format: 'date-time' },
  'whole numbers': { type: 'integer', minimum: -1234, maximum: 5678 },
  'a number from zero': { type: 'number', minimum: 0, maximum: 10 },
  'a number above zero': { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 3 },
  'one of several types': { type: ['integer', 'null', 'boolean'] },
  alternatives: {
    anyOf: [
      {
        type: 'object',
        properties: { kind: { const: 'cat' }, lives: { type: 'integer', minimum: 1, maximum: 9 } },
        required: ['kind', 'lives'],
      },
      { type: 'object', properties: { kind: { const: 'dog' }, name: str() }, required: ['kind', 'name'] },
    ],
  },
  combinations: {
    allOf: [
      { $ref: '#/$defs/named' },
      { type: 'object', properties: { size: { enum: ['s', 'm', 'l'] } }, required: ['size'] },
    ],
    $defs: { named: { type: 'object', properties: { name: str() }, required: ['name'] } },
  },
  'a tree': {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: {
          v: { type: 'integer', minimum: 0, maximum: 9 },
          next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        },
        required: ['v', 'next'],
      },
    },
  },
  'text with quotes and controls': { enum: ['"quoted"', 'back\\slash', 'line\nend', '\u0001'] },
};

const format = (schema: object) =>
  ({ type: 'json_schema', json_schema: { name: 'x', schema: schema as Record<string, unknown> } }) as const;

describe.for(Object.entries(SCHEMAS))('an answer always fits its schema: %s', ([, schema]) => {
  const fits = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  test.for(SEEDS)('seed %i', async (seed) => {
    const reply = await running.client.chat.completions.create({
      model: MODEL,
      messages: ask('Make something up, as JSON.'),
      max_tokens: 120,
      response_format: format(schema),
      seed,
      ...WILD,
    } as OpenAI.ChatCompletionCreateParamsNonStreaming);
    const [choice] = reply.choices;
    if (choice!.finish_reason === 'length') return;
    expect(fits.safeParse(JSON.parse(choice!.message.content!))).toMatchObject({ success: true });
  });
});

test.for(SEEDS)('json_object always is a JSON object, seed %i', async (seed) => {
  const reply = await running.client.chat.completions.create({
    model: MODEL,
    messages: ask('Describe Paris as a small JSON object.'),
    max_tokens: 300,
    response_format: { type: 'json_object' },
    seed,
    temperature: 0.8,
  });
  const [choice] = reply.choices;
  if (choice!.finish_reason === 'length') return;
  expect(JSON.parse(choice!.message.content!)).toBeTypeOf('object');
});

const TOOLS: OpenAI.ChatCompletionFunctionTool[] = [
  tool('get_weather', {
    type: 'object',
    properties: { city: str(20) },
    required: ['city'],
    additionalProperties: false,
  }),
  tool('add', {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'integer' } },
    required: ['a', 'b'],
  }),
  tool('wait', {}),
];

function tool(name: string, parameters: Record<string, unknown>): OpenAI.ChatCompletionFunctionTool {
  return { type: 'function', function: { name, description: `The tool ${name}`, parameters } };
}

type Choice = OpenAI.ChatCompletionToolChoiceOption;
const call = (tool_choice: Choice, more: object = {}) => ({
  model: MODEL,
  messages: ask('What is the weather in Paris?'),
  tools: TOOLS,
  tool_choice,
  max_tokens: 200,
  seed: BASE,
  ...more,
});

function expectCall({ function: called }: OpenAI.ChatCompletionMessageFunctionToolCall): void {
  const asked = TOOLS.find(({ function: offered }) => offered.name === called.name);
  const fits = z.fromJSONSchema({ type: 'object', ...asked!.function.parameters });
  expect(fits.safeParse(JSON.parse(called.arguments))).toMatchObject({ success: true });
}

test.for(SEEDS)('tool_choice required always gives calls that parse and fit, seed %i', async (seed) => {
  const reply = await running.client.chat.completions.create({
    ...call('required', { seed, ...WILD, parallel_tool_calls: false }),
    stream: false,
  });
  const [choice] = reply.choices;
  if (choice!.finish_reason === 'length') return;
  expect(choice!.finish_reason).toBe('tool_calls');
  expect(choice!.message.content).toBeNull();
  expect(choice!.message.tool_calls).toHaveLength(1);
  expectCall(choice!.message.tool_calls![0] as OpenAI.ChatCompletionMessageFunctionToolCall);
});

test('a named tool is called and no other', async () => {
  const named = { type: 'function', function: { name: 'add' } } as const;
  const reply = await running.client.chat.completions.create({ ...call(named), stream: false });
  const calls = reply.choices[0]!.message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
  expect(calls.map((made) => made.function.name)).toEqual(['add']);
  expectCall(calls[0]!);
});

test('tool_choice none never calls', async () => {
  const reply = await running.client.chat.completions.create({
    ...call('none', { max_tokens: 20 }),
    stream: false,
  });
  expect(reply.choices[0]!.message.tool_calls).toBeUndefined();
  expect(reply.choices[0]!.message.content).not.toBe('');
});

test('calls come in streams, whole, with their index, and are put together by the client', async () => {
  const stream = running.client.chat.completions.stream(call('required', { temperature: 0 }) as never);
  const reply = await stream.finalChatCompletion();
  const plain = await running.client.chat.completions.create({
    ...call('required', { temperature: 0 }),
    stream: false,
  });
  const made = (completion: OpenAI.ChatCompletion) =>
    (completion.choices[0]!.message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[]).map(
      ({ function: called }) => [called.name, called.arguments],
    );
  expect(made(reply)).toEqual(made(plain));
  expect(reply.choices[0]!.finish_reason).toBe('tool_calls');
});

test('a strict tool whose schema cannot be enforced is refused; another takes any object', async () => {
  const odd = { type: 'object', properties: { a: { type: 'string', pattern: '^b+$' } } };
  const strict = [{ type: 'function' as const, function: { name: 'odd', parameters: odd, strict: true } }];
  await expect(
    running.client.chat.completions.create({ ...call('required', { tools: strict }), stream: false }),
  ).rejects.toMatchObject({ status: 400, param: 'tools' });
  const loose = [{ type: 'function' as const, function: { name: 'odd', parameters: odd } }];
  const reply = await running.client.chat.completions.create({
    ...call('required', { tools: loose, max_tokens: 60 }),
    stream: false,
  });
  expect(['tool_calls', 'length']).toContain(reply.choices[0]!.finish_reason);
});
