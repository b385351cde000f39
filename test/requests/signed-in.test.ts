/**
 * Requests of somebody who is signed in: each is acknowledged, decided by rule where a rule suffices, carried out by the
 * store's own operations, and stands with each step once in the record.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { unzip } from '../store-rights/archive.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { requestsOf } from './people.ts';

const DAY_MS = 86_400_000;
let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let people = 0;
let email: string;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = requestsOf(control);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('delete from privacy_request_step');
  await control.sql('delete from privacy_request');
  await control.sql('delete from mail');
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
});

const age = () => control.sql("update session set authenticated_at = now() - interval '11 minutes'");
/** The person's random id. */
async function personId(): Promise<string> {
  const { body } = await control.admin('GET', `/accounts/${email}`);
  const [row] = await control.sql<{ id: string }>(
    "select replace(person_id::text, '-', '') as id from membership where account_id = $1::uuid",
    [body.id.slice(5)],
  );
  return row?.id ?? '';
}
/** The name by which the person's name is corrected, out of the form. */
async function nameItem(): Promise<string> {
  const html = await site.page('/privacy/requests?for=correct', ada);
  return /value="(person\/[^"]+\/name)"/.exec(html)?.[1] ?? '';
}

test('whether anything is held: a yes at once, told by mail without any data in it', async () => {
  const path = await site.asked(ada, 'confirm', { place: 'US-VA' });
  const row = await site.newest();
  expect(row).toMatchObject({ state: 'delivered', decision: 'whole', proven_by: 'session' });
  expect(await site.steps(row.id)).toEqual([
    'came',
    'acknowledge',
    'take_up',
    'decide',
    'carry_out',
    'deliver',
  ]);
  const page = await site.page(path);
  expect(page).toContain('Yes, we hold data about you');
  expect(page).not.toContain(email);
  expect(await site.mails()).toEqual(['request_received', 'request_delivered']);
  const letter = await site.letter('request_received');
  expect(letter).toContain(path);
  expect(letter).toMatch(/The law gives you this right: .*59\.1-/);
  expect(letter).not.toContain(email);
});

test('a copy: the archive is made in the background, and only the person gets it', async () => {
  const path = await site.asked(ada, 'access', { place: 'FR' });
  expect((await site.until('delivered')).decision).toBe('whole');
  expect(await site.page(path)).toContain('/console/export');
  const [job] = await control.sql<{ id: string; state: string }>(
    "select replace(id::text, '-', '') as id, state from export_job where person_id = $1::uuid",
    [await personId()],
  );
  expect(job?.state).toBe('ready');
  const archive = `/console/export/${job?.id}/archive`;
  expect((await site.send(ada, archive)).status).toBe(200);
  const other = await somebody(control, `other${people}@example.org`);
  expect((await site.send(other, archive)).status).toBe(404);
  // The request itself is among what is held.
  const files = await unzip(Buffer.from(await (await site.send(ada, archive)).arrayBuffer()));
  const held = JSON.parse(String(files.get('data/privacy_request_step.json')));
  expect(held[0]).toMatchObject({ asked_for: 'access', place: 'FR' });
}, 60_000);

test('a correction by the field: put right at once, and what cannot stand there is refused before', async () => {
  const item = await nameItem();
  const refused = await site.ask(ada, 'correct', { item, value: '' });
  expect([refused.status, (await site.rows()).length]).toEqual([400, 0]);
  await site.asked(ada, 'correct', { item, value: 'Ada Lovelace' });
  expect((await site.newest()).state).toBe('delivered');
  expect(await site.page('/console/profile', ada)).toContain('Ada Lovelace');
  const before = await site.entries();
  await site.asked(ada, 'correct', { item, value: 'Ada Byron' });
  expect(await site.entries()).toBe(before + 6);
});

test('a correction in words, and an objection, wait for a person; empty ones are refused', async () => {
  for (const right of ['correct', 'object']) {
    expect((await site.ask(ada, right)).status).toBe(400);
    const path = await site.asked(ada, right, { words: 'The credit of March is wrong: 20, not 10' });
    const row = await site.newest();
    expect(row).toMatchObject({ right, state: 'deciding', next_at: null });
    expect(await site.page(path)).not.toContain('credit of March');
  }
  const stored = JSON.stringify(await control.sql('select * from privacy_request'));
  expect(stored).not.toContain(Buffer.from('credit of March').toString('hex'));
});

test('a restriction holds at once', async () => {
  await site.asked(ada, 'restrict');
  expect((await site.newest()).state).toBe('delivered');
  expect(
    await control.sql('select 1 from restriction where person_id = $1::uuid', [await personId()]),
  ).not.toEqual([]);
});

test('an opt-out holds at once, asks for no fresh sign-in, and the browser remembers it', async () => {
  await site.send(ada, '/privacy/choices', { recommendations: 'given', recommendations_version: '1' });
  await age();
  const answer = await site.ask(ada, 'opt_out_profiling', { place: 'US-CA' });
  expect(answer.status).toBe(303);
  expect(answer.headers.getSetCookie().join()).toContain('recommendations.1.refused');
  expect(await site.newest()).toMatchObject({ state: 'delivered', proven_by: 'none' });
  const given = await control.sql(
    "select 1 from consent where person_id = $1::uuid and answer = 'given' and withdrawn_at is null",
    [await personId()],
  );
  expect(given).toEqual([]);
  // Everything else wants one.
  const refused = await site.ask(ada, 'access');
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('Confirm')]);
});

