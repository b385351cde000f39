/** Consents through the admin API: given and taken back, once each, with a receipt; a restore brings none of them back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restoreParts } from '../../src/control/backup/index.ts';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { ChoiceLedger } from '../../src/store/ledger/choice-ledger.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
const reason = 'their letter of today';

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 60_000);
afterAll(async () => {
  await control.end();
  await postgres.stop();
});

const path = (account: string, rest = ''): string =>
  `/accounts/${encodeURIComponent(account)}/consents${rest}`;
const give = (account: string, purpose: string, more: object = {}) =>
  control.admin('POST', path(account), { purpose, reason, ...more });
const withdraw = (account: string, purpose: string) =>
  control.admin('POST', path(account, '/withdraw'), { purpose, reason });
async function state(account: string, purpose: string): Promise<string> {
  const { body } = await control.admin('GET', path(account));
  return body.consents.find((each: { purpose: string }) => each.purpose === purpose).state;
}
const entries = async (kind: string): Promise<number> =>
  (await control.sql('select 1 from record_entry where kind = $1', [kind])).length;
const ledgerLines = async (): Promise<string[]> =>
  (await readFile(join(control.settings.ledgerFolder, 'choices'), 'latin1').catch(() => ''))
    .split('\n')
    .slice(0, -1);

test('a consent without a known purpose, a reason or a person is refused, and nothing is entered', async () => {
  const { email } = await control.customer();
  expect(await give(email, 'profiling')).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_input' } },
  });
  expect((await control.admin('POST', path(email), { purpose: 'measurement' })).status).toBe(400);
  expect((await give(email, 'measurement', { reason: '  ' })).status).toBe(400);
  expect((await give(email, 'measurement', { hours: 3 })).status).toBe(400);
  expect((await give(email, 'debug_capture', { hours: 169 })).status).toBe(400);
  expect((await give('nobody@example.org', 'measurement')).status).toBe(404);
  expect((await withdraw('nobody@example.org', 'measurement')).status).toBe(404);
  expect(await control.sql('select 1 from consent')).toEqual([]);
  expect(await entries('consent_given')).toBe(0);
});

test('given twice it is one; taken back it is so at once, and twice is once', async () => {
  const { email } = await control.customer();
  expect(await state(email, 'measurement')).toBe('none');
  const first = await give(email, 'measurement');
  expect(first).toMatchObject({ status: 201, body: { changed: true } });
  const again = await give(email, 'measurement');
  expect(again).toMatchObject({ status: 200, body: { changed: false } });
  expect(again.body.receipt.receipt_id).toBe(first.body.receipt.receipt_id);
  expect(await state(email, 'measurement')).toBe('given');
  expect(await state(email, 'recommendations')).toBe('none');
  const before = (await ledgerLines()).length;
  expect(await withdraw(email, 'measurement')).toMatchObject({ status: 200, body: { changed: true } });
  expect(await withdraw(email, 'measurement')).toMatchObject({ status: 200, body: { changed: false } });
  expect(await state(email, 'measurement')).toBe('withdrawn');
  expect((await ledgerLines()).length).toBe(before + 1);
  expect([await entries('consent_given'), await entries('consent_withdrawn')]).toEqual([1, 1]);
  expect((await give(email, 'measurement')).status).toBe(201);
  expect(await state(email, 'measurement')).toBe('given');
});

test('many at once are one, given as well as taken back', async () => {
  const { email, account } = await control.customer();
  const given = await Promise.all(Array.from({ length: 6 }, () => give(email, 'engines_that_train')));
  expect(given.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201]);
  expect(await control.sql('select 1 from consent where account_id = $1', [account])).toHaveLength(1);
  const taken = await Promise.all(Array.from({ length: 6 }, () => withdraw(email, 'engines_that_train')));
  expect(taken.filter(({ body }) => body.changed)).toHaveLength(1);
  const both = await Promise.all([give(email, 'engines_that_train'), withdraw(email, 'engines_that_train')]);
  expect(both.map(({ status }) => status).every((status) => status < 300)).toBe(true);
  const standing = await state(email, 'engines_that_train');
  const rows = await control.sql<{ open: number }>(
    'select count(*)::int as open from consent where account_id = $1 and withdrawn_at is null',
    [account],
  );
  expect(rows[0]?.open).toBe(standing === 'given' ? 1 : 0);
});

test('refused before it was given, the answer is kept, and a later consent counts', async () => {
  const { email } = await control.customer();
  const refused = await withdraw(email, 'promotional_mail');
  expect(refused.body).toMatchObject({ changed: true, receipt: { events: [{ event_state: 'refused' }] } });
  expect(await state(email, 'promotional_mail')).toBe('refused');
  await give(email, 'promotional_mail');
  expect(await state(email, 'promotional_mail')).toBe('given');
});

test('a consent that ends by itself does, and a longer one is asked for anew', async () => {
  const { email, account } = await control.customer();
  expect((await give(email, 'debug_capture', { hours: 1 })).status).toBe(201);
  expect((await give(email, 'debug_capture', { hours: 0.5 })).status, 'it lasts longer already').toBe(200);
  expect((await give(email, 'debug_capture')).status, 'a day').toBe(201);
  expect(await state(email, 'debug_capture')).toBe('given');
  await control.sql("update consent set expires_at = now() - interval '1 second' where account_id = $1", [
    account,
  ]);
  expect(await state(email, 'debug_capture')).toBe('expired');
});

test('the receipt holds the words that were shown, and the record’s part of it can be checked offline', async () => {
  const { email } = await control.customer();
  const { receipt } = (await give(email, 'recommendations')).body;
  const text = await readFile(new URL('../../policy/consents/recommendations/1.md', import.meta.url), 'utf8');
  expect(receipt).toMatchObject({
    schema_version: 'ISO/IEC TS 27560:2023',
    pii_processing: {
      privacy_notice: { version: 1, text },
      purposes: [{ purpose: 'recommendations', lawful_basis: 'consent', collection_method: 'command' }],
    },
    events: [{ event_state: 'given', event_type: 'explicit' }],
  });
  const key = (await readFile(join(control.settings.ledgerFolder, 'verifier-key'), 'utf8')).trim();
  const proof = verifyReceipt(receipt.record_receipt, [noteVerifier(key)]);
  expect(proof).toMatchObject({
    kind: 'consent_given',
    role: 'operator',
    content: {
      consent: receipt.receipt_id,
      version: 1,
      text_sha256: receipt.pii_processing.privacy_notice.sha256,
      reason,
    },
  });
  expect(JSON.stringify(receipt)).not.toContain(email);
});

test('gateways hear of a consent to engines that train, and of its end, at once', async () => {
  const { email, account } = await control.customer();
  const shown = async () =>
    (await control.admin('GET', `/accounts/acct_${account}`)).body.terms.allow_training;
  expect(await shown()).toBe(false);
  await give(email, 'engines_that_train');
  expect(await shown()).toBe(true);
  await control.stop();
  await control.start();
  expect(await shown()).toBe(true);
  await withdraw(email, 'engines_that_train');
  expect(await shown()).toBe(false);
  const refused = await control.admin('PATCH', `/accounts/acct_${account}`, {
    terms: { allow_training: true },
  });
  expect(refused.status, 'there is one way to say it').toBe(400);
});

test('an erased person leaves no answer, and nobody answers for them any more', async () => {
  const { email, account } = await control.customer();
  await give(email, 'measurement');
  await give(email, 'engines_that_train');
  await withdraw(email, 'measurement');
  const [person] = await control.sql<{ id: string }>(
    'select person_id as id from membership where account_id = $1',
    [account],
  );
  await control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when: 'now' });
  const left = 'select 1 from consent where person_id = $1 or account_id = $2';
  expect(await control.sql(left, [person?.id, account])).toEqual([]);
  expect((await give(email, 'measurement')).status).toBe(404);
  await control.stop();
  await control.start();
  expect(await control.sql(left, [person?.id, account])).toEqual([]);
});

test('a restore brings back no consent that was taken back since, and no data that were restricted; what was given again stays', async () => {
  const [gone, back, kept] = [await control.customer(), await control.customer(), await control.customer()];
  for (const { email } of [gone, back, kept]) await give(email, 'measurement');
  await give(gone.email, 'engines_that_train');
  const file = join(control.settings.ledgerFolder, '..', 'backup');
  await withdraw(back.email, 'measurement');
  await give(back.email, 'measurement');
  expect((await control.admin('POST', '/backup', { file })).status).toBe(201);
  await withdraw(gone.email, 'measurement');
  await withdraw(gone.email, 'engines_that_train');
  const [person] = await control.sql<{ id: string }>(
    'select person_id as id from membership where account_id = $1',
    [kept.account],
  );
  const restricted = person?.id.replaceAll('-', '') as string;
  await control.stop();
  const { ledgerFolder, keysFolder, databaseUrl: before } = control.settings;
  const choices = await ChoiceLedger.in(ledgerFolder, realDisk);
  await choices.write([{ act: 'restricted', person: restricted, account: null, at: Date.now() }]);

  const databaseUrl = await postgres.database();
  const master = Buffer.from((await readFile(join(keysFolder, 'master-key'), 'utf8')).trim(), 'hex');
  await restoreBackup(
    file,
    {
      dataFolder: join(ledgerFolder, '..', 'data'),
      databaseUrl,
      keysFolder,
      ledger: { folder: ledgerFolder, erasures: 'erasures', record: 'record' },
      master,
    },
    { ...restoreParts, keysFile: null },
  );
  // In the database already, before anything could start on it.
  const again = { ...control.settings, databaseUrl };
  const restored = await startTestControl(postgres, again);
  try {
    const states = async (email: string, purpose: string) =>
      (await restored.admin('GET', path(email))).body.consents.find(
        (each: { purpose: string }) => each.purpose === purpose,
      );
    expect(await states(gone.email, 'measurement')).toMatchObject({
      state: 'withdrawn',
      withdrawn_way: 'ledger',
    });
    expect(await states(gone.email, 'engines_that_train')).toMatchObject({ state: 'withdrawn' });
    expect(await states(back.email, 'measurement')).toMatchObject({ state: 'given' });
    expect(await states(kept.email, 'measurement')).toMatchObject({ state: 'given' });
    expect((await restored.admin('GET', `/accounts/acct_${gone.account}`)).body.terms.allow_training).toBe(
      false,
    );
    expect(
      await restored.sql('select account_id from restriction where person_id = $1', [restricted]),
    ).toEqual([{ account_id: null }]);
    expect(restored.lines.filter(({ event }) => event === 'choices_replayed')).toEqual([]);
  } finally {
    await restored.stop();
  }
  expect(before).not.toBe(databaseUrl);
  await control.start();
});

test('a database that was taken back by other means is brought up at the start, before anything is read', async () => {
  const { email, account } = await control.customer();
  await give(email, 'engines_that_train');
  await withdraw(email, 'engines_that_train');
  await control.stop();
  await control.sql('update consent set withdrawn_at = null, withdrawn_way = null where account_id = $1', [
    account,
  ]);
  await control.start();
  expect(await state(email, 'engines_that_train')).toBe('withdrawn');
  expect((await control.admin('GET', `/accounts/acct_${account}`)).body.terms.allow_training).toBe(false);
  expect(control.lines.filter(({ event }) => event === 'choices_replayed').at(-1)).toMatchObject({
    count: 1,
  });
});

test('a damaged line of the choice ledger stops the start, and nothing is changed', async () => {
  await control.stop();
  const file = join(control.settings.ledgerFolder, 'choices');
  const whole = await readFile(file);
  const damaged = Buffer.from(whole);
  damaged[3] = 0x41;
  await writeFile(file, damaged);
  await expect(control.start()).rejects.toThrow(/ledger folder cannot be used or is damaged/);
  expect(await readFile(file)).toEqual(damaged);
  await writeFile(file, whole);
  await control.start();
});
