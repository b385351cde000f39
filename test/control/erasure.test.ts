/** Erasing through the admin API: at once or after the grace; nothing is left that opens, and the law's part is apart. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
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

const erase = (email: string, when: string) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when });
const accountOf = (email: string) => control.admin('GET', `/accounts/${encodeURIComponent(email)}`);

async function verifierKey(): Promise<string> {
  return readFileSync(join(control.settings.ledgerFolder, 'verifier-key'), 'utf8').trim();
}

test('at once: rows, look-up and keys are gone, the ledger is kept apart, and the receipt can be checked offline', async () => {
  const gone = await control.customer();
  const stays = await control.customer();
  const before = await control.sql('select * from account where id = $1', [stays.account]);
  const gateway = await control.gateway();
  const erased = await erase(gone.email, 'now');
  expect(erased).toMatchObject({ status: 200, body: { state: 'done', due_at: null, held: [] } });

  expect((await accountOf(gone.email)).status).toBe(404);
  for (const table of ['account', 'api_key', 'ledger_entry', 'membership', 'usage_record', 'usage_day']) {
    const column = table === 'account' ? 'id' : 'account_id';
    expect(await control.sql(`select 1 from ${table} where ${column} = $1`, [gone.account]), table).toEqual(
      [],
    );
  }
  expect(await control.sql('select 1 from person')).toHaveLength(1);
  expect(await control.sql('select law, source, rows from retained')).toEqual([
    { law: 'us-tax-records', source: 'ledger_entry', rows: 1 },
  ]);
  expect(await control.sql('select * from account where id = $1', [stays.account])).toEqual(before);
  expect((await accountOf(stays.email)).status).toBe(200);

  const receipt = verifyReceipt(erased.body.receipt, [noteVerifier(await verifierKey())]);
  expect(receipt).toMatchObject({ kind: 'erasure_done', role: 'operator', content: { accounts: 1 } });
  expect(erased.body.receipt).not.toContain(gone.account);
  const ledger = readFileSync(join(control.settings.ledgerFolder, 'erasures'), 'latin1');
  expect(ledger).toContain(gone.account);
  for (const name of readdirSync(control.settings.keysFolder)) {
    const bytes = readFileSync(join(control.settings.keysFolder, name));
    expect(bytes.includes(Buffer.from(gone.account, 'hex')), name).toBe(false);
  }

  const anew = { email: gone.email, name: 'A new person' };
  expect((await control.admin('POST', '/accounts', anew)).body.error.code).toBe('suppressed');
  const again = await control.admin('POST', '/accounts', { ...anew, asked_by_person: true });
  expect(again.status).toBe(201);
  expect(again.body.id).not.toBe(`acct_${gone.account}`);
  gateway.close();
});

test('the record is served to strangers as far as it is published, and another reader’s paths are refused', async () => {
  const site = `http://127.0.0.1:${control.settings.sitePort}/record`;
  const checkpoint = await (await fetch(`${site}/checkpoint`)).text();
  const size = Number(checkpoint.split('\n')[1]);
  expect(size % 64).toBe(0);
  expect(await (await fetch(`${site}/verifier-key`)).text()).toBe(`${await verifierKey()}\n`);
  const tile = await fetch(`${site}/tile/0/000.p/${size}`);
  expect((await tile.arrayBuffer()).byteLength).toBe(size * 32);
  for (const path of [
    `tile/0/000.p/${size + 1}`,
    'tile/0/000',
    'state',
    'openings',
    '../erasures',
    '%2e%2e/erasures',
  ]) {
    expect((await fetch(`${site}/${path}`)).status, path).toBe(404);
  }
});

test('after the grace: scheduled, taken back, scheduled again; a restart forgets nothing of it', async () => {
  const { email } = await control.customer();
  const asked = await erase(email, 'after grace');
  expect(asked.body).toMatchObject({ state: 'scheduled', receipt: null });
  expect(Date.parse(asked.body.due_at) - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
  expect(await erase(email, 'never')).toMatchObject({ body: { state: 'cancelled' } });
  expect((await erase(email, 'never')).status).toBe(409);
  await erase(email, 'after grace');
  await control.stop();
  await control.sql("update erasure set due_at = now() - interval '1 minute' where state = 'scheduled'");
  await control.start();
  await expect.poll(async () => (await accountOf(email)).status, { timeout: 15_000 }).toBe(404);
});

test('bad input: nobody of that name, an unknown word, a person who is erased twice at once', async () => {
  expect((await erase('nobody@example.org', 'now')).status).toBe(404);
  const { email } = await control.customer();
  expect((await erase(email, 'soon')).status).toBe(400);
  const both = await Promise.all([erase(email, 'now'), erase(email, 'now')]);
  expect(both.map(({ status }) => status)).toContain(200);
  expect(await control.sql("select 1 from erasure where state <> 'done' and state <> 'cancelled'")).toEqual(
    [],
  );
});

test('what is erased stays erased when an older copy of the database comes back', async () => {
  const { email, account } = await control.customer();
  const [row] = await control.sql<{ name: Buffer }>('select name from account where id = $1', [account]);
  await erase(email, 'now');
  await control.stop();
  await control.sql("insert into account (id, name, way) values ($1, $2, 'operator')", [account, row?.name]);
  await control.start();
  expect(await control.sql('select 1 from account where id = $1', [account])).toEqual([]);
});
