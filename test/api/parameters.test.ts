/** What a client may send: wrong values are named and refused, new ones left out, and nothing loosens in silence. */
import { describe, expect, it } from 'vitest';
import { DEPTH_MAX, VALUES_MAX } from '../../src/gateway/api/parameters/size.ts';
import { readChat, readCompletion, readEmbedding } from '../../src/gateway/api/parameters.ts';
import { caught } from './caught.ts';

const MESSAGES = [{ role: 'user', content: 'Hi' }];
const chat = (more: object): object => ({ model: 'm', messages: MESSAGES, ...more });
const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};

describe('a body that is no request is refused', () => {
  it.each([[null], [1], ['text'], [[]], [true]])('%j', (body) => {
    expect(caught(() => readChat(body)).code).toBe('invalid_json');
  });

  it.each([
    [{ messages: MESSAGES }, 'model'],
    [{ model: null, messages: MESSAGES }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: null }, 'messages'],
  ])('%j lacks %s', (body, param) => {
    expect(caught(() => readChat(body))).toMatchObject({ code: 'missing_parameter', param });
  });

  it('completions need a prompt, embeddings an input', () => {
    expect(caught(() => readCompletion({ model: 'm' })).param).toBe('prompt');
    expect(caught(() => readEmbedding({ model: 'm' })).param).toBe('input');
  });
});

describe('a known parameter with a wrong value is named', () => {
  it.each<[string, unknown]>([
    ['model', ''],
    ['model', 1],
    ['model', 'm'.repeat(257)],
    ['stream', 'true'],
    ['stream', 1],
    ['n', 0],
    ['n', 1.5],
    ['n', 129],
    ['n', '2'],
    ['max_tokens', 0],
    ['max_tokens', -1],
    ['max_tokens', 1e12],
    ['max_completion_tokens', '5'],
    ['temperature', -0.1],
    ['temperature', 2.1],
    ['temperature', '1'],
    ['temperature', Number.POSITIVE_INFINITY],
    ['top_p', 1.1],
    ['top_k', 1.5],
    ['min_p', -1],
    ['seed', 1.5],
    ['seed', 1e30],
    ['presence_penalty', 3],
    ['frequency_penalty', -3],
    ['repetition_penalty', 0],
    ['repeat_penalty', 11],
    ['stop', 1],
    ['stop', [1]],
    ['stop', new Array(65).fill('x')],
    ['stop', { a: 1 }],
    ['logit_bias', []],
    ['logit_bias', { a: 1 }],
    ['logit_bias', { 1: 101 }],
    ['logit_bias', { 1: '1' }],
    ['logprobs', 1],
    ['top_logprobs', 21],
    ['tools', {}],
    ['tools', [{}]],
    ['tools', [{ type: 'web_search' }]],
    ['tools', [{ type: 'function', function: {} }]],
    ['tools', [{ type: 'function', function: { name: '' } }]],
    ['tools', [{ type: 'function', function: { name: 'f', parameters: 'x' } }]],
    ['tools', new Array(513).fill({ type: 'function', function: { name: 'f' } })],
    ['tool_choice', 'sometimes'],
    ['tool_choice', {}],
    ['tool_choice', { type: 'function' }],
    ['tool_choice', { type: 'allowed_tools', allowed_tools: { mode: 'none', tools: [] } }],
    ['parallel_tool_calls', 'yes'],
    ['functions', 'f'],
    ['function_call', 'f'],
    ['response_format', 'json'],
    ['response_format', {}],
    ['response_format', { type: 'xml' }],
    ['response_format', { type: 'json_schema' }],
    ['response_format', { type: 'json_schema', json_schema: { name: 'a', schema: 1 } }],
    ['response_format', { type: 'json_schema', json_schema: { schema: {} } }],
    ['modalities', ['text', 'audio']],
    ['modalities', ['audio']],
    ['reasoning_effort', 'huge'],
    ['verbosity', 1],
    ['chat_template_kwargs', { chat_template: 'x' }],
    ['chat_template_kwargs', { tokenize: false }],
    ['chat_template_kwargs', { a: {} }],
    ['documents', ['x']],
    ['guided_choice', 'a'],
    ['stop_token_ids', [-1]],
    ['mirostat', 3],
    ['messages', []],
    ['messages', 'Hi'],
    ['messages', {}],
  ])('%s: %j', (param, value) => {
    expect(caught(() => readChat(chat({ [param]: value })))).toMatchObject({
      code: 'invalid_parameter',
      param,
    });
  });

  it.each<[unknown]>([[1], [{}], [[1.5]], [[[1, 'a']]], [['a', 1]], [new Array(2049).fill('a')]])(
    'prompt %j',
    (prompt) => {
      expect(caught(() => readCompletion({ model: 'm', prompt })).param).toBe('prompt');
    },
  );

  it.each<[string, unknown]>([
    ['dimensions', 0],
    ['encoding_format', 'hex'],
    ['input', { a: 1 }],
  ])('%s: %j', (param, value) => {
    expect(caught(() => readEmbedding({ model: 'm', input: 'x', [param]: value })).param).toBe(param);
  });

  it('stream options are read when there is a stream', () => {
    expect(caught(() => readChat(chat({ stream: true, stream_options: 1 }))).param).toBe('stream_options');
    expect(caught(() => readChat(chat({ stream: true, stream_options: { include_usage: 1 } }))).param).toBe(
      'stream_options',
    );
  });
});

