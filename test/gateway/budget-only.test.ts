/**
 * `billing: budget_only` at the front door: nobody needs credit, what is used is booked all the same, and budgets hold
 * exactly across two gateways and a control that dies.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAST_MODEL, startFastEngine } from '../support/fast-engine.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { admin, ask, newAccount, until, usageOf } from './support.ts';

/** USD for a million tokens: one token costs one micro-dollar. */
const PRICE_USD = 1;
/** Of every reply of the fast engine: 24 prompt tokens and 64 of its answer, in micro-dollars. */
const PRICE = 88;
const OUTPUT = 64;

let engine: Awaited<ReturnType<typeof startFastEngine>>;
let kept: Instance;

beforeAll(async () => {
  engine = await startFastEngine();
  kept = await startKept({
    engineUrl: `http://127.0.0.1:${engine.port}/v1`,
    config: {
      billing: 'budget_only',
      gateways: 2,
      models: [{ name: FAST_MODEL, prices: { prompt: PRICE_USD, completion: PRICE_USD } }],
    },
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
/** On a connection of its own, so that both gateways get their share. */
const request = (key: string) => ask(kept, key, body, { headers: { connection: 'close' } });

test('the start says that strangers have no budget', () => {
  expect(kept.stdout()).toContain('has no budget until you set one');
});

test('without credit a request is answered, priced and booked', async () => {
  const { id, key } = await newAccount(kept, { creditUsd: '0' });
  const { status, json } = await request(key);
  expect(status).toBe(200);
  expect(json.usage.estimated_cost).toBe(PRICE / 1_000_000);
  const ledger = await admin<object>(kept, 'GET', `/accounts/${id}/ledger`);
  expect(ledger).toMatchObject({
    balance_microusd: -PRICE,
    entries: [{ kind: 'usage', amount_microusd: -PRICE }],
  });
  const shown = await kept.kept(['account', 'show', '--account', id]);
  expect(shown.stdout).toContain('Used     0.000088 USD this month');
  expect(shown.stdout).not.toContain('Balance');
});

test('the page of a key knows no balance', async () => {
  const { key } = await newAccount(kept, { creditUsd: '0', key: { limits: { budget_day: '1' } } });
  const reply = await fetch(`${kept.apiUrl}/v1/key`, { headers: { authorization: `Bearer ${key}` } });
  const { limits } = (await reply.json()) as { limits: { limited: string }[] };
  expect(limits.map(({ limited }) => limited)).toEqual(['day', 'concurrency']);
});

test.each(['budget_day', 'budget_month'] as const)(
  'a %s holds exactly over two gateways, and after control has died',
  async (budget) => {
    const limit = 4000;
    const { id, key } = await newAccount(kept, {
      creditUsd: '0',
      limits: { [budget]: String(limit / 1_000_000) },
    });
    const burst = async () => {
      const answers = await Promise.all(Array.from({ length: 30 }, () => request(key)));
      for (const { status } of answers) expect([200, 402]).toContain(status);
      return answers;
    };
    await burst();
    const before = kept.pids('control');
    kept.kill('control');
    await kept.restarted('control', before);
    await kept.ready();
    await burst();
    let used = 0;
    let refused: Record<string, number> = {};
    // What each gateway still holds is back with control after a second, and may be enough for one more.
    await until(async () => {
      const { status, json } = await request(key);
      used = (await usageOf(kept, id)).totals.price_microusd;
      refused = json.error ?? {};
      return status === 402 && refused.left_microusd === limit - used;
    });
    expect(used).toBeLessThanOrEqual(limit);
    expect(refused).toMatchObject({ code: 'budget_exceeded', of: 'account', limit_microusd: limit });
    // What is refused would not have fitted.
    expect(used + Number(refused.estimate_microusd)).toBeGreaterThan(limit);
  },
);

test('commands offer and add no credit, and `kept ask` needs none', async () => {
  const made = await kept.kept(['account', 'create', '--email', 'new@example.org', '--name', 'New']);
  expect(made.stdout).toContain('Next: npx --no kept key create');
  expect(made.stdout).not.toContain('credit');
  const added = await kept.kept([
    ...['credit', 'add', '--account', 'new@example.org', '--amount', '5', '--reason', 'a test'],
  ]);
  expect(added.code).toBe(1);
  expect(added.stderr).toContain('Nobody needs credit here');
  const asked = await kept.kept(['ask'], 'Name three rivers.');
  expect(asked.code, asked.stderr).toBe(0);
});
