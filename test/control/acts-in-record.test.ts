/** What changes money, roles, access and prices stands in the record: no act without its entry, no entry without its act. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { openDatabase } from '../../src/store/database.ts';
import { openKeyStore } from '../../src/store/keys/index.ts';
import { readMasterKey } from '../../src/store/keys/master-key.ts';
import { LocalRecordKeeper } from '../../src/store/ledger/record-keeper.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import { books, callAdmin, startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { fillFolder } from '../support/full-folder.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';

const KILLS = process.env.KEPT_TEST_ALL ? 25 : 3;

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

interface Entry {
  readonly kind: string;
  readonly role: string;
  readonly account: string | null;
  readonly person: string | null;
  readonly content: Record<string, unknown>;
}

/** Every entry of acts with its content, each proved by a receipt; control is stopped meanwhile. */
async function entries(of: TestControl): Promise<Entry[]> {
  await of.stop();
  const { databaseUrl, keysFolder, ledgerFolder } = of.settings;
  const database = openDatabase(databaseUrl);
  const keys = await openKeyStore(keysFolder, await readMasterKey({}, keysFolder, { mayMake: false }));
  const record = await LocalRecordKeeper.open({
    db: database.db,
    folder: join(ledgerFolder, 'record'),
    origin: 'of.the/test',
    keys,
    vault: new Vault(keys),
    now: Date.now,
  });
  const rows = await of.sql<{ id: string; account: string | null; person: string | null }>(`
    select id::text, replace(account_id::text, '-', '') as account, replace(person_id::text, '-', '') as person
    from record_entry where kind in ('credit_change', 'role_change', 'access_change', 'price_change') order by index`);
  const found: Entry[] = [];
  for (const { id, account, person } of rows) {
    const receipt = await record.receipt(id.replaceAll('-', ''));
    const { kind, role, content } = verifyReceipt(receipt, [noteVerifier(record.verifierKey)]);
    found.push({ kind, role, account, person, content: content as Record<string, unknown> });
  }
  await record.close();
  await keys.close();
  await database.close();
  await of.start();
  return found;
}

test('account, role, key, limits, credit: each is one entry about its account, by the operator', async () => {
  const email = 'acts@example.org';
  const { body: account } = await control.admin('POST', '/accounts', {
    email,
    name: 'Acts',
    staff: 'support',
  });
  const path = `/accounts/${account.id}`;
  const id = account.id.slice(5);
  const key = (await control.admin('POST', `${path}/keys`, { name: 'one' })).body.id.slice(4);
  await control.admin('POST', `${path}/credit`, { amount: '25.00', reason: 'A reason that names Ada' });
  await control.admin('PATCH', path, { limits: { rpm: 7 }, terms: { region: 'eu' } });
  // Nothing changes: nothing is entered.
  await control.admin('PATCH', path, { limits: { rpm: 7 } });
  await control.admin('POST', `/keys/key_${key}/revoke`);
  await control.admin('POST', `/keys/key_${key}/revoke`);
  const why = { ground: 'abuse', reason: 'A reason that names Ada' };
  await control.admin('POST', `${path}/suspension`, why);
  expect((await control.admin('POST', `${path}/suspension`, why)).body.error.code).toBe('already_suspended');
  await control.admin('POST', `${path}/suspension/end`, { reason: 'It was a mistake' });

  const found = await entries(control);
  expect(found.map(({ kind, role, content }) => [kind, role, content])).toEqual([
    ['role_change', 'operator', { account: id, membership: 'owner', staff_role: 'support' }],
    ['access_change', 'operator', { what: 'key_created', account: id, key, expires_at: null }],
    [
      'credit_change',
      'operator',
      { account: id, ledger_entry: expect.any(Number), amount_microusd: 25_000_000 },
    ],
    [
      'access_change',
      'operator',
      {
        what: 'account_changed',
        account: id,
        before: { requestsPerMinute: null, region: null },
        after: { requestsPerMinute: 7, region: 'set' },
      },
    ],
    ['access_change', 'operator', { what: 'key_revoked', account: id, key }],
    ['access_change', 'operator', { what: 'account_suspended', account: id, ground: 'abuse' }],
    ['access_change', 'operator', { what: 'account_resumed', account: id }],
  ]);
  expect(found[0]?.person).toMatch(/^[0-9a-f]{32}$/);
  expect(found.slice(1).map(({ account: about }) => about)).toEqual(Array(6).fill(id));
  // In the database only the account's key opens them.
  const plain = await control.sql(
    'select 1 from record_entry where open is not null and account_id is not null',
  );
  expect(plain).toEqual([]);
});

