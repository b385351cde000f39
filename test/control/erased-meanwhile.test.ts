/**
 * Usage of an account that was erased meanwhile: the gateway is told that it need not wait, nothing of it is kept or
 * charged, others' records in the same message are, and a key that nobody ever knew is refused as before.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import { type Customer, startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let gone: Customer;
let stays: Customer;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 60_000);
beforeEach(async () => {
  [gone, stays] = [await control.customer(), await control.customer()];
});
afterAll(async () => {
  await control.end();
  await postgres.stop();
});

const erase = ({ email }: Customer) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when: 'now' });
const dropped = (): number =>
  control.lines.reduce((sum, { event, count }) => sum + (event === 'records_dropped' ? Number(count) : 0), 0);
const booked = async ({ account }: Customer) => ({
  records: (await control.sql('select 1 from usage_record where account_id = $1', [account])).length,
  entries: (await control.sql('select 1 from ledger_entry where account_id = $1', [account])).length,
  days: (await control.sql('select 1 from usage_day where account_id = $1', [account])).length,
});

test('dropped and acknowledged, priced or free; others in the same message are recorded', async () => {
  const gateway = await control.gateway();
  expect((await erase(gone)).body.state).toBe('done');
  const before = dropped();
  const theirs = usage(stays.account, stays.key, 300);
  await gateway.records([usage(gone.account, gone.key, 700), theirs, usage(gone.account, gone.key, 0)]);
  expect(await booked(gone)).toEqual({ records: 0, entries: 0, days: 0 });
  expect(await booked(stays)).toEqual({ records: 1, entries: 2, days: 1 });
  expect(dropped() - before).toBe(2);
  // Sent again after a reconnect, and nothing else in the message.
  const again = await control.gateway({ session: gateway.session });
  await again.records([usage(gone.account, gone.key, 700)]);
  const late = usage(gone.account, gone.key, 5);
  await again.voids([late.id]);
  await again.records([late]);
  expect(await booked(gone)).toEqual({ records: 0, entries: 0, days: 0 });
  expect(again.closed).toBe(false);
  again.close();
  gateway.close();
});

test('also by a control that was started after the erasure', async () => {
  await erase(gone);
  await control.stop();
  await control.start();
  const gateway = await control.gateway();
  await gateway.records([usage(gone.account, gone.key, 700), usage(stays.account, stays.key, 1)]);
  expect(await booked(gone)).toEqual({ records: 0, entries: 0, days: 0 });
  expect(await booked(stays)).toEqual({ records: 1, entries: 2, days: 1 });
  gateway.close();
});

test('a key that control never told of ends the link, in whatever company', async () => {
  await erase(gone);
  const gateway = await control.gateway();
  const forged = usage(newId(), newId(), 1);
  await expect(gateway.records([usage(gone.account, gone.key, 1), forged])).rejects.toThrow('the link ended');
  expect(control.lines.at(-1)).toMatchObject({ event: 'link_refused', code: 'unknown_key' });
});

test('records that come in while an erasure runs are erased with the rest or dropped, never left', async () => {
  const gateway = await control.gateway();
  const sent: Promise<void>[] = [];
  for (let round = 0; round < 40; round += 1) {
    sent.push(
      gateway.records([usage(gone.account, gone.key, round % 2), usage(stays.account, stays.key, 1)]),
    );
  }
  const erased = erase(gone);
  let over = false;
  void erased.finally(() => {
    over = true;
  });
  while (!over) {
    await gateway.records([usage(gone.account, gone.key, 0), usage(gone.account, gone.key, 2)]);
    sent.push(gateway.voids([newId()]));
  }
  await Promise.all(sent);
  expect((await erased).body.state).toBe('done');
  expect(await booked(gone)).toEqual({ records: 0, entries: 0, days: 0 });
  expect((await booked(stays)).records).toBe(40);
  gateway.close();
});
