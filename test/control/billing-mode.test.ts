/** The mode of billing changes between two starts: the ledger goes on, and each mode makes of it what it says. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import type { BillingMode } from '../../src/link/words.ts';
import { books, startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
/** One gateway all along: a control that starts anew waits for those it knew. */
const session = newId();

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
});
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

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
