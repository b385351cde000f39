/** Models show price, context and data terms; a key shows its limits. Both in OpenAI's shapes, exact to the digit. */
import { describe, expect, it } from 'vitest';
import { type KeyFacts, keyBody } from '../../src/gateway/api/key-page.ts';
import { modelBody, modelsBody } from '../../src/gateway/api/models-page.ts';
import type { EngineSettings } from '../../src/gateway/settings.ts';
import type { CatalogueModel } from '../../src/link/words.ts';

const engine = (number: number, more: Partial<EngineSettings> = {}): EngineSettings => ({
  number,
  name: `engine-${number}`,
  url: `http://10.0.0.${number}:8000/v1`,
  socket: null,
  key: 'secret-of-the-engine',
  dialect: 'vllm',
  region: 'eu',
  terms: { retentionDays: 0, trains: false, declaredBy: 'operator', until: null },
  prefixCache: 'per_account',
  ...more,
});

const model = (more: Partial<CatalogueModel> = {}): CatalogueModel => ({
  number: 7,
  name: 'qwen3',
  kind: 'chat',
  context: 8192,
  maxOutput: 4096,
  prices: { prompt: 100_000, cached: 50_000, completion: 400_001, reasoning: 0 },
  created: 1_700_000_000,
  engines: [
    { engine: 1, upstream: 'Qwen/Qwen3' },
    { engine: 2, upstream: 'qwen3:8b' },
    { engine: 3, upstream: 'q' },
    { engine: 99, upstream: 'gone' },
  ],
  ...more,
});

describe('models', () => {
  const attested = { retentionDays: 30, trains: false, declaredBy: 'Some Cloud', until: '2027-01-01' };
  const engines = [engine(1), engine(2), engine(3, { region: 'us', terms: attested, prefixCache: 'shared' })];
  const text = modelsBody([model()], engines);
  const listed = JSON.parse(text);

  it('are a list in the shape of OpenAI', () => {
    expect(listed.object).toBe('list');
    expect(listed.data[0]).toMatchObject({
      id: 'qwen3',
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'kept',
    });
    expect(JSON.parse(modelBody(model(), engines))).toEqual(listed.data[0]);
    expect(JSON.parse(modelsBody([], []))).toEqual({ object: 'list', data: [] });
  });

  it('say prices exactly', () => {
    expect(listed.data[0].pricing).toEqual({
      prompt: '0.0000001',
      input_cache_read: '0.00000005',
      completion: '0.000000400001',
      internal_reasoning: '0',
    });
    const dear = model({
      prices: { prompt: 2_000_000_000_000, cached: 1, completion: 1_500_000_000_000, reasoning: 0 },
    });
    expect(JSON.parse(modelBody(dear, [])).pricing).toMatchObject({
      prompt: '2',
      input_cache_read: '0.000000000001',
      completion: '1.5',
    });
  });

  it('show the terms of each of their engines once, and nothing else of an engine', () => {
    expect(listed.data[0].data_terms).toEqual([
      {
        retention_days: 0,
        trains: false,
        region: 'eu',
        prefix_cache: 'per_account',
        declared_by: 'operator',
        until: null,
      },
      {
        retention_days: 30,
        trains: false,
        region: 'us',
        prefix_cache: 'shared',
        declared_by: 'Some Cloud',
        until: '2027-01-01',
      },
    ]);
    for (const secret of ['10.0.0', 'secret-of', 'Qwen/Qwen3', 'vllm']) expect(text).not.toContain(secret);
  });
});

it('a key shows its limits, what is left, and when they reset', () => {
  const facts: KeyFacts = {
    key: 'a'.repeat(32),
    account: 'b'.repeat(32),
    expiresAt: Date.UTC(2027, 0, 1),
    models: ['qwen3'],
    networks: null,
    limits: [
      { of: 'account', kind: 'balance', limit: null, left: 5_000_000, resetsAt: 0 },
      { of: 'key', kind: 'day', limit: 1_000_000, left: 250_000, resetsAt: Date.UTC(2026, 0, 2) },
      { of: 'account', kind: 'requests', limit: 60, left: 59, resetsAt: Date.UTC(2026, 0, 1, 0, 1) },
      { of: 'account', kind: 'concurrency', limit: 200, left: 200, resetsAt: 0 },
    ],
  };
  expect(JSON.parse(keyBody(facts))).toEqual({
    object: 'key',
    id: `key_${'a'.repeat(32)}`,
    account: `acct_${'b'.repeat(32)}`,
    expires_at: '2027-01-01T00:00:00.000Z',
    models: ['qwen3'],
    networks: null,
    limits: [
      { of: 'account', limited: 'balance', unit: 'microusd', limit: null, left: 5_000_000, resets_at: null },
      {
        of: 'key',
        limited: 'day',
        unit: 'microusd',
        limit: 1_000_000,
        left: 250_000,
        resets_at: '2026-01-02T00:00:00.000Z',
      },
      {
        of: 'account',
        limited: 'requests',
        unit: 'requests_per_minute',
        limit: 60,
        left: 59,
        resets_at: '2026-01-01T00:01:00.000Z',
      },
      {
        of: 'account',
        limited: 'concurrency',
        unit: 'requests_at_once',
        limit: 200,
        left: 200,
        resets_at: null,
      },
    ],
  });
});
