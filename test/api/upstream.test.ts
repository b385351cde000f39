/** What an engine gets is made of known fields and our own values alone; what was checked is what is sent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/gateway/api/errors.ts';
import { NEVER_SENT, TABLES } from '../../src/gateway/api/parameters/tables.ts';
import {
  type ApiRequest,
  readChat,
  readCompletion,
  readEmbedding,
  upstreamBody,
} from '../../src/gateway/api/parameters.ts';
import { DIALECTS, type Dialect } from '../../src/gateway/settings.ts';
import { canary, leaked } from './hostile.ts';

const MESSAGES = [{ role: 'user', content: 'Hi' }];
const sent = (request: ApiRequest, dialect: Dialect, options = {}): Record<string, unknown> =>
  JSON.parse(upstreamBody(request, dialect, 'theirs', { continuousUsage: false, ...options }));

/** Values of every kind that the tables take. */
const GOOD: Record<string, unknown> = {
  messages: MESSAGES,
  prompt: 'Hi',
  input: 'Hi',
  temperature: 1,
  top_p: 1,
  stop: ['x'],
  logit_bias: { 5: 1 },
  response_format: { type: 'json_object' },
  tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
  tool_choice: 'auto',
  reasoning_effort: 'low',
  verbosity: 'low',
  chat_template_kwargs: { enable_thinking: false },
  functions: [{ name: 'f' }],
  function_call: 'auto',
  modalities: ['text'],
  reasoning_format: 'none',
  encoding_format: 'float',
  json_schema: {},
  structured_outputs: { regex: 'a' },
  guided_json: {},
  guided_choice: ['a'],
  documents: [{}],
  dry_sequence_breakers: ['x'],
  bad_words: ['x'],
  stop_token_ids: [1],
  allowed_token_ids: [1],
};
const candidates = [[1], [true], ['x'], [['x']]].map(([value]) => value);

