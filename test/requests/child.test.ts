/**
 * Reports of children's accounts (CHILD-1, CHILD-2): told by anybody, who learns nothing; decided by a privacy officer,
 * never about themselves; the account is deleted at once, after a letter, over kills and legal holds.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { requestsOf } from './people.ts';

let postgres: TestPostgres;
let mails: MailServer;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let officer: Browser;
let other: Browser;
let support: Browser;
let people = 0;
let email: string;

const FORM = '/privacy/requests/child';
const WORDS = 'He is my pupil, and 15';
const REPORTER = 'teacher@example.org';

beforeAll(async () => {
  postgres = await startPostgres();
  mails = await startMailServer();
  control = await startTestControl(postgres, { mail: { smtpUrl: mails.url, from: null } }, openSite);
  site = requestsOf(control);
  const staff = async (name: string, role: string) => {
    const one = await somebody(control, `${name}@example.org`, role);
    await strengthen(one);
    return one;
  };
  officer = await staff('officer', 'privacy');
  other = await staff('other', 'privacy');
  support = await staff('support', 'support');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await mails?.stop();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('delete from privacy_request_step');
  await control.sql('delete from privacy_request');
  email = `pupil${++people}@example.org`;
  await somebody(control, email);
});

const report = (account: string, more: Record<string, string> = {}) =>
  site.send(null, FORM, { account, email: '', words: WORDS, ...more });
async function reported(account: string): Promise<string> {
  expect((await report(account, { email: REPORTER })).status).toBe(303);
  return `/desk/requests/${(await site.newest()).id}`;
}
const isThere = async (address: string): Promise<boolean> =>
  (await control.admin('GET', `/accounts/${address}`)).status === 200;
const judge = (who: Browser, at: string, form: Record<string, string>) =>
  site.post(who, at, { do: 'judge', ...form });
const deletion = (account: string) => ({ decision: 'whole', account });
const gone = () => expect.poll(() => isThere(email), { timeout: 20_000 }).toBe(false);

test('whoever reports is told the same, at the same time, whoever has an account, and nobody gets a mail', async () => {
  const tell = async (account: string) => {
    const begun = performance.now();
    const answer = await report(account);
    const tookMs = performance.now() - begun;
    return { status: answer.status, to: answer.headers.get('location'), tookMs };
  };
  const [known, unknown] = [await tell(email), await tell('nobody@example.org')];
  for (const { status, to } of [known, unknown])
    expect([status, to]).toEqual([303, '/privacy/requests/child?sent']);
  expect(Math.abs(known.tookMs - unknown.tookMs)).toBeLessThan(450);
  expect(await site.page(`${FORM}?sent`)).toContain('We do not say what came of it');
  expect(mails.mails.filter(({ subject }) => /request|account/.test(subject ?? ''))).toEqual([]);
  const rows = await control.sql(
    'select person_id, intake is not null as sealed, state from privacy_request',
  );
  expect(rows).toEqual([
    { person_id: null, sealed: true, state: 'deciding' },
    { person_id: null, sealed: true, state: 'deciding' },
  ]);
});

test('what is missing, malformed or from another site is refused', async () => {
  for (const form of [{ account: '' }, { words: ' ' }, { email: 'no address' }, { words: 'x'.repeat(4001) }])
    expect((await report(email, form)).status, JSON.stringify(form).slice(0, 60)).toBe(400);
  const form = { account: email, email: '', words: WORDS };
  expect([400, 403]).toContain((await site.send(null, FORM, form, 'https://elsewhere.example')).status);
  expect(await site.rows()).toEqual([]);
  for (const path of [`${FORM}/x`, '/privacy/requests?for=child_report'])
    expect(await site.page(path)).not.toContain(WORDS);
  expect((await site.ask(null, 'child_report', { words: WORDS })).status).toBe(400);
});

test('it stands on top of the queue with a mark, is due in 10 days, and shows nothing before it is opened', async () => {
  await site.ask(null, 'access', { email, place: 'FR' });
  await control.sql("update privacy_request set due_at = now() + interval '1 hour'");
  const at = await reported(email);
  for (const who of [officer, support]) {
    const list = await site.page('/desk/requests', who);
    const first = /\/desk\/requests\/[0-9a-f]{32}/.exec(list)?.[0];
    expect(first).toBe(at);
    expect(list).toContain('>first<');
    const page = await site.page(at, who);
    for (const secret of [email, WORDS, REPORTER]) expect(page + list).not.toContain(secret);
    expect(page).toContain('our own promise');
  }
  const { received_at, due_at } = await site.newest();
  expect(Number(due_at) - Number(received_at)).toBe(10 * 86_400_000);
});

test('a privacy officer opens it, after the record has the look; other roles do not', async () => {
  const at = await reported(email);
  const looks = () => control.sql("select person_id from record_entry where kind = 'staff_read'");
  const before = (await looks()).length;
  for (const form of [{ do: 'open' }, { do: 'judge', ...deletion(email) }])
    expect((await site.post(support, at, form)).status).toBe(403);
  const own = await fetch(control.settings.siteUrl + at, {
    method: 'POST',
    headers: { cookie: officer.cookie, origin: 'https://elsewhere.example' },
    body: new URLSearchParams({ do: 'judge', ...deletion(email) }),
  });
  expect([400, 403]).toContain(own.status);
  expect((await looks()).length).toBe(before);
  const page = await (await site.post(officer, at, { do: 'open' })).text();
  for (const told of [email, WORDS, REPORTER]) expect(page).toContain(told);
  const after = await looks();
  expect(after).toHaveLength(before + 1);
  expect(after.filter(({ person_id }) => person_id === null)).toEqual([]);
  await control.sql("update session set authenticated_at = now() - interval '1 hour'");
  const stale = await judge(officer, at, deletion(email));
  expect([303, 403]).toContain(stale.status);
  expect(await site.newest()).toMatchObject({ state: 'deciding', decision: null });
  await control.sql('update session set authenticated_at = now()');
});

test('deleted at once, without the grace: a letter first, then nothing is left but that it was done', async () => {
  const at = await reported(email);
  expect((await judge(officer, at, { decision: 'whole', account: '' })).status).toBe(400);
  expect((await judge(officer, at, deletion(email))).status).toBe(303);
  const letter = await mails.next(email);
  expect(letter.subject).toBe('Your account is deleted');
  expect(letter.text).not.toContain(REPORTER);
  expect(letter.text).not.toContain(WORDS);
  await gone();
  const row = await site.until('delivered');
  expect(row).toMatchObject({ decision: 'whole', person: null, has_intake: false });
  expect(await control.sql("select 1 from erasure where state <> 'done'")).toEqual([]);
  expect(await site.steps(row.id)).toEqual([
    'came',
    'acknowledge',
    'take_up',
    'decide',
    'carry_out',
    'deliver',
  ]);
  const page = await site.page(at, officer);
  expect(page).toContain('It was carried out');
  expect((await judge(other, at, deletion(email))).status).toBe(409);
});

test('refused on a ground of its list: the account stays, and there is no appeal', async () => {
  const at = await reported(email);
  for (const ground of ['', 'would_be_wrong'])
    expect((await judge(officer, at, { decision: 'refused', ground })).status).toBe(400);
  expect((await judge(officer, at, { decision: 'part', ground: 'not_shown' })).status).toBe(400);
  // By the form of the law's requests neither.
  const asOther = { do: 'decide', decision: 'refused', ground: 'not_shown', words: 'x' };
  expect((await site.post(officer, at, asOther)).status).toBe(404);
  expect((await judge(officer, at, { decision: 'refused', ground: 'not_shown' })).status).toBe(303);
  expect(await site.newest()).toMatchObject({ state: 'closed', decision: 'refused' });
  expect(await isThere(email)).toBe(true);
  expect((await site.post(officer, at, { do: 'appeal', words: 'x' })).status).toBe(409);
});

test('nobody decides about themselves, nor opens what was told of them', async () => {
  const at = await reported('officer@example.org');
  for (const form of [{ do: 'open' }, { do: 'judge', decision: 'refused', ground: 'not_shown' }])
    expect((await site.post(officer, at, form)).status).toBe(403);
  const theirs = await reported(email);
  expect((await judge(officer, theirs, deletion('officer@example.org'))).status).toBe(403);
  expect((await judge(other, at, { decision: 'refused', ground: 'not_shown' })).status).toBe(303);
});

test('about nobody: refused so, and never deleted', async () => {
  const at = await reported('nobody@example.org');
  const page = await (await site.post(officer, at, { do: 'open' })).text();
  expect(page).toContain('nobody, or several people');
  expect((await judge(officer, at, deletion('nobody@example.org'))).status).toBe(404);
  expect((await judge(officer, at, { decision: 'refused', ground: 'no_such_account' })).status).toBe(303);
});

test('told twice: the first deletes, of the second nobody is left', async () => {
  const first = await reported(email);
  const second = await reported(email);
  const answers = await Promise.all([officer, other].map((who) => judge(who, first, deletion(email))));
  expect(answers.map(({ status }) => status).sort()[0]).toBe(303);
  expect(answers.map(({ status }) => status).sort()[1]).toBeGreaterThanOrEqual(404);
  await gone();
  expect((await judge(officer, second, deletion(email))).status).toBe(404);
  expect((await judge(officer, second, { decision: 'refused', ground: 'no_such_account' })).status).toBe(303);
});

test('a legal hold keeps what it names; the rest is gone', async () => {
  expect((await control.admin('POST', `/accounts/${email}/holds`, { reason: 'an order' })).status).toBe(201);
  const at = await reported(email);
  expect((await judge(officer, at, deletion(email))).status).toBe(303);
  await site.until('delivered');
  expect(await control.sql("select state from erasure where state = 'held'")).not.toEqual([]);
  const { holds } = (await control.admin('GET', '/holds')).body;
  for (const { id } of holds) await control.admin('POST', `/holds/${id}/end`, {});
});

test('killed between decision and deletion, the next start deletes; a mail server that is away keeps nobody', async () => {
  const at = await reported(email);
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  mails.behave = () => 451;
  expect((await judge(officer, at, deletion(email))).status).toBe(303);
  await running.end();
  expect(await control.sql("select 1 from privacy_request where state = 'carrying_out'")).toHaveLength(1);
  await control.sql("update privacy_request set decided_at = now() - interval '2 minutes', next_at = now()");
  await running.start();
  await site.until('delivered');
  expect(await isThere(email)).toBe(false);
  const row = await site.newest();
  expect((await site.steps(row.id)).length).toBe(row.steps + 1);
  mails.behave = () => 'take';
  await running.end('SIGTERM');
  await control.start();
}, 120_000);