describe('messages', () => {
  it.each<[string, string, unknown]>([
    ['messages', 'not an object', 'Hi'],
    ['messages', 'a list', []],
    ['messages.role', 'no role', { content: 'Hi' }],
    ['messages.role', 'an unknown role', { role: 'root', content: 'Hi' }],
    ['messages.role', 'a role of the prototype', { role: 'constructor', content: 'Hi' }],
    ['messages.content', 'a number as content', { role: 'user', content: 1 }],
    ['messages.content', 'an object as content', { role: 'user', content: {} }],
    ['messages.content', 'text as a part', { role: 'user', content: ['Hi'] }],
    [
      'messages.content.type',
      'a part of unknown type',
      { role: 'user', content: [{ type: 'image_embeds', image_embeds: 'x' }] },
    ],
    ['messages.content.type', 'a part without type', { role: 'user', content: [{ image_url: 'http://x' }] }],
    ['messages.content.text', 'a text part without text', { role: 'user', content: [{ type: 'text' }] }],
    ['messages.name', 'a number as name', { role: 'user', content: 'Hi', name: 1 }],
    ['messages.tool_call_id', 'a list as id', { role: 'tool', content: 'Hi', tool_call_id: [] }],
    [
      'messages.reasoning',
      'an object as reasoning',
      { role: 'assistant', content: 'Hi', reasoning_content: {} },
    ],
    ['messages.tool_calls', 'calls that are no list', { role: 'assistant', tool_calls: {} }],
    [
      'messages.tool_calls',
      'a call without id',
      { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '' } }] },
    ],
    [
      'messages.tool_calls',
      'arguments as object',
      { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: {} } }] },
    ],
    [
      'messages.tool_calls',
      'an unknown type',
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'x', function: {} }] },
    ],
    [
      'messages.function_call',
      'an old call without name',
      { role: 'assistant', function_call: { arguments: '' } },
    ],
  ])('%s: %s is refused with its place', (param, _, message) => {
    const error = caught(() => readChat({ model: 'm', messages: [...MESSAGES, message] }));
    expect(error).toMatchObject({ code: 'invalid_parameter', param, numbers: { index: 1 } });
  });

  it('only an assistant may have no content', () => {
    expect(caught(() => readChat({ model: 'm', messages: [{ role: 'user' }] }))).toMatchObject({
      code: 'missing_parameter',
      param: 'messages.content',
    });
    expect(
      readChat({ model: 'm', messages: [{ role: 'assistant', content: null }] }).params.messages,
    ).toEqual([{ role: 'assistant', content: null }]);
  });

  it('are made of known fields only', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}', secret: 1 }, extra: 1 };
    const { params } = readChat({
      model: 'm',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' }, image_url: 'http://x' },
          ],
          prefix: true,
        },
        {
          role: 'assistant',
          content: 'Hm',
          tool_calls: [call],
          audio: { id: 'x' },
          refusal: null,
          reasoning_content: 'so',
        },
        { role: 'tool', content: 'ok', tool_call_id: 'c', tools: [{}] },
        { role: 'user', content: 'Hi', tool_calls: [call] },
      ],
    });
    expect(params.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: 'Hm',
        reasoning_content: 'so',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', content: 'ok', tool_call_id: 'c' },
      { role: 'user', content: 'Hi' },
    ]);
  });
});

