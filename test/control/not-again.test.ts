/** Not again by the back door: what an erasure leaves of an address, who may decline it, and who it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { openKeyStore } from '../../src/store/keys/index.ts';
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

const STAYS = { what: 'keyed hash of the e-mail address', purpose: 'all', ground: 'erasure', days: 1098 };
const erase = (email: string, when: string, more: object = {}) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when, ...more });
const create = (email: string, more: object = {}) =>
  control.admin('POST', '/accounts', { email, name: 'Somebody', ...more });
const entries = async (): Promise<number> =>
  (await control.sql("select 1 from record_entry where kind = 'suppression'")).length;
const REFUSED = {
  status: 409,
  body: { error: { code: 'suppressed', message: expect.stringContaining('--asked-by-person') } },
};

/** Whether the address is kept away, as the key store on the disk says; control must be stopped. */
async function keptAway(email: string): Promise<boolean> {
  const master = Buffer.from(
    readFileSync(join(control.settings.keysFolder, 'master-key'), 'utf8').trim(),
    'hex',
  );
  const keys = await openKeyStore(control.settings.keysFolder, master);
  const found = keys.isSuppressed(email, 'all');
  await keys.close();
  return found;
}

test('erased at once: the answer and the receipt say what stays; others are refused, the person is not', async () => {
  const { email } = await control.customer();
  const before = await entries();
  const erased = await erase(email, 'now');
  expect(erased.body).toMatchObject({ state: 'done', stays: STAYS });
  const key = readFileSync(join(control.settings.ledgerFolder, 'verifier-key'), 'utf8').trim();
  expect(verifyReceipt(erased.body.receipt, [noteVerifier(key)]).content).toMatchObject({ suppressed: true });
  expect(await entries()).toBe(before + 1);

  expect(await create(email)).toMatchObject(REFUSED);
  expect(await create(` ${email.toUpperCase()}`)).toMatchObject(REFUSED);
  await control.stop();
  await control.start();
  expect(await create(email)).toMatchObject(REFUSED);
  expect((await create(email, { asked_by_person: true })).status).toBe(201);
  expect(await entries()).toBe(before + 2);
  expect(await erase(email, 'now', { forget_address: true })).toMatchObject({
    body: { state: 'done', stays: null },
  });
  // Declined: nothing stays, anybody may add it.
  expect((await create(email)).status).toBe(201);
  expect(await entries()).toBe(before + 2);
});

test('who was erased may decline afterwards', async () => {
  const { email } = await control.customer();
  await erase(email, 'now');
  expect(await create(email)).toMatchObject(REFUSED);
  expect((await erase(email, 'after grace', { forget_address: true })).body).toMatchObject({
    state: 'done',
    stays: null,
  });
  expect((await erase(email, 'after grace', { forget_address: true })).status).toBe(404);
  expect((await create(email)).status).toBe(201);
});

test('asked for with a grace: it stays from the asking on, follows a changed mind, and goes with a cancel', async () => {
  const { email } = await control.customer();
  expect((await erase(email, 'after grace')).body).toMatchObject({ state: 'scheduled', stays: STAYS });
  // The account is there still: that is said, whatever is suppressed.
  expect((await create(email)).status).toBe(409);
  expect((await erase(email, 'after grace', { forget_address: true })).body).toMatchObject({
    state: 'scheduled',
    stays: null,
  });
  expect((await create(email)).body.error.code).toBe('account_exists');
  expect((await erase(email, 'after grace')).body).toMatchObject({ state: 'scheduled', stays: STAYS });
  expect((await erase(email, 'never')).body).toMatchObject({ state: 'cancelled', stays: null });
  await control.stop();
  expect(await keptAway(email)).toBe(false);
  await control.start();
});

test('killed between the row and the key store: the next start makes the key store follow the row', async () => {
  const { email } = await control.customer();
  await erase(email, 'after grace', { forget_address: true });
  await control.stop();
  await control.sql("update erasure set suppressed = true where state = 'scheduled'");
  await control.start();
  await control.stop();
  expect(await keptAway(email)).toBe(true);
  await control.sql("update erasure set state = 'cancelled' where state = 'scheduled'");
  await control.start();
  expect(await control.sql('select 1 from erasure where suppressed and state = $1', ['cancelled'])).toEqual(
    [],
  );
  await control.stop();
  expect(await keptAway(email)).toBe(false);
  await control.start();
});

test('a cancel of long ago does not take away what a later erasure keeps', async () => {
  const { email } = await control.customer();
  await erase(email, 'after grace');
  await erase(email, 'never');
  await control.sql("update erasure set suppressed = true where state = 'cancelled'");
  await erase(email, 'after grace');
  await control.stop();
  await control.start();
  await control.stop();
  expect(await keptAway(email)).toBe(true);
  await control.start();
});

test('the person is told: no value of theirs stands in log or record', async () => {
  const { email } = await control.customer();
  await erase(email, 'now');
  expect(JSON.stringify(control.lines)).not.toContain(email);
  const opened = await control.sql<{ open: string | null }>(
    "select open from record_entry where kind = 'suppression'",
  );
  expect(opened.length).toBeGreaterThan(0);
  expect(JSON.stringify(opened)).not.toContain('customer');
});
