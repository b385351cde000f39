/** The mode of billing changes between two starts: the ledger goes on, and each mode makes of it what it says. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import type { BillingMode } from '../../src/link/words.ts';
import { books, startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
/** One gateway all along: a control that starts anew waits for those it knew. */
let session: string;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  control = await startTestControl(postgres);
  session = newId();
});
afterEach(() => control?.end());
afterAll(() => postgres?.stop());

/** The same data under another mode. */
async function restart(billing: BillingMode): Promise<void> {
  await control.stop();
  control = await startTestControl(postgres, { ...control.settings, billing });
}

test('from credit to budgets and back: nothing is lost, and a debt is a debt', async () => {
  const customer = await control.customer({ credit: '1', limits: { budget_month: '100' } });
  const used = async (microUsd: number) => {
    const gateway = await control.gateway({ session });
    expect((await gateway.until('welcome', () => true)).billing).toBe(control.settings.billing);
    await gateway.records([usage(customer.account, customer.key, microUsd)]);
    gateway.close();
  };
  const shown = async () => (await control.admin('GET', `/accounts/${customer.email}`)).body;
  await used(400_000);
  expect(await shown()).toMatchObject({ balance_microusd: 600_000 });
  expect(await shown()).not.toHaveProperty('used_this_month_microusd');

  await restart('budget_only');
  await used(1_000_000);
  expect(await shown()).toMatchObject({ balance_microusd: -400_000, used_this_month_microusd: 1_400_000 });
  const added = await control.admin('POST', `/accounts/${customer.email}/credit`, {
    amount: '5',
    reason: 'a test',
  });
  expect(added).toMatchObject({ status: 409, body: { error: { code: 'no_credit_here' } } });

  await restart('prepaid');
  const gateway = await control.gateway({ session });
  const want = (kind: 'balance' | 'month') => gateway.want({ kind, of: customer.account }, 1);
  expect(await want('balance')).toMatchObject({ units: 0, left: -400_000 });
  // The budget counted in both modes.
  expect(await want('month')).toMatchObject({ limit: 100_000_000 });
  gateway.close();
  await control.admin('POST', `/accounts/${customer.email}/credit`, { amount: '1', reason: 'paid' });
  expect(await shown()).toMatchObject({ balance_microusd: 600_000 });
  for (const { balance, ledger } of await books(control)) expect(ledger).toBe(balance);
});

test('without prices nothing is booked, limits are in tokens, and what earlier modes left is nobody’s but the person’s', async () => {
  const customer = await control.customer({ credit: '1', limits: { budget_day: '0.5' } });
  const path = `/accounts/${customer.email}`;
  const one = usage(customer.account, customer.key, 200_000);
  const earlier = await control.gateway({ session });
  await earlier.records([one]);
  earlier.close();
  const entries = async () =>
    (await control.sql('select 1 from ledger_entry where account_id = $1::uuid', [customer.account])).length;
  const before = await entries();

  await restart('off');
  const gateway = await control.gateway({ session });
  expect((await gateway.until('welcome', () => true)).billing).toBe('off');
  await gateway.records([usage(customer.account, customer.key, 0)]);
  gateway.close();
  expect(await entries()).toBe(before);
  const shown = (await control.admin('GET', path)).body;
  expect(shown).toMatchObject({
    used_this_month_tokens: 2 * (one.promptTokens + one.completionTokens),
    limits: { budget_day_microusd: null },
  });
  for (const field of ['balance', 'balance_microusd', 'used_this_month_microusd'])
    expect(shown).not.toHaveProperty(field);

  for (const [method, where, body] of [
    ['PATCH', path, { limits: { budget_month: '5' } }],
    ['POST', `${path}/keys`, { name: 'dear', limits: { budget_day: '5' } }],
  ] as const)
    expect(await control.admin(method, where, body), where).toMatchObject({
      status: 400,
      body: { error: { code: 'no_prices_here' } },
    });
  expect((await control.admin('PATCH', path, { limits: { budget_month_tokens: 5_000 } })).status).toBe(200);
  const credit = await control.admin('POST', `${path}/credit`, { amount: '5', reason: 'a test' });
  expect(credit).toMatchObject({ status: 409, body: { error: { code: 'no_credit_here' } } });
  expect((await control.admin('GET', `${path}/ledger`)).status).toBe(404);
  const suspended = await control.admin('POST', `${path}/suspension`, { ground: 'payment', reason: 'x' });
  expect(suspended.status).toBe(400);
  expect(suspended.body.error.message).not.toContain('payment');

  const labelsOf = async (account: string): Promise<string[]> => {
    const { body } = await control.admin('POST', `/accounts/${account}/access`, { reason: 'a test' });
    return body.tables.flatMap(({ items }: { items: { label: string }[] }) =>
      items.map(({ label }) => label),
    );
  };
  expect(await labelsOf(customer.email)).toEqual(
    expect.arrayContaining([
      'Balance',
      'Budget of a day',
      'Amount in micro-dollars',
      'Price in micro-dollars',
    ]),
  );
  await control.admin('POST', '/accounts', { email: 'new@example.org', name: 'New' });
  expect(
    (await labelsOf('new@example.org')).filter((label) => /dollar|credit|balance|ledger/i.test(label)),
  ).toEqual([]);

  await restart('prepaid');
  expect((await control.admin('GET', path)).body).toMatchObject({
    balance_microusd: 800_000,
    limits: { budget_day_microusd: 500_000, budget_month_tokens: 5_000 },
  });
});
