/** What was told is charged once, what was voided not at all, whatever order and however often it arrives. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import { books, type Customer, startTestControl, type TestControl, wrongDays } from '../support/control.ts';
import { type LinkClient, usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const DAY_MS = 86_400_000;

let postgres: TestPostgres;
let control: TestControl;
let gateways: LinkClient[];
let customers: Customer[];

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  customers = [await control.customer(), await control.customer(), await control.customer({ credit: '0' })];
  gateways = [await control.gateway(), await control.gateway(), await control.gateway()];
}, 60_000);

afterAll(async () => {
  for (const gateway of gateways) gateway.close();
  await control.end();
  await postgres.stop();
});

const balanceOf = async (customer: Customer): Promise<number> =>
  (await control.admin('GET', `/accounts/${customer.account}`)).body.balance_microusd;

/**
 * Every account's balance is the sum of its ledger, and both say: credit less what charged records come to. So do the
 * sums of its days.
 */
async function expectBalancedBooks(): Promise<void> {
  for (const { balance, ledger, used, credited } of await books(control)) {
    expect(ledger).toBe(balance);
    expect(Number(balance)).toBe(Number(credited) - Number(used));
  }
  expect(await wrongDays(control.settings.databaseUrl)).toEqual([]);
}

test('a record that arrives twice, in one message, in two, over two connections, is charged once', async () => {
  const [customer] = customers as [Customer];
  const [one, two] = gateways as [LinkClient, LinkClient];
  const before = await balanceOf(customer);
  const record = usage(customer.account, customer.key, 700);
  await Promise.all([one.records([record, record]), one.records([record]), two.records([record])]);
  await two.records([record]);
  expect(await balanceOf(customer)).toBe(before - 700);
  await expectBalancedBooks();
});

test('a void that comes first is remembered: its record is kept nowhere and charged nothing', async () => {
  const [customer] = customers as [Customer];
  const [one, two] = gateways as [LinkClient, LinkClient];
  const before = await balanceOf(customer);
  const record = usage(customer.account, customer.key, 900);
  await one.voids([record.id]);
  await two.records([record]);
  await one.voids([record.id, record.id]);
  expect(await balanceOf(customer)).toBe(before);
  const found = await control.sql('select account_id from usage_record where id = $1', [record.id]);
  expect(found).toEqual([{ account_id: null }]);
});

test('a void that comes later gives the price back once, by an entry of its own', async () => {
  const [customer] = customers as [Customer];
  const [one, two] = gateways as [LinkClient, LinkClient];
  const before = await balanceOf(customer);
  const record = usage(customer.account, customer.key, 1_100);
  await one.records([record]);
  await Promise.all([one.voids([record.id]), two.voids([record.id])]);
  expect(await balanceOf(customer)).toBe(before);
  const ledger = (await control.admin('GET', `/accounts/${customer.account}/ledger`)).body.entries;
  expect(ledger.slice(0, 2)).toMatchObject([
    { kind: 'void', amount_microusd: 1_100 },
    { kind: 'usage', amount_microusd: -1_100 },
  ]);
});

test('a request that cost nothing is recorded without a ledger entry', async () => {
  const [customer] = customers as [Customer];
  const before = (await control.admin('GET', `/accounts/${customer.account}/ledger`)).body.entries.length;
  const record = usage(customer.account, customer.key, 0);
  await gateways[0]?.records([record]);
  const rows = await control.sql('select ledger_entry_id from usage_record where id = $1', [record.id]);
  expect(rows).toEqual([{ ledger_entry_id: null }]);
  expect((await control.admin('GET', `/accounts/${customer.account}/ledger`)).body.entries).toHaveLength(
    before,
  );
});

test('in any order and any grouping: charged = recorded and never voided, ledger = balance', async () => {
  const act = fc.record({
    request: fc.nat(7),
    what: fc.constantFrom('record', 'void'),
    gateway: fc.nat(2),
    wait: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 24 }), async (acts) => {
      const before = await Promise.all(customers.map(balanceOf));
      const requests = Array.from({ length: 8 }, (_, i) => {
        const { account, key } = customers[i % customers.length] as Customer;
        return usage(account, key, (i + 1) * 13, {
          id: newId(),
          model: i % 3,
          startedAt: Date.now() - i * DAY_MS,
        });
      });
      const sent: Promise<void>[] = [];
      for (const { request, what, gateway, wait } of acts) {
        const record = requests[request] as (typeof requests)[number];
        const by = gateways[gateway] as LinkClient;
        const done = what === 'record' ? by.records([record]) : by.voids([record.id]);
        sent.push(done);
        if (wait) await done;
      }
      await Promise.all(sent);
      const did = (place: number, what: string) =>
        acts.some((one) => one.request === place && one.what === what);
      for (const [i, customer] of customers.entries()) {
        const charged = requests
          .filter((_, place) => place % customers.length === i && did(place, 'record') && !did(place, 'void'))
          .reduce((sum, record) => sum + record.price, 0);
        expect(await balanceOf(customer)).toBe((before[i] ?? 0) - charged);
      }
      await expectBalancedBooks();
    }),
    { numRuns: process.env.KEPT_TEST_ALL ? 500 : 40 },
  );
}, 900_000);

test('every field of a record is stored as it was sent', async () => {
  const [, customer] = customers as [Customer, Customer];
  const record = usage(customer.account, customer.key, 4_321, {
    model: 7,
    engine: 3,
    endpoint: 'embeddings',
    startedAt: Date.UTC(2026, 1, 28, 23, 59, 59, 999),
    durationMs: 123_456,
    firstByteMs: 789,
    promptTokens: 2 ** 31,
    cachedTokens: 11,
    completionTokens: 12,
    reasoningTokens: 13,
    images: 14,
    audioSeconds: 15,
    ending: 'client_left',
    estimated: true,
    stream: false,
  });
  await gateways[0]?.records([record]);
  const { records } = (await control.admin('GET', `/accounts/${customer.account}/usage`)).body;
  expect(records.find((one: { id: string }) => one.id === `req_${record.id}`)).toEqual({
    id: `req_${record.id}`,
    key: `key_${customer.key}`,
    model: '7',
    engine: 3,
    endpoint: 'embeddings',
    started_at: '2026-02-28T23:59:59.999Z',
    duration_ms: 123_456,
    first_byte_ms: 789,
    prompt_tokens: 2 ** 31,
    cached_tokens: 11,
    completion_tokens: 12,
    reasoning_tokens: 13,
    images: 14,
    audio_seconds: 15,
    price_microusd: 4_321,
    ending: 'client_left',
    estimated: true,
    stream: false,
  });
});

test('the ledger refuses to be changed, deleted from or emptied, by whoever connects', async () => {
  for (const statement of [
    'update ledger_entry set amount_microusd = amount_microusd + 1',
    'delete from ledger_entry',
    'truncate ledger_entry',
  ]) {
    await expect(control.sql(statement)).rejects.toThrow('the ledger only appends');
  }
});