test('everything that was agreed to is taken back, of their accounts too', async () => {
  await site.send(ada, '/privacy/choices', { promotional_mail: 'given', promotional_mail_version: '2' });
  await site.asked(ada, 'withdraw_consent');
  const { body } = await control.admin('GET', `/accounts/${email}`);
  const answers = await control.sql<{ purpose: string; answer: string; withdrawn: boolean }>(
    `select purpose, answer, withdrawn_at is not null as withdrawn from consent
     where person_id = $1::uuid or account_id = $2::uuid`,
    [await personId(), body.id.slice(5)],
  );
  expect(answers.every(({ answer, withdrawn }) => answer === 'refused' || withdrawn)).toBe(true);
  expect(answers.map(({ purpose }) => purpose)).toEqual(
    expect.arrayContaining(['promotional_mail', 'measurement', 'engines_that_train']),
  );
});

test('a deletion says first that it means the account; its 30 days begin when it was asked, and it can be taken back', async () => {
  expect((await site.ask(ada, 'delete')).status).toBe(400);
  const path = await site.asked(ada, 'delete', { agreed: 'yes', place: 'US-CA' });
  const row = await site.newest();
  expect(row).toMatchObject({ state: 'carrying_out', decision: 'whole' });
  const [erasure] = await control.sql<{ due_at: Date }>(
    'select due_at from erasure where person_id = $1::uuid',
    [await personId()],
  );
  expect(Number(erasure?.due_at) - Number(row.received_at)).toBe(30 * DAY_MS);
  expect(Number(erasure?.due_at)).toBeLessThanOrEqual(Number(row.due_at));
  expect(await site.page(path)).toContain('the account and everything that names you is deleted');
  // The address of the page alone does not keep it.
  expect((await site.post(null, path, { do: 'withdraw' })).status).toBe(409);
  await site.send(ada, '/console/leaving', {});
  await site.page(path);
  expect((await site.newest()).state).toBe('withdrawn');
});

test('in the European Union a deletion is never later than a month after it was asked', async () => {
  await site.asked(ada, 'delete', { agreed: 'yes', place: 'FR' });
  const row = await site.newest();
  const [erasure] = await control.sql<{ due_at: Date }>(
    'select due_at from erasure where person_id = $1::uuid',
    [await personId()],
  );
  expect(Number(erasure?.due_at)).toBeLessThanOrEqual(Number(row.respond_by));
});

test('who is deleted is nobody in the request that asked for it, which says that it was done', async () => {
  const path = await site.asked(ada, 'delete', { agreed: 'yes' });
  const done = await control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
  expect(done.body.state).toBe('done');
  const page = await site.page(path);
  expect(page).toContain('are deleted');
  expect(await site.newest()).toMatchObject({ state: 'delivered', person: null });
  expect(await site.steps((await site.newest()).id)).toEqual(['deliver']);
});

test('who is erased while something waits for an answer: it ends, and nothing of theirs is left in it', async () => {
  const path = await site.asked(ada, 'object', { words: 'Sums of use' });
  await control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
  await control.stop();
  await control.start();
  const row = await site.until('closed');
  expect(row).toMatchObject({ person: null, decision: null });
  const page = await site.page(path);
  expect(page).toContain('It ended, because the account was deleted');
  expect(page).not.toContain('Sums of use');
}, 60_000);

test('the same asked twice is one: the second leads to the first', async () => {
  const first = await site.asked(ada, 'delete', { agreed: 'yes' });
  await control.sql("update erasure set state = 'cancelled' where state = 'scheduled'");
  const second = await site.asked(ada, 'delete', { agreed: 'yes' });
  expect((await site.rows()).map(({ state }) => state)).toEqual(['carrying_out', 'joined']);
  expect(await site.page(second)).toContain(first);
});

test('what waits for a person can be withdrawn, by whoever has the address of the page; then it is over', async () => {
  const path = await site.asked(ada, 'object', { words: 'Sums of use' });
  const stranger = { cookie: '' };
  expect((await site.post(stranger, path, { do: 'withdraw' })).status).toBe(303);
  expect((await site.newest()).state).toBe('withdrawn');
  expect((await site.post(ada, path, { do: 'withdraw' })).status).toBe(409);
  expect(await site.mails()).toEqual(['request_received', 'request_closed']);
});

test('own requests stand on the console; another address of a page is none', async () => {
  const path = await site.asked(ada, 'confirm');
  expect(await site.page('/console/profile', ada)).toContain(path);
  for (const wrong of ['x', 'A'.repeat(43), `${path.slice(-43, -1)}`])
    expect((await site.send(null, `/privacy/requests/${wrong}`)).status).toBe(404);
});

test('nonsense is refused and changes nothing: rights, places, other sites', async () => {
  for (const form of [
    { right: 'appeal' },
    { right: 'x' },
    { place: 'US-XX' },
    { place: '' },
    { place: '../etc' },
  ])
    expect((await site.ask(ada, 'confirm', form)).status, JSON.stringify(form)).toBe(400);
  const elsewhere = await site.send(
    ada,
    '/privacy/requests',
    { right: 'confirm' },
    'https://elsewhere.example',
  );
  expect([400, 403]).toContain(elsewhere.status);
  expect(await site.rows()).toEqual([]);
});

test('twenty in a day are enough', async () => {
  const statuses: number[] = [];
  for (let at = 0; at < 21; at++) statuses.push((await site.ask(ada, 'limit_sensitive')).status);
  expect([statuses.slice(0, 20).every((each) => each === 303), statuses[20]]).toEqual([true, 429]);
}, 60_000);
