/**
 * `billing: off` at the front door: use is counted and has no price, budgets in tokens hold, and commands speak of tokens
 * only.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAST_MODEL, startFastEngine } from '../support/fast-engine.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { admin, ask, newAccount, until, usageOf } from './support.ts';

/** Of every reply of the fast engine: 24 prompt tokens and 64 of its answer. */
const TOKENS = 88;
const OUTPUT = 64;
const MONEY = /price|cost|credit|USD|\$|dollar|invoice|payment|\bpay|billing|charge|balance/i;

let engine: Awaited<ReturnType<typeof startFastEngine>>;
let kept: Instance;

beforeAll(async () => {
  engine = await startFastEngine();
  kept = await startKept({
    engineUrl: `http://127.0.0.1:${engine.port}/v1`,
    // What is configured rests: the mode may change at any start.
    config: { billing: 'off', models: [{ name: FAST_MODEL, prices: { prompt: 5, completion: 5 } }] },
  });
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});

const body = {
  model: FAST_MODEL,
  max_tokens: OUTPUT,
  messages: [{ role: 'user', content: 'Name three rivers.' }],
};
const request = (key: string, headers: Record<string, string> = {}) => ask(kept, key, body, { headers });
const tokensOf = async (account: string): Promise<number> =>
  (await admin<{ used_this_month_tokens: number }>(kept, 'GET', `/accounts/${account}`))
    .used_this_month_tokens;

test('the start says that strangers have no budget, and speaks of no money', () => {
  expect(kept.stdout()).toContain('has no budget until you set one');
  expect(kept.stdout()).not.toMatch(MONEY);
});

test('a request is answered and counted, at a price of nothing; outward fields stay', async () => {
  const { id, key } = await newAccount(kept, { creditUsd: '0' });
  const { status, json } = await request(key);
  expect(status).toBe(200);
  expect(json.usage).toMatchObject({ total_tokens: TOKENS, estimated_cost: 0 });
  const { records, totals } = await usageOf(kept, id);
  expect(records).toMatchObject([{ price_microusd: 0, completion_tokens: OUTPUT }]);
  expect(totals).toMatchObject({ requests: 1, price_microusd: 0 });
  const headers = { authorization: `Bearer ${key}` };
  const models = (await (await fetch(`${kept.apiUrl}/v1/models`, { headers })).json()) as {
    data: { pricing: object; prices_microusd_per_million_tokens: object }[];
  };
  expect(models.data[0]?.pricing).toEqual({
    prompt: '0',
    completion: '0',
    input_cache_read: '0',
    internal_reasoning: '0',
  });
});

test('a key’s page has limits in tokens only, and budgets in tokens hold', async () => {
  const limit = 4000;
  const { id, key } = await newAccount(kept, { creditUsd: '0', limits: { budget_day_tokens: limit } });
  const reply = await fetch(`${kept.apiUrl}/v1/key`, { headers: { authorization: `Bearer ${key}` } });
  const { limits } = (await reply.json()) as { limits: { limited: string }[] };
  expect(limits.map(({ limited }) => limited)).toEqual(['day_tokens', 'concurrency']);
  await until(async () => {
    const { status, json } = await request(key);
    expect([200, 429]).toContain(status);
    if (status === 429) expect(json.error.code).toBe('token_budget_exceeded');
    return status === 429;
  });
  expect(await tokensOf(id)).toBeLessThanOrEqual(limit);
});

test('a repeat under the same Idempotency-Key counts once', async () => {
  const { id, key } = await newAccount(kept, { creditUsd: '0' });
  for (let tries = 0; tries < 3; tries++)
    expect((await request(key, { 'idempotency-key': 'order-1' })).status).toBe(200);
  await until(async () => (await tokensOf(id)) === TOKENS);
});

test('commands speak of tokens, and refuse money with a sentence that says why', async () => {
  const email = 'new@example.org';
  const print = async (...words: string[]) => {
    const { code, stdout, stderr } = await kept.kept(words);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const printed = [
    await print('account', 'create', '--email', email, '--name', 'New'),
    await print('account', 'show', '--account', email),
    await print('account', 'limits', '--account', email, '--tokens-day', '5000'),
    await print('usage', '--account', email),
    await print('--help'),
    await print('account', 'limits', '--help'),
    await print('account', 'suspend', '--help'),
    await print('account', 'show', '--help'),
    await print('key', 'create', '--help'),
    await print('usage', '--help'),
  ].join('\n');
  expect(printed.match(MONEY)).toBeNull();
  expect(printed).toContain('Used     0 tokens this month');
  const asked = await kept.kept(['ask'], 'Name three rivers.');
  expect(asked.code, asked.stderr).toBe(0);
  expect(asked.stderr).toContain('24 prompt tokens, 64 completion tokens');
  expect(asked.stderr).not.toMatch(MONEY);
  for (const [words, why] of [
    [['account', 'limits', '--account', email, '--budget-day', '5'], 'Use has no price here'],
    [['credit', 'add', '--account', email, '--amount', '5', '--reason', 'x'], 'Nobody needs credit here'],
  ] as const) {
    const { code, stderr } = await kept.kept([...words]);
    expect(code).toBe(1);
    expect(stderr).toContain(why);
  }
});