/** A value that the named parameter takes. */
function goodValue(endpoint: 'chat' | 'completions' | 'embeddings', name: string): unknown {
  const known = TABLES[endpoint].get(name)!;
  for (const value of name in GOOD ? [GOOD[name]] : candidates) {
    try {
      known.read(value);
      return value;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  throw new Error(`no value for ${name}`);
}

const ENDPOINTS = ['chat', 'completions', 'embeddings'] as const;
const READERS = { chat: readChat, completions: readCompletion, embeddings: readEmbedding };
const OURS = new Set([
  'model',
  'stream',
  'stream_options',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'cache_salt',
  'cache_prompt',
]);

describe.each(ENDPOINTS)('%s', (endpoint) => {
  it.each(DIALECTS)('every known parameter reaches %s under its name, and nothing else does', (dialect) => {
    const secret = canary();
    const body: Record<string, unknown> = { model: secret, [secret]: secret, extra_body: { [secret]: 1 } };
    for (const name of TABLES[endpoint].keys()) body[name] = goodValue(endpoint, name);
    for (const name of NEVER_SENT)
      if (!['store', 'provider', 'modalities'].includes(name)) body[name] = secret;
    const made = sent(READERS[endpoint](body), dialect);
    expect(leaked(JSON.stringify(made), secret)).toEqual([]);
    const allowed = new Set(
      [...TABLES[endpoint].values()].map((each) => each.sentAs[dialect]).filter(Boolean),
    );
    for (const name of Object.keys(made)) expect(allowed.has(name) || OURS.has(name)).toBe(true);
    for (const name of allowed) expect(Object.keys(made)).toContain(name);
    expect(made.model).toBe('theirs');
  });
});

it('what never travels does not travel', () => {
  for (const endpoint of ENDPOINTS) {
    for (const name of NEVER_SENT) {
      const known = TABLES[endpoint].get(name);
      expect(known === undefined || Object.keys(known.sentAs).length === 0).toBe(true);
    }
  }
});

describe('the output limit', () => {
  const request = readChat({ model: 'm', messages: MESSAGES, max_completion_tokens: 50 });
  it('is what dialects call it', () => {
    expect(sent(request, 'openai')).toMatchObject({ max_completion_tokens: 50 });
    expect(sent(request, 'openai')).not.toHaveProperty('max_tokens');
    for (const dialect of DIALECTS.filter((each) => each !== 'openai')) {
      expect(sent(request, dialect)).toMatchObject({ max_tokens: 50 });
      expect(sent(request, dialect)).not.toHaveProperty('max_completion_tokens');
    }
    const completion = readCompletion({ model: 'm', prompt: 'Hi', max_tokens: 5 });
    expect(sent(completion, 'openai')).toMatchObject({ max_tokens: 5 });
  });
  it('is ours where we set one', () => {
    expect(sent(request, 'vllm', { maxOutput: 7 }).max_tokens).toBe(7);
    expect(sent(readChat({ model: 'm', messages: MESSAGES }), 'vllm')).not.toHaveProperty('max_tokens');
  });
});

describe('usage', () => {
  const stream = readChat({ model: 'm', messages: MESSAGES, stream: true });
  it.each(DIALECTS)('is always asked of a stream of %s', (dialect) => {
    expect(sent(stream, dialect)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });
  it('is asked in every chunk where the dialect knows how', () => {
    const asked = DIALECTS.filter((dialect) => {
      const options = sent(stream, dialect, { continuousUsage: true }).stream_options as object;
      return 'continuous_usage_stats' in options;
    });
    expect(asked).toEqual(['kept', 'vllm', 'sglang']);
  });
  it('is not asked of a plain reply', () => {
    expect(sent(readChat({ model: 'm', messages: MESSAGES }), 'vllm')).not.toHaveProperty('stream_options');
  });
});

describe('prefix caches', () => {
  const request = readChat({
    model: 'm',
    messages: MESSAGES,
    cache_salt: 'theirs',
    cache_prompt: true,
    id_slot: 1,
  });
  it('are kept apart by our salt, never by the client’s', () => {
    for (const dialect of ['kept', 'vllm', 'sglang'] as const) {
      expect(sent(request, dialect, { cacheSalt: 'ours' }).cache_salt).toBe('ours');
      expect(sent(request, dialect)).not.toHaveProperty('cache_salt');
    }
    expect(sent(request, 'ollama', { cacheSalt: 'ours' })).not.toHaveProperty('cache_salt');
  });
  it('are off where they cannot be kept apart', () => {
    expect(sent(request, 'llama-server').cache_prompt).toBe(false);
    expect(sent(request, 'llama-server')).not.toHaveProperty('id_slot');
  });
});

it('a penalty has the name that the engine knows', () => {
  const request = readChat({ model: 'm', messages: MESSAGES, repetition_penalty: 1.1 });
  expect(sent(request, 'vllm')).toMatchObject({ repetition_penalty: 1.1 });
  expect(sent(request, 'llama-server')).toMatchObject({ repeat_penalty: 1.1 });
  const other = readChat({ model: 'm', messages: MESSAGES, repeat_penalty: 1.2 });
  expect(sent(other, 'sglang')).toMatchObject({ repetition_penalty: 1.2 });
  expect(sent(other, 'kept')).toMatchObject({ repeat_penalty: 1.2 });
});

it('tools and schemas go on whole', () => {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string', enum: ['Bern'] } },
    required: ['city'],
  };
  const tools = [
    { type: 'function', function: { name: 'weather', description: 'd', parameters, strict: true } },
  ];
  const tool_choice = { type: 'function', function: { name: 'weather' } };
  const response_format = {
    type: 'json_schema',
    json_schema: { name: 'a', strict: true, schema: parameters },
  };
  const made = sent(
    readChat({ model: 'm', messages: MESSAGES, tools, tool_choice, response_format }),
    'vllm',
  );
  expect(made).toMatchObject({ tools, tool_choice, response_format });
});

it('whatever JSON a client sends is refused or sent in known keys', () => {
  const names = [
    ...TABLES.chat.keys(),
    ...NEVER_SENT,
    'n',
    'stream',
    'max_tokens',
    'stream_options',
    '__proto__',
    'toString',
  ];
  const body = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.string()),
    fc.jsonValue({ maxDepth: 4 }),
    { maxKeys: 12 },
  );
  const known = new Set([...TABLES.chat.values()].flatMap((each) => Object.values(each.sentAs)));
  fc.assert(
    fc.property(body, fc.constantFrom(...DIALECTS), fc.boolean(), (given, dialect, continuousUsage) => {
      const parsed = JSON.parse(JSON.stringify({ messages: MESSAGES, ...given, model: 'm' }));
      try {
        const made = JSON.parse(
          upstreamBody(readChat(parsed), dialect, 'theirs', { continuousUsage, cacheSalt: 's' }),
        );
        for (const name of Object.keys(made)) expect(known.has(name) || OURS.has(name)).toBe(true);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        expect(error.status).toBe(400);
      }
    }),
    { numRuns: 3000 },
  );
});

it('sends each name once: of two names for one thing the one that the engine has', () => {
  const both = {
    model: 'm',
    messages: MESSAGES,
    repetition_penalty: 1.5,
    repeat_penalty: 1.1,
    max_tokens: 3,
  };
  const request = readChat({ ...both, max_completion_tokens: 4 });
  for (const dialect of DIALECTS) {
    const text = upstreamBody(request, dialect, 'theirs', { continuousUsage: true, cacheSalt: 's' });
    // Written anew by a parser that keeps the last of two, nothing may be lost.
    expect(JSON.stringify(JSON.parse(text))).toBe(text);
  }
  expect(sent(request, 'vllm')).toMatchObject({ repetition_penalty: 1.5 });
  expect(sent(request, 'llama-server')).toMatchObject({ repeat_penalty: 1.1 });
});
