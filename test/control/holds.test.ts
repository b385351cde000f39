/** Legal holds through the admin API: what is named stays through an erasure and a restart, and goes when the hold ends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 60_000);
afterAll(async () => {
  await control.end();
  await postgres.stop();
});

test('a held ledger outlives the erasure and a restart; when the hold ends, the erasure ends', async () => {
  const { email, account } = await control.customer();
  const path = `/accounts/${encodeURIComponent(email)}`;
  const order = { tables: ['ledger_entry'], reason: 'case 12' };
  const placed = await control.admin('POST', `${path}/holds`, order);
  expect(placed).toMatchObject({
    status: 201,
    body: { tables: ['ledger_entry'], accounts: [`acct_${account}`] },
  });
  const erased = await control.admin('POST', `${path}/erase`, { when: 'now' });
  expect(erased.body).toMatchObject({ state: 'held', receipt: null });
  expect(erased.body.held).toContain('ledger_entry');
  await control.stop();
  await control.start();
  const rows = () => control.sql('select 1 from ledger_entry where account_id = $1', [account]);
  expect(await rows()).toHaveLength(1);
  expect(await control.sql('select 1 from api_key where account_id = $1', [account])).toEqual([]);

  const hold = `/holds/${placed.body.id}`;
  expect((await control.admin('GET', '/holds')).body.holds).toEqual([placed.body]);
  expect((await control.admin('POST', `${hold}/reason`, { reason: 'audit' })).body).toEqual({
    reason: 'case 12',
  });
  // How many it ended itself: housekeeping may have been faster by then.
  expect((await control.admin('POST', `${hold}/end`)).body).toMatchObject({ ended: true });
  expect((await control.admin('POST', `${hold}/end`)).status).toBe(404);
  expect(await rows()).toEqual([]);
  expect(await control.sql('select 1 from person')).toEqual([]);
});

test('a hold on everything keeps rows, and no way in: keys stay refused over restarts, and so do sign-ins', async () => {
  const { email, account, key } = await control.customer();
  const path = `/accounts/${encodeURIComponent(email)}`;
  const placed = await control.admin('POST', `${path}/holds`, { reason: 'case 13' });
  expect((await control.admin('POST', `${path}/erase`, { when: 'now' })).body.state).toBe('held');
  const refused = async () => {
    const gateway = await control.gateway();
    // Either control says that it is off, or nothing of it at all.
    const said = gateway.heard.flatMap((message) =>
      message.word === 'account' && message.body.id === account ? [message.body.active] : [],
    );
    expect(said.filter((active) => active)).toEqual([]);
    gateway.close();
  };
  expect(await control.sql('select 1 from api_key where id = $1', [key])).toHaveLength(1);
  await refused();
  await control.stop();
  await control.start();
  expect(await control.sql('select 1 from api_key where id = $1', [key])).toHaveLength(1);
  await refused();
  // What is told anew of the account opens nothing either.
  await control.admin('PATCH', `/accounts/acct_${account}`, { limits: { rpm: 5 } });
  await refused();
  expect((await control.admin('POST', `/holds/${placed.body.id}/end`)).body.ended).toBe(true);
  expect(await control.sql('select 1 from api_key where id = $1', [key])).toEqual([]);
});

test('bad input: nobody, no reason, no such table, no such hold', async () => {
  const { email } = await control.customer();
  const path = `/accounts/${encodeURIComponent(email)}/holds`;
  const ask = (to: string, body: object) => control.admin('POST', to, body);
  expect((await ask('/accounts/nobody@example.org/holds', { reason: 'x' })).status).toBe(404);
  expect((await ask(path, { reason: ' ' })).status).toBe(400);
  expect((await ask(path, { tables: ['nothing'], reason: 'x' })).body.error.code).toBe('nothing_to_hold');
  expect((await ask('/holds/nonsense/reason', { reason: 'x' })).status).toBe(404);
  expect(await control.sql('select 1 from legal_hold where ended_at is null')).toEqual([]);
});