test('a role at the desk: given and taken are each one entry about the person, with who approved it', async () => {
  const email = 'desk@example.org';
  const { body: account } = await control.admin('POST', '/accounts', { email, name: 'Desk' });
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const give = (role: string, end?: string) =>
    control.admin('POST', `/accounts/${account.id}/staff`, { role, ...(end && { until: end }) });
  expect((await give('auditor', until)).body).toEqual({ role: 'auditor', until, changed: true });
  expect((await give('auditor', until)).body).toEqual({ role: 'auditor', until, changed: false });
  expect((await give('none')).body).toEqual({ role: null, until: null, changed: true });
  const found = (await entries(control)).filter(({ content }) => content.approver !== undefined);
  const person = found[0]?.person;
  expect(person).toMatch(/^[0-9a-f]{32}$/);
  expect(found.map(({ kind, role, person: about, content }) => [kind, role, about, content])).toEqual([
    ['role_change', 'operator', person, { person, from: null, to: 'auditor', until, approver: 'operator' }],
    [
      'role_change',
      'operator',
      person,
      { person, from: 'auditor', to: null, until: null, approver: 'operator' },
    ],
  ]);
});

test('a price: at its first sight, when it changes, and not otherwise; before anybody is told of it', async () => {
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ data: [{ id: 'a-model' }, { id: 'another' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const engines = [{ number: 1, url: `http://127.0.0.1:${port}/v1`, socket: null, key: null }];
  const databaseUrl = await postgres.database();
  const first = await startTestControl(postgres, { databaseUrl, engines });
  const served = async (of: TestControl) => {
    const gateway = await of.gateway();
    const { models } = await gateway.until('catalogue', (body) => body.models.length > 0);
    gateway.close();
    return models;
  };
  await served(first);
  const prices = () =>
    first.sql<{ open: string }>("select open from record_entry where kind = 'price_change' order by index");
  const each = { prompt: 100_000, cached: 100_000, completion: 100_000, reasoning: 100_000 };
  const [seen, ...more] = (await prices()).map(({ open }) => JSON.parse(open).content);
  expect(seen.models).toEqual([
    { model: 1, before: null, after: each },
    { model: 2, before: null, after: each },
  ]);
  expect(more).toEqual([]);
  await first.stop();
  await first.start();
  await served(first);
  expect(await prices()).toHaveLength(1);
  await first.stop();

  const { linkSocket: _, adminSocket: __, sitePort: ___, ...same } = first.settings;
  const cheaper = { prompt: 20_000, completion: 30_000 };
  const second = await startTestControl(postgres, {
    ...same,
    models: [{ name: 'another', prices: cheaper }],
  });
  const [, told] = await served(second);
  expect(told?.prices.completion).toBe(30_000);
  const after = { prompt: 20_000, cached: 20_000, completion: 30_000, reasoning: 30_000 };
  expect((await prices()).map(({ open }) => JSON.parse(open).content)[1]).toEqual({
    models: [{ model: 2, before: each, after }],
  });
  await second.end();
  await first.end();
  server.close().closeAllConnections();
});

test('where the record cannot be written, the first act waits for its entry and no other begins', async () => {
  const customer = await control.customer({ credit: '1.00' });
  const path = `/accounts/${customer.account}`;
  const makeRoom = await fillFolder(join(control.settings.ledgerFolder, 'record'));
  const add = () => control.admin('POST', `${path}/credit`, { amount: '2.00', reason: 'more' });
  const first = await add();
  expect([first.status, first.body.error.code]).toEqual([503, 'record_committed']);
  for (const refused of [
    await add(),
    await control.admin('POST', `${path}/keys`, { name: 'late' }),
    await control.admin('POST', `${path}/suspension`, { ground: 'abuse', reason: 'late' }),
    await control.admin('POST', '/accounts', { email: 'late@example.org', name: 'Late' }),
  ]) {
    expect([refused.status, refused.body.error.code]).toEqual([503, 'record_not_begun']);
  }
  makeRoom();
  await expect.poll(async () => (await add()).status, { timeout: 10_000 }).toBe(200);
  const shown = await control.admin('GET', path);
  expect([shown.body.balance, shown.body.active]).toEqual(['5.00', true]);
  expect((await control.admin('POST', '/accounts', { email: 'late@example.org', name: 'Late' })).status).toBe(
    201,
  );
  const mine = (await entries(control)).filter(({ account }) => account === customer.account);
  expect(mine.map(({ content }) => content.amount_microusd ?? content.what)).toEqual([
    1_000_000,
    'key_created',
    2_000_000,
    2_000_000,
  ]);
});

test('killed under load: every booked credit and every key has exactly one entry, at one place', async () => {
  const random = seeded();
  const own = await startTestControl(postgres);
  const customer = await own.customer({ credit: '1.00' });
  await own.stop();
  const { adminSocket } = own.settings;
  const path = `/accounts/${customer.account}`;
  const acknowledged = { credits: 0, keys: 0 };
  for (let round = 0; round < KILLS; round += 1) {
    const process = new ControlProcess(own.settings);
    expect(await process.start()).toBe(true);
    let left = 5 + Math.floor(random() * 40);
    const killed = Promise.withResolvers<void>();
    const count = () => {
      left -= 1;
      if (left === 0) void process.end('SIGKILL').then(killed.resolve);
    };
    const storm = async (work: () => Promise<boolean>, of: keyof typeof acknowledged) => {
      while (left > 0) {
        // The answer that a kill cut off says nothing.
        if (!(await work().catch(() => false))) continue;
        acknowledged[of] += 1;
        count();
      }
    };
    const credit = async () =>
      (await callAdmin(adminSocket, 'POST', `${path}/credit`, { amount: '0.01', reason: 'storm' })).status ===
      200;
    const key = async () =>
      (await callAdmin(adminSocket, 'POST', `${path}/keys`, { name: 'storm' })).status === 201;
    await Promise.all([storm(credit, 'credits'), storm(credit, 'credits'), storm(key, 'keys')]);
    await killed.promise;
  }
  await own.start();
  const found = await entries(own);
  const booked = await own.sql<{ id: string }>(
    "select id from ledger_entry where kind = 'credit' order by id",
  );
  const keys = await own.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from api_key order by id",
  );
  const entered = found
    .filter(({ kind }) => kind === 'credit_change')
    .map(({ content }) => content.ledger_entry);
  expect(entered.sort((a, b) => Number(a) - Number(b))).toEqual(booked.map(({ id }) => Number(id)));
  const made = found
    .filter(({ content }) => content.what === 'key_created')
    .map(({ content }) => content.key);
  expect(made.sort()).toEqual(keys.map(({ id }) => id));
  expect(booked.length).toBeGreaterThanOrEqual(acknowledged.credits + 1);
  expect(keys.length).toBeGreaterThanOrEqual(acknowledged.keys + 1);
  for (const { balance, ledger } of await books(own)) expect(balance).toBe(ledger);
  console.log(`${KILLS} kills: ${booked.length} credits and ${keys.length} keys, each with its entry`);
  await own.end();
}, 180_000);
