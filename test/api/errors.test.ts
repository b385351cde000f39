/** Errors say what happened and what to do next, and nothing that a client or an engine wrote (INFER-1). */
import fc from 'fast-check';
import { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { NUMBERS, WORDS } from '../../src/gateway/api/error-table.ts';
import {
  ApiError,
  ERRORS,
  type ErrorCode,
  type ErrorDetails,
  type ErrorEntry,
  errorBody,
  errorOfFault,
  streamErrorEvent,
} from '../../src/gateway/api/errors.ts';
import { PARAMS } from '../../src/gateway/api/names.ts';
import { FAULTS, type FaultCode, HttpFault } from '../../src/gateway/http/fault.ts';
import { canary, leaked } from './hostile.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const entryOf = (code: ErrorCode): ErrorEntry => ERRORS[code];

describe('no error repeats what a stranger wrote', () => {
  it('drops parameters, numbers and words that are in no closed list', () => {
    const secret = canary();
    const details = {
      param: secret,
      numbers: { [secret]: 1, limit: secret, index: Number.NaN, left: Number.POSITIVE_INFINITY },
      words: { term: secret, [secret]: 'zdr', __proto__: { window: secret } },
      retryAfter: secret,
    } as unknown as ErrorDetails;
    for (const code of CODES) {
      const error = new ApiError(code, details);
      expect(leaked(errorBody(error) + error.message + String(error.retryAfter), secret)).toEqual([]);
      expect(error.param).toBeNull();
    }
  });

  it('holds for any hostile details', () => {
    const text = fc.string({ minLength: 6, unit: 'grapheme' });
    const details = fc.record(
      {
        param: text,
        numbers: fc.dictionary(fc.oneof(text, fc.constantFrom(...NUMBERS)), fc.oneof(text, fc.double())),
        words: fc.dictionary(fc.oneof(text, fc.constantFrom('term', 'of', 'window')), text),
        retryAfter: fc.oneof(fc.double(), text),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...CODES), details, (code, given) => {
        const body = errorBody(new ApiError(code, given as ErrorDetails));
        const parsed = JSON.parse(body).error as Record<string, unknown>;
        const known = new Set<string>([
          'message',
          'type',
          'param',
          'code',
          'source',
          'retryable',
          ...NUMBERS,
          ...Object.keys(WORDS),
        ]);
        for (const [key, value] of Object.entries(parsed)) {
          expect(known.has(key)).toBe(true);
          if (key in WORDS) expect(WORDS[key as keyof typeof WORDS]).toContain(value);
          if ((NUMBERS as readonly string[]).includes(key)) expect(typeof value).toBe('number');
        }
        expect(parsed.param === null || (PARAMS as readonly unknown[]).includes(parsed.param)).toBe(true);
      }),
    );
  });
});

describe('every error of the table', () => {
  it.each(CODES)(
    '%s has a status, a type that OpenAI clients know, and a sentence that says what to do',
    (code) => {
      const entry = entryOf(code);
      expect(entry.status).toBeGreaterThanOrEqual(400);
      expect(entry.status).toBeLessThan(600);
      for (const text of [entry.message, entry.detailed ?? entry.message]) {
        expect(text).toMatch(/^[A-Z].*\.$/);
        expect(text.length).toBeGreaterThan(40);
      }
      expect(entry.message).not.toMatch(/[{}]/);
      expect(code).toMatch(/^[a-z][a-z0-9_]{0,47}$/);
    },
  );

  it.each(CODES)('%s names in its detailed sentence only numbers and words of the closed lists', (code) => {
    const names = [...(entryOf(code).detailed ?? '').matchAll(/\{([a-z_]+)\}/g)].map((found) => found[1]);
    const known: readonly string[] = [...NUMBERS, ...Object.keys(WORDS), 'param'];
    for (const name of names) expect(known).toContain(name);
  });

  it.each(CODES)('%s is raised by the OpenAI client as the class of its status', (code) => {
    const entry = entryOf(code);
    const error = new ApiError(code, { param: 'model' });
    const body = JSON.parse(errorBody(error)) as { error: object };
    const raised = APIError.generate(entry.status, body, undefined, new Headers());
    expect(raised.code).toBe(code);
    expect(raised.type).toBe(entry.type);
    expect(raised.param).toBe('model');
    expect(raised.message).toContain(error.message);
  });
});

describe('numbers help', () => {
  it('are in the sentence when all of them are known', () => {
    const error = new ApiError('context_length_exceeded', {
      numbers: { context_length: 4096, requested_tokens: 5000 },
    });
    expect(error.message).toBe(
      'The context of this model is 4096 tokens, and this request needs 5000. Shorten the messages, or ask for less output.',
    );
    expect(JSON.parse(errorBody(error)).error).toMatchObject({
      context_length: 4096,
      requested_tokens: 5000,
    });
  });

  it('are left out of the sentence when one is missing', () => {
    const error = new ApiError('context_length_exceeded', { numbers: { context_length: 4096 } });
    expect(error.message).toBe(ERRORS.context_length_exceeded.message);
    expect(JSON.parse(errorBody(error)).error.context_length).toBe(4096);
  });

  it('are written as dollars and dates for people', () => {
    const error = new ApiError('budget_exceeded', {
      words: { window: 'day', of: 'key' },
      numbers: {
        estimate_microusd: 1_500_000,
        left_microusd: 20,
        limit_microusd: 5_000_000,
        fits_output_tokens: 12,
        resets_at: 1_790_000_000,
      },
    });
    expect(error.message).toContain('1.500000 USD');
    expect(error.message).toContain('0.000020 USD of the key budget of 5.000000 USD a day');
    expect(error.message).toContain('2026-09-21T14:13:20.000Z');
  });

  it('say when to come back, in whole seconds', () => {
    expect(new ApiError('engine_busy', { retryAfter: 0.2 }).retryAfter).toBe(1);
    expect(new ApiError('engine_busy').retryAfter).toBeNull();
    expect(new ApiError('engine_busy', { retryAfter: -1 }).retryAfter).toBeNull();
  });
});

it('an error in a stream is one event, without [DONE]', () => {
  const event = streamErrorEvent(new ApiError('engine_lost'));
  expect(event.endsWith('\n\n')).toBe(true);
  expect(event.trimEnd().includes('\n')).toBe(false);
  expect(JSON.parse(event.slice('data: '.length)).error.code).toBe('engine_lost');
  expect(event).not.toContain('[DONE]');
});

it.each(Object.keys(FAULTS) as FaultCode[])(
  'the HTTP fault %s becomes an error with its own sentence',
  (code) => {
    const error = errorOfFault(new HttpFault(code));
    expect(error.message).toBe(FAULTS[code][1]);
    expect(error.status).toBeGreaterThanOrEqual(400);
    if (FAULTS[code][0] !== 502 && code !== 'method_unknown') expect(error.status).toBe(FAULTS[code][0]);
  },
);
