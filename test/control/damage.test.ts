/** A value that was damaged in the database: it shows as unreadable, everything else works, and it is counted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Customer, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let ada: Customer;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  ada = await control.customer();
  await control.customer();
}, 60_000);
afterAll(async () => {
  await control.end();
  await postgres.stop();
});

/** Changes one byte of a sealed value, past control and past the ledger's trigger, as a bad disk would. */
const flip = (table: string, column: string, where: string) =>
  control.sql(`set session_replication_role = replica; update ${table} set ${column} =
    set_byte(${column}, length(${column}) - 1, get_byte(${column}, length(${column}) - 1) # 1) where ${where}`);
/** Two looks: the first ends the pass under way, whose part before the damage was seen already; the second is whole. */
async function looked() {
  await control.admin('POST', '/damage');
  return (await control.admin('POST', '/damage')).body;
}
const FIRST_LOOK = "id = (select id from record_entry where kind = 'staff_read' order by at limit 1)";
const path = () => `/accounts/${encodeURIComponent(ada.email)}`;
async function items() {
  const { body } = await control.admin('POST', `${path()}/access`, { reason: 'test' });
  return body.tables.flatMap((table: { items: object[] }) => table.items);
}

test('nothing damaged: said so, with how much was looked at', async () => {
  expect(await looked()).toMatchObject({ values: 0, tables: {}, whole_pass_at: expect.any(String) });
});

test('one byte of a name and of a receipt’s secret: both are counted, and hinder nothing else', async () => {
  await flip('account', 'name', `id = '${ada.account}'`);
  await flip('ledger_entry', 'reason', `account_id = '${ada.account}'`);
  await control.admin('POST', `${path()}/access`, { reason: 'test' });
  await flip('record_entry', 'secret', FIRST_LOOK);
  expect(await looked()).toMatchObject({
    values: 3,
    tables: { account: 1, ledger_entry: 1, record_entry: 1 },
  });
  const unreadable = (await items()).filter(({ shown }: { shown: string }) => shown === 'unreadable');
  expect(unreadable.map(({ label }: { label: string }) => label).sort()).toEqual([
    'Name of the account',
    'Reason',
  ]);
  const shown = await control.admin('GET', path());
  expect(shown).toMatchObject({ status: 200, body: { name: null, balance_microusd: 10_000_000 } });
  expect((await control.admin('POST', `${path()}/keys`, { name: 'another' })).status).toBe(201);
});

test('a damaged value is put right by a correction; one that was put right or went is not counted any more', async () => {
  const name = (await items()).find(({ label }: { label: string }) => label === 'Name of the account');
  const corrected = await control.admin('POST', `${path()}/correct`, { item: name.item, value: 'Engines' });
  expect(corrected.status).toBe(200);
  expect(await looked()).toMatchObject({ values: 2, tables: { ledger_entry: 1, record_entry: 1 } });
  await flip('record_entry', 'secret', FIRST_LOOK);
  expect(await looked()).toMatchObject({ values: 1 });
  expect((await control.admin('POST', `${path()}/erase`, { when: 'now' })).body.state).toBe('done');
  expect(await looked()).toMatchObject({ values: 0, tables: {} });
});

test('a value that was moved to another row does not open there, and is counted', async () => {
  await control.customer();
  await control.sql('update person set name = (select name from person order by id limit 1)');
  const { values, tables } = await looked();
  const { length } = await control.sql('select 1 from person');
  expect({ values, tables }).toEqual({ values: length - 1, tables: { person: length - 1 } });
});

test('after a restart the first round counts them, and says so in the log', async () => {
  const before = control.lines.length;
  await control.stop();
  await control.start();
  await expect
    .poll(() => control.lines.slice(before).find(({ event }) => event === 'values_damaged')?.count, {
      timeout: 10_000,
    })
    .toBeGreaterThan(0);
});
