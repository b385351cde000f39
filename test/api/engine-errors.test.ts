/** Engines quote prompts in their errors; a client gets our sentence, our code, and the numbers (INFER-1). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/gateway/api/engine-error-rules.ts';
import { ENGINE_ERROR_CHARS_MAX, mapEngineError } from '../../src/gateway/api/engine-errors.ts';
import { type ErrorCode, errorBody } from '../../src/gateway/api/errors.ts';
import { DIALECTS } from '../../src/gateway/settings.ts';
import { canary, leaked } from './hostile.ts';
import { CONTEXT, OTHERS, openai, plain, tgi, VLLM_OLD, vllm } from './wordings.ts';

describe('real wordings', () => {
  it.each([...CONTEXT, ...OTHERS])(
    '$dialect $status $body',
    ({ dialect, status, body, code, param, numbers }) => {
      const error = mapEngineError(dialect, status, body);
      expect(error).toMatchObject({ code, mapped: true, param: param ?? null });
      if (numbers !== undefined) expect(error.numbers).toMatchObject(numbers);
    },
  );

  it('are read in a stream’s error event too, where the status is in the error', () => {
    expect(mapEngineError('vllm', 0, vllm(VLLM_OLD)).code).toBe('context_length_exceeded');
    expect(mapEngineError('vllm', 0, openai('x', 'ServiceUnavailable', 503)).code).toBe('engine_unavailable');
    expect(mapEngineError('vllm', 0, '{}')).toMatchObject({ code: 'engine_fault', mapped: false });
  });
});

describe('a parameter that an engine names', () => {
  const named = (param: unknown, code: string, status = 400) =>
    mapEngineError(
      'kept',
      status,
      JSON.stringify({ error: { message: 'x', type: 'invalid_request_error', param, code } }),
    );

  it('is named on when it is one of ours', () => {
    expect(named('seed', 'invalid_value')).toMatchObject({
      code: 'invalid_parameter',
      param: 'seed',
      mapped: true,
    });
    expect(named('echo', 'unsupported_parameter')).toMatchObject({
      code: 'unsupported_parameter',
      param: 'echo',
    });
  });

  it('is not when it is anything else', () => {
    for (const param of ['my secret', '__proto__', 'messages.0.content', 1, null, ['seed'], { seed: 1 }]) {
      expect(named(param, 'invalid_value')).toMatchObject({
        code: 'engine_refused',
        param: null,
        mapped: false,
      });
    }
    expect(named('seed', 'x', 500).code).toBe('engine_fault');
  });
});

describe('what no rule knows', () => {
  it.each<[number, ErrorCode, boolean]>([
    [400, 'engine_refused', false],
    [402, 'engine_refused', false],
    [418, 'engine_refused', false],
    [422, 'engine_refused', false],
    [500, 'engine_fault', false],
    [501, 'engine_fault', false],
    [599, 'engine_fault', false],
    [401, 'engine_unavailable', true],
    [403, 'engine_unavailable', true],
    [404, 'engine_unavailable', true],
    [408, 'timeout', true],
    [413, 'body_too_large', true],
    [429, 'engine_busy', true],
    [502, 'engine_unavailable', true],
    [503, 'engine_unavailable', true],
    [504, 'timeout', true],
  ])('%d becomes %s', (status, code, mapped) => {
    for (const body of [
      '',
      'garbage',
      '{',
      '[]',
      'null',
      '"x"',
      '{"error":null}',
      '{"error":{"message":1}}',
      '{"detail":[{}]}',
    ]) {
      expect(mapEngineError('vllm', status, body)).toMatchObject({ code, mapped });
    }
  });
});

describe('nothing of an engine’s text goes on', () => {
  const shapes = [
    vllm,
    openai,
    plain,
    (m: string) => tgi(m, m),
    (m: string) => openai(m, m, m),
    (m: string) => m,
    (m: string) => JSON.stringify({ detail: m }),
  ];
  const wordings = [...CONTEXT, ...OTHERS].map(
    ({ body }) => JSON.parse(body) as { message?: string; error?: { message?: string } | string },
  );
  const messages = wordings.map(
    (body) => (typeof body.error === 'string' ? body.error : body.error?.message) ?? body.message ?? '',
  );

  it('a prompt quoted before, in and after each wording, in each shape', () => {
    for (const message of messages) {
      for (const shape of shapes) {
        const secret = canary();
        const at = Math.floor(message.length / 2);
        const quoted = [
          `${secret} ${message}`,
          `${message} ${secret}`,
          message.slice(0, at) + secret + message.slice(at),
        ];
        for (const text of quoted) {
          for (const dialect of DIALECTS) {
            const error = mapEngineError(dialect, 400, shape(text));
            expect(leaked(errorBody(error) + error.stack, secret)).toEqual([]);
          }
        }
      }
    }
  });

  it('numbers of a quoted prompt are no numbers of ours', () => {
    const body = vllm(`Unexpected token in: ${VLLM_OLD}`);
    expect(mapEngineError('vllm', 400, body)).toMatchObject({
      code: 'engine_refused',
      numbers: {},
      mapped: false,
    });
  });

  it('any JSON in any place', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.integer({ min: 0, max: 599 }),
        fc.constantFrom(...DIALECTS),
        (value, status, dialect) => {
          const error = mapEngineError(
            dialect,
            status,
            JSON.stringify({ error: value, message: value, type: value, code: value }),
          );
          expect(error.status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('a huge body is not searched', () => {
    const error = mapEngineError('vllm', 400, vllm(VLLM_OLD + 'x'.repeat(ENGINE_ERROR_CHARS_MAX)));
    expect(error).toMatchObject({ code: 'engine_refused', mapped: false });
  });
});

describe('patterns', () => {
  const patterns = RULES.flatMap((rule) => (rule.pattern === undefined ? [] : [rule.pattern]));
  it.each(patterns)('%s is anchored and captures digits only', (pattern) => {
    expect(pattern.source.startsWith('^')).toBe(true);
    expect(pattern.source).not.toMatch(/\)[*+]|[*+]\)|\.\*|\.\+/);
    for (const [, group] of pattern.source.matchAll(/\(\?<\w+>([^)]*)\)/g)) expect(group).toBe('\\d{1,9}');
  });

  it('take linear time on hostile text', () => {
    const seeds = [
      'a'.repeat(8000),
      '1'.repeat(8000),
      'The model `'.repeat(700),
      "This model's maximum context length is ".repeat(200),
      'Error: '.repeat(1000),
    ];
    const started = performance.now();
    for (const text of seeds) for (const dialect of DIALECTS) mapEngineError(dialect, 400, vllm(text));
    // Far above what linear matching takes; a catastrophic pattern takes hours.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