describe('data terms can be tightened, and a typo does not loosen them', () => {
  it.each<[string, unknown]>([
    ['provider', 'deny'],
    ['provider', []],
    ['provider', { datacollection: 'deny' }],
    ['provider', { zdr: true, only: ['x'] }],
    ['provider', JSON.parse('{"__proto__":{"zdr":true}}')],
    ['provider.data_collection', { data_collection: 'no' }],
    ['provider.data_collection', { data_collection: null }],
    ['provider.zdr', { zdr: 'true' }],
    ['provider.zdr', { zdr: null }],
    ['provider.region', { region: '' }],
    ['provider.region', { region: [] }],
    ['provider.region', { region: [1] }],
    ['provider.region', { region: 'a b' }],
    ['provider.region', { region: new Array(17).fill('eu') }],
  ])('%s: %j is refused', (param, provider) => {
    expect(caught(() => readChat(chat({ provider })))).toMatchObject({ code: 'invalid_parameter', param });
  });

  it('the three known wishes are read', () => {
    expect(
      readChat(chat({ provider: { data_collection: 'deny', zdr: true, region: 'eu' } })).provider,
    ).toEqual({
      dataCollection: 'deny',
      zdr: true,
      region: ['eu'],
    });
    expect(readChat(chat({ provider: { region: ['eu', 'ch'] } })).provider.region).toEqual(['eu', 'ch']);
    expect(readChat(chat({})).provider).toEqual({ dataCollection: 'allow', zdr: false, region: null });
  });
});

describe('what we do not do is refused, not ignored', () => {
  it.each([[true], [1], ['true'], [{}]])('store: %j', (store) => {
    expect(caught(() => readChat(chat({ store })))).toMatchObject({
      code: 'store_refused',
      param: 'store',
      status: 400,
    });
  });
  it.each([[false], [null], [undefined]])('store: %j is nothing', (store) => {
    expect(readChat(chat({ store })).model).toBe('m');
  });
});

describe('size', () => {
  it(`takes ${DEPTH_MAX} levels and no more`, () => {
    expect(readChat(chat({ unknown: nested(DEPTH_MAX - 1) })).model).toBe('m');
    expect(caught(() => readChat(chat({ unknown: nested(DEPTH_MAX) })))).toMatchObject({
      code: 'too_deep',
      status: 400,
    });
    expect(caught(() => readChat(chat({ unknown: nested(5000) }))).code).toBe('too_deep');
  });

  it('counts values, wherever they are', () => {
    const many = new Array(VALUES_MAX + 1).fill(0);
    expect(caught(() => readChat(chat({ unknown: many }))).code).toBe('too_deep');
    expect(caught(() => readChat(chat({ unknown: { a: many.slice(1), b: 1 } }))).code).toBe('too_deep');
  });
});

describe('what is read', () => {
  it('unknown and null parameters are left out', () => {
    const body = JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"Hi"}],"brand_new":1,"constructor":1,"__proto__":{"temperature":1},"temperature":null,"user":"u","stop":"x"}',
    );
    expect(Object.keys(readChat(body).params)).toEqual(['messages', 'stop']);
  });

  it('of two output limits the smaller holds', () => {
    expect(readChat(chat({})).maxOutput).toBeNull();
    expect(readChat(chat({ max_tokens: 5 })).maxOutput).toBe(5);
    expect(readChat(chat({ max_completion_tokens: 7 })).maxOutput).toBe(7);
    expect(readChat(chat({ max_tokens: 5, max_completion_tokens: 7 })).maxOutput).toBe(5);
  });

  it('every answer that an engine may compute is counted', () => {
    expect(readChat(chat({}))).toMatchObject({ n: 1, answers: 1 });
    expect(readChat(chat({ n: 3 }))).toMatchObject({ n: 3, answers: 3 });
    expect(readCompletion({ model: 'm', prompt: ['a', 'b'], n: 2, best_of: 5 })).toMatchObject({
      n: 2,
      answers: 10,
    });
    expect(readCompletion({ model: 'm', prompt: [1, 2, 3] }).answers).toBe(1);
    expect(readCompletion({ model: 'm', prompt: [[1], [2]] }).answers).toBe(2);
    expect(readCompletion({ model: 'm', prompt: [] }).answers).toBe(1);
  });

  it('stream and usage', () => {
    expect(readChat(chat({}))).toMatchObject({ stream: false, includeUsage: false, continuousUsage: false });
    expect(readChat(chat({ stream_options: { include_usage: true } })).includeUsage).toBe(false);
    const usage = { include_usage: true, continuous_usage_stats: true, include_obfuscation: false };
    expect(readChat(chat({ stream: true, stream_options: usage }))).toMatchObject({
      stream: true,
      includeUsage: true,
      continuousUsage: true,
    });
  });

  it('embeddings have no output', () => {
    const request = readEmbedding({ model: 'm', input: ['a', 'b'], stream: true, n: 5, max_tokens: 9 });
    expect(request).toMatchObject({
      endpoint: 'embeddings',
      stream: false,
      n: 1,
      answers: 1,
      maxOutput: null,
    });
  });
});
