/**
 * Somebody from outside decides one appeal that nobody of the staff may: invited, enrolled by a link and a code that comes
 * another way, shown that one request, and gone with the decision; and everybody who must not get that far.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { handoverIn, invitedIn, nowCode, secretIn } from './invited.ts';
import { requestsOf } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let mails: MailServer;
let site: ReturnType<typeof requestsOf>;
let outside: ReturnType<typeof invitedIn>;
let ada: Browser;
let first: Browser;
let boss: Browser;
let id: string;
let path: string;

beforeAll(async () => {
  postgres = await startPostgres();
  mails = await startMailServer();
  control = await startTestControl(postgres, { mail: { smtpUrl: mails.url, from: null } }, openSite);
  site = requestsOf(control);
  outside = invitedIn(control, mails);
  ada = await somebody(control, 'ada@example.org');
  first = await somebody(control, 'first@example.org', 'privacy');
  boss = await somebody(control, 'boss@example.org', 'admin');
  for (const each of [first, boss]) await strengthen(each);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await mails?.stop();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.stop();
  for (const table of ['outsider', 'privacy_request_step', 'privacy_request', 'mail'])
    await control.sql(`delete from ${table}`);
  await control.sql("delete from record_entry where kind = 'request'");
  await control.sql('update session set authenticated_at = now()');
  mails.mails.splice(0);
  mails.behave = () => 'take';
  await control.start();
  ({ id, path } = await outside.appealed(ada, first));
});

const invited = async (): Promise<{ link: string; handover: string }> => {
  const handover = handoverIn(await (await outside.invite(first, id)).text());
  return { link: await outside.link(), handover };
};
const rows = () =>
  control.sql<{
    ended_for: string | null;
    tries: number;
    enrolled_at: Date | null;
    duty_version: string | null;
  }>('select * from outsider order by invited_at');

test('invited, enrolled with the duty, shown that one request, and gone with the decision', async () => {
  const { link, handover } = await invited();
  const page = await site.page(link);
  expect(page).toContain('I accept this duty');
  for (const word of ['paid twice', 'March', 'ada@']) expect(page).not.toContain(word);
  const secret = await outside.enrol(link, handover);
  expect(await rows()).toMatchObject([{ duty_version: '1', ended_for: null }]);
  expect(await site.page(path)).toContain('An independent person from outside looks at it');
  expect(await site.page(path)).not.toContain('Grace');
  expect(await site.page(link)).not.toContain('paid twice');
  const opened = await (await outside.code(link, 'open', nowCode(secret))).text();
  for (const word of [
    'The credit of March is 20',
    'One payment of 10.',
    'I paid twice',
    'would make the data wrong',
  ])
    expect(opened).toContain(word);
  // The look stands in the record, about her.
  const looks = await control.sql(
    "select 1 from record_entry where kind = 'staff_read' and person_id is not null",
  );
  expect(looks.length).toBeGreaterThan(0);
  // The same code a second time is none; nor is it one for deciding.
  expect((await outside.code(link, 'open', nowCode(secret))).status).toBe(401);
  expect((await outside.decide(link, nowCode(secret), 'upheld')).status).toBe(401);
  await outside.letTimePass();
  expect(await (await outside.decide(link, nowCode(secret), 'upheld')).text()).toContain('Thank you');
  expect(await site.newest()).toMatchObject({ state: 'closed' });
  const [row] = await control.sql(
    'select appeal_decision, appeal_decided_by, appeal_outsider_id from privacy_request',
  );
  expect(row).toMatchObject({ appeal_decision: 'upheld', appeal_decided_by: null });
  expect(row?.appeal_outsider_id).not.toBeNull();
  expect(await rows()).toMatchObject([{ ended_for: 'decided' }]);
  expect(await site.page(link)).toContain('This invitation is over');
  expect((await outside.code(link, 'open', nowCode(secret))).status).toBe(410);
  expect(await site.page(path)).toContain('They did pay twice.');
  const { steps } = await site.newest();
  expect(await site.entries()).toBe(steps + 1);
  expect((await site.steps(id)).slice(-6)).toEqual([
    'appeal',
    'acknowledge',
    'invite_outside',
    'enrol_outside',
    'decide_appeal',
    'close',
  ]);
}, 60_000);

test('nothing of who they are lies in the database in the open', async () => {
  await invited();
  const text = JSON.stringify(await control.sql("select encode(who, 'escape') as who, * from outsider"));
  expect(text).not.toMatch(/grace|outside\.example/i);
  const desk = await site.page(`/desk/requests/${id}`, boss);
  expect(desk).toContain('grace@outside.example');
});

test('an invitation of whoever asked, of who decided first, or of oneself is refused, also by another spelling', async () => {
  for (const email of [
    'ada@example.org',
    'first@example.org',
    'First+appeal@example.org',
    'ada+x@example.org',
  ])
    expect((await outside.invite(boss, id, { email })).status, email).toBe(409);
  expect((await outside.invite(boss, id, { email: 'boss@example.org' })).status).toBe(409);
  expect((await outside.invite(boss, id, { email: 'nonsense' })).status).toBe(400);
  expect((await outside.invite(boss, id, { name: '' })).status).toBe(400);
  expect((await outside.invite(ada, id)).status).toBe(404);
  expect((await outside.invite(null, id)).status).toBe(302);
  expect(await rows()).toEqual([]);
});

test('nobody is invited while somebody of the staff may decide, or where no appeal waits', async () => {
  const second = await somebody(control, `second${Date.now()}@example.org`, 'privacy');
  await strengthen(second);
  expect((await outside.invite(first, id)).status).toBe(409);
  // They take it: an invitation from before ends.
  await control.sql(
    'update person set staff_role = null where created_at = (select max(created_at) from person)',
  );
  const { link, handover } = await invited();
  const secret = await outside.enrol(link, handover);
  await control.sql(
    "update person set staff_role = 'privacy' where created_at = (select max(created_at) from person)",
  );
  const decided = await outside.desk(second, id, { do: 'decide', decision: 'upheld', words: 'It stands.' });
  expect(decided.status).toBe(303);
  expect(await rows()).toMatchObject([{ ended_for: 'taken' }]);
  expect((await outside.decide(link, nowCode(secret))).status).toBe(410);
  expect((await outside.invite(first, id)).status).toBe(409);
  await control.sql(
    'update person set staff_role = null where created_at = (select max(created_at) from person)',
  );
}, 60_000);

test('the link works once for enrolling, and alone, or with a wrong code, for nothing', async () => {
  const { link, handover } = await invited();
  expect((await outside.begin(link, 'aaaa-bbbb-cccc-dddd-eeee')).status).toBe(401);
  expect((await outside.begin(link, handover, '0')).status).toBe(400);
  expect((await outside.code(link, 'open', '123456')).status).toBe(401);
  expect((await outside.decide(link, '123456')).status).toBe(401);
  const secret = await outside.enrol(link, handover);
  expect((await outside.begin(link, handover)).status).toBe(409);
  expect((await outside.code(link, 'confirm', nowCode(secret))).status).toBe(409);
  expect((await site.send(null, '/appeals/nonsense')).status).toBe(200);
  expect(await site.page('/appeals/nonsense')).toContain('This invitation is over');
  const foreign = await site.send(
    null,
    link,
    { do: 'open', code: nowCode(secret) },
    'https://elsewhere.example',
  );
  expect(foreign.status).toBe(400);
});

test('ten wrong codes in a row end the invitation, and another can be made', async () => {
  const { link, handover } = await invited();
  const secret = await outside.enrol(link, handover);
  const statuses: number[] = [];
  for (let at = 0; at < 11; at++) statuses.push((await outside.code(link, 'open', '000000')).status);
  expect(statuses).toEqual([...Array(10).fill(401), 410]);
  expect((await outside.code(link, 'open', nowCode(secret))).status).toBe(410);
  expect(await rows()).toMatchObject([{ ended_for: 'wrong_codes' }]);
  expect((await outside.invite(first, id)).status).toBe(200);
}, 60_000);

test('after 14 days it is over: for their page at once, for the desk when the clock is believed', async () => {
  const { link, handover } = await invited();
  const secret = await outside.enrol(link, handover);
  await control.sql("update outsider set ends_at = now() - interval '1 second'");
  expect(await site.page(link)).toContain('This invitation is over');
  expect((await outside.decide(link, nowCode(secret))).status).toBe(410);
  await control.stop();
  control.lines.splice(0);
  await control.sql("update clock_mark set seen_at = now() - interval '40 days', jumped_to = null");
  await control.start();
  await expect
    .poll(() => control.lines.some(({ code }) => code === 'clock_jumped'), { timeout: 20_000 })
    .toBe(true);
  expect((await rows())[0]?.ended_for).toBeNull();
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
  await expect.poll(async () => (await rows())[0]?.ended_for, { timeout: 20_000 }).toBe('expired');
  expect((await site.steps(id)).at(-1)).toBe('end_outside');
  expect(await site.page(path)).toContain('Somebody here looks at it');
}, 60_000);

test('taken back while they decide: theirs is refused, and it is said once', async () => {
  const { link, handover } = await invited();
  const secret = await outside.enrol(link, handover);
  await outside.code(link, 'open', nowCode(secret));
  await outside.letTimePass();
  expect((await outside.desk(boss, id, { do: 'take_back' })).status).toBe(303);
  expect((await outside.desk(boss, id, { do: 'take_back' })).status).toBe(409);
  expect((await outside.decide(link, nowCode(secret))).status).toBe(410);
  const [row] = await control.sql('select state, appeal_decision from privacy_request');
  expect(row).toMatchObject({ state: 'appeal_deciding', appeal_decision: null });
  // Both at once: one of them.
  const again = await invited();
  const other = await outside.enrol(again.link, again.handover);
  const [taken, decided] = await Promise.all([
    outside.desk(boss, id, { do: 'take_back' }),
    outside.decide(again.link, nowCode(other), 'upheld'),
  ]);
  expect([taken.status === 303, decided.status === 200].filter(Boolean)).toHaveLength(1);
}, 60_000);

test('two invitations at once are one', async () => {
  const answers = await Promise.all([outside.invite(first, id), outside.invite(boss, id)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await rows()).toHaveLength(1);
  const { steps } = await site.newest();
  expect(await site.entries()).toBe(steps + 1);
});

test('who asked takes the appeal back: the invitation is over', async () => {
  const { link, handover } = await invited();
  const secret = await outside.enrol(link, handover);
  await site.post(null, path, { do: 'withdraw' });
  expect((await outside.decide(link, nowCode(secret))).status).toBe(410);
  await control.stop();
  await control.start();
  await expect.poll(async () => (await rows())[0]?.ended_for, { timeout: 20_000 }).toBe('over');
}, 60_000);

test('the database itself keeps the first decider from deciding, and an appeal from having two', async () => {
  await expect(
    control.sql('update privacy_request set appeal_decided_by = decided_by where id = $1::uuid', [id]),
  ).rejects.toThrow('privacy_request_other_eyes');
  await expect(
    control.sql(
      'update privacy_request set appeal_decided_by = gen_random_uuid(), appeal_outsider_id = gen_random_uuid()',
    ),
  ).rejects.toThrow('privacy_request_one_appeal_decider');
});

test('without a mail server the link would pass the inviter: refused', async () => {
  const alone = await startTestControl(postgres, {}, openSite);
  const its = requestsOf(alone);
  const decider = await somebody(alone, 'decider@example.org', 'privacy');
  await strengthen(decider);
  const eve = await somebody(alone, 'eve@example.org');
  const inside = invitedIn(alone, mails);
  const made = await inside.appealed(eve, decider);
  const answer = await inside.invite(decider, made.id);
  expect([answer.status, (await answer.text()).includes('There is no mail server')]).toEqual([409, true]);
  expect(await its.page(`/desk/requests/${made.id}`, decider)).toContain('Somebody from outside');
  await alone.end();
}, 60_000);

test('killed at each step: the mail goes after all, and nothing is half', async () => {
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  // The mail server is away, and control dies: the next start sends it.
  mails.behave = () => 451;
  const handover = handoverIn(await (await outside.invite(first, id)).text());
  await running.end();
  mails.behave = () => 'take';
  await running.start();
  const link = await outside.link();
  const begun = outside.begin(link, handover).catch(() => null);
  await running.end();
  await begun;
  await running.start();
  const secret = secretIn(await (await outside.begin(link, handover)).text());
  const confirming = outside.code(link, 'confirm', nowCode(secret)).catch(() => null);
  await running.end();
  await confirming;
  await running.start();
  const isOn = (await rows())[0]?.enrolled_at !== null;
  expect((await site.steps(id)).includes('enrol_outside')).toBe(isOn);
  await outside.letTimePass();
  if (!isOn) await outside.code(link, 'confirm', nowCode(secret));
  await outside.letTimePass();
  const deciding = outside.decide(link, nowCode(secret), 'upheld').catch(() => null);
  await running.end();
  await deciding;
  await running.start();
  await outside.letTimePass();
  const [row] = await control.sql<{ appeal_decision: string | null }>(
    'select appeal_decision from privacy_request',
  );
  if (row?.appeal_decision === null) await outside.decide(link, nowCode(secret), 'upheld');
  const { steps, state } = await site.newest();
  expect(state).toBe('closed');
  expect(await site.entries()).toBe(steps + 1);
  expect((await rows())[0]?.ended_for).toBe('decided');
  await running.end('SIGTERM');
}, 120_000);
