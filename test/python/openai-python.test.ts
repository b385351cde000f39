/** The OpenAI client for Python, unchanged, against the front door. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, chat, newAccount } from '../gateway/support.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { pythonWith } from '../support/python.ts';

const VERSION = '3.54.0';
const run = promisify(execFile);

const found = await pythonWith('openai', VERSION);
if ('missing' in found) console.warn(`Skipped: ${found.missing}.`);

describe.skipIf('missing' in found)('the current client for Python', () => {
  let engine: LyingEngine;
  let kept: Instance;
  // biome-ignore lint/suspicious/noExplicitAny: what the script prints is what is looked at
  let saw: any;

  beforeAll(async () => {
    engine = await startLyingEngine();
    kept = await startKept({ engineUrl: engine.url });
    const { key } = await newAccount(kept);
    const spent = await newAccount(kept, { key: { limits: { rpm: 1 } } });
    await ask(kept, spent.key, chat('the only one'));
    const script = path.join(import.meta.dirname, 'client.py');
    const { python } = found as { python: string };
    const { stdout } = await run(python, [script, `${kept.apiUrl}/v1/openai`, key, spent.key]);
    saw = JSON.parse(stdout);
  });
  afterAll(async () => {
    await kept?.stop();
    await engine?.stop();
  });

  test('plain answers, streams with usage, completions and models', () => {
    expect(saw.plain).toMatchObject({ finish_reason: 'stop', completion_tokens: 8 });
    expect(saw.plain.content).toContain('hello from Python');
    expect(saw.stream.content).toContain('hello from Python');
    expect(saw.stream.completion_tokens).toBe(8);
    expect(saw.completion).toContain('once upon');
    expect(saw.models).toEqual(['liar']);
  });

  test.each([
    ['unknown_key', 'AuthenticationError', 401, 'malformed_api_key'],
    ['unknown_model', 'NotFoundError', 404, 'model_not_found'],
    ['bad_parameter', 'BadRequestError', 400, 'invalid_parameter'],
    ['limited', 'RateLimitError', 429, 'rate_limit_exceeded'],
    ['garbage', 'InternalServerError', 502, 'engine_fault'],
    ['embeddings', 'BadRequestError', 400, 'unsupported_endpoint'],
  ])('%s raises %s', (name, type, status, code) => {
    expect(saw[name]).toEqual({ class: type, status, code });
  });

  test('a broken stream is raised, not taken for whole', () => {
    expect(saw.broken_stream).toMatchObject({ class: 'APIError', code: 'engine_lost' });
  });
});
