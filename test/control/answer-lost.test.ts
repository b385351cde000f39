/** A statement is committed and the answer is lost: whatever it was, memory, gateways and database agree afterwards. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { books, startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { type LossyPostgres, relayTo } from '../support/lossy-postgres.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

/** The whole statement, with the byte that ends it: no other one holds that. */
const COMMIT = 'commit\0';

let postgres: TestPostgres;
let relay: LossyPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  relay = await relayTo(await postgres.database());
  control = await startTestControl(postgres, { databaseUrl: relay.url });
}, 60_000);

afterAll(async () => {
  await control.end();
  await relay.close();
  await postgres.stop();
});

async function expectBalancedBooks(): Promise<void> {
  for (const { balance, ledger, used, credited } of await books(control)) {
    expect([ledger, balance]).toEqual([balance, String(Number(credited) - Number(used))]);
  }
}

test('of a batch of records: it is charged once, and no more is granted than is left', async () => {
  const customer = await control.customer({ credit: '0.001', limits: { budget_day: '0.0009' } });
  const gateway = await control.gateway();
  const balance = { kind: 'balance', of: customer.account } as const;
  const day = { kind: 'day', of: customer.account } as const;
  expect(await gateway.want(balance, 300)).toMatchObject({ units: 300 });
  expect(await gateway.want(day, 300)).toMatchObject({ units: 300, left: 600 });
  const lost = relay.loseAnswerTo('record-usage');
  await gateway.records([usage(customer.account, customer.key, 300)]);
  await lost;
  await expectBalancedBooks();
  expect(await gateway.want(balance, 701)).toMatchObject({ units: 0, limit: 700, left: 700 });
  expect(await gateway.want(day, 601)).toMatchObject({ units: 0, left: 600 });
  expect(await gateway.want(balance, 700)).toMatchObject({ units: 700, left: 0 });
  gateway.close();
});

test('of a void: the price comes back once', async () => {
  const customer = await control.customer({ credit: '0.001' });
  const gateway = await control.gateway();
  const record = usage(customer.account, customer.key, 400);
  await gateway.records([record]);
  const lost = relay.loseAnswerTo('void-usage');
  await gateway.voids([record.id]);
  await lost;
  await expectBalancedBooks();
  expect(await gateway.want({ kind: 'balance', of: customer.account }, 1_001)).toMatchObject({
    units: 0,
    left: 1_000,
  });
  gateway.close();
});

test('of credit: the command says that it does not know, and what is granted follows the ledger', async () => {
  const customer = await control.customer({ credit: '0' });
  const gateway = await control.gateway();
  const lost = relay.loseAnswerTo(COMMIT, 'insert into ledger_entry');
  const answer = await control.admin('POST', `/accounts/${customer.account}/credit`, {
    amount: '0.0005',
    reason: 'once',
  });
  await lost;
  expect([answer.status, answer.body.error.code]).toEqual([503, 'outcome_unknown']);
  await expect
    .poll(() => gateway.want({ kind: 'balance', of: customer.account }, 501))
    .toMatchObject({ units: 0, left: 500 });
  await expectBalancedBooks();
  gateway.close();
});

test('of a revocation: gateways hear of it although the command failed, and it can be said again', async () => {
  const customer = await control.customer();
  const gateway = await control.gateway();
  const lost = relay.loseAnswerTo(COMMIT, 'update "api_key"');
  const answer = await control.admin('POST', `/keys/key_${customer.key}/revoke`);
  await lost;
  expect([answer.status, answer.body.error.code]).toEqual([503, 'database_away']);
  await gateway.until('gone', ({ id }) => id === customer.key);
  expect((await control.admin('POST', `/keys/key_${customer.key}/revoke`)).status).toBe(200);
  gateway.close();
});

test('of a new account: it exists, gateways know it, and its keys work', async () => {
  const gateway = await control.gateway();
  const lost = relay.loseAnswerTo(COMMIT, 'insert into "account"');
  const made = { email: 'ambiguous@example.org', name: 'Ambiguous' };
  expect((await control.admin('POST', '/accounts', made)).status).toBe(503);
  await lost;
  expect((await control.admin('POST', '/accounts', made)).body.error.code).toBe('account_exists');
  const account = await control.admin('GET', '/accounts/ambiguous%40example.org');
  await gateway.until('account', ({ id }) => `acct_${id}` === account.body.id);
  const key = await control.admin('POST', '/accounts/ambiguous%40example.org/keys', { name: 'works' });
  await gateway.until('key', ({ id }) => `key_${id}` === key.body.id);
  gateway.close();
});
