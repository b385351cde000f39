/**
 * A breach from its entry to its end, by the desk's own forms: who may, who has to be told, in phases, by two people where it weighs
 * most, whoever is affected once; and what happened stands nowhere but under its own key.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { hireAs } from '../disclosure/cases.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { BREACH, HAPPENED, hoursAgo, type Register, registerOf } from './register.ts';

let postgres: TestPostgres;
let control: TestControl;
let register: Register;
let one: Browser;
let other: Browser;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  register = registerOf(control);
  one = await hireAs(control, 'Grace Enters', 'grace@example.org');
  other = await hireAs(control, 'Edsger Agrees', 'edsger@example.org', 'admin');
  ada = await somebody(control, 'ada@example.org');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

const agreed = async (who: Browser, id: string) =>
  register.act(who, id, 'agree', { of: await register.waiting(id) });

test('whoever has no role for it, or has not just signed in, enters and sees nothing; a foreign form neither', async () => {
  const support = await hireAs(control, 'Sue Support', 'sue@example.org', 'support');
  const tries = [null, ada, support].map(async (who) => (await register.tryOpen(who)).status);
  expect(await Promise.all(tries)).toEqual([302, 404, 403]);
  expect((await register.post(one, '/desk/breaches/new', BREACH, 'https://evil.example')).status).toBe(400);
  await control.sql("update session set authenticated_at = now() - interval '1 hour'");
  expect(await (await register.tryOpen(one)).text()).toContain('Confirm');
  expect(await register.count('breach_row')).toBe(0);
});

test('a form that makes no sense is refused, and says what it was told', async () => {
  const refused = async (form: Record<string, string>) => {
    const answer = await register.tryOpen(one, form);
    return [answer.status, await answer.text()] as const;
  };
  expect(await refused({ happened: ' ' })).toMatchObject([400, expect.stringContaining('say what happened')]);
  expect((await refused({ places: 'Atlantis 3' }))[1]).toContain('a place and a number');
  expect((await refused({ places: 'US-CA 0' }))[0]).toBe(400);
  expect((await refused({ aware: hoursAgo(-2) }))[1]).toContain('must not lie in the future');
  expect((await refused({ risk: 'unlikely', risk_why: '' }))[1]).toContain('say why the risk');
  expect((await refused({ named: 'Ada Example' }))[1]).toContain('each an e-mail address');
  expect((await refused({ nature_disclosed: '' }))[0]).toBe(400);
  expect(await register.count('breach_row')).toBe(0);
});

test('what somebody wrote for longer than ten minutes is not lost, and nothing else is shown', async () => {
  const id = await register.opened(one);
  await control.sql("update session set authenticated_at = now() - interval '1 hour'");
  const answer = await register.act(one, id, 'draft', { notice: 'people', words: 'Dear you, at length.' });
  const shown = await answer.text();
  expect([answer.status, shown]).toMatchObject([403, expect.stringContaining('Dear you, at length.')]);
  expect(shown).not.toContain(HAPPENED);
  expect(await register.events(id)).toEqual(['open']);
  await control.sql('update session set authenticated_at = now()');
  await register.act(one, id, 'correct', { ...BREACH, risk: 'unlikely', places: '', named: '' });
  await register.act(one, id, 'propose', { what: 'close', words: 'A trial.' });
  expect((await agreed(other, id)).status).toBe(303);
});

test('an entry starts the clocks, and a breach goes its way to the end', async () => {
  const id = await register.opened(one, { aware: hoursAgo(80) });
  const shown = await register.page(one, id);
  for (const words of [
    'The supervisory authority',
    'overdue',
    'Attorney General of California',
    'GDPR, Article 33(1)',
  ])
    expect(shown).toContain(words);
  expect(await register.figures()).toMatchObject({ open: 1, owed: 4, overdue: 2 });
  expect((await control.admin('GET', '/metrics')).body).toContain('kept_breach_duties_overdue 2');

  // Late without a reason is refused; a first part is enough for the clock, and not for the end.
  const authority = { duty: 'EU authority', phase: 'first', reference: 'CNIL 4711' };
  const late = await register.act(one, id, 'told', authority);
  expect([late.status, await late.text()]).toMatchObject([400, expect.stringContaining('say why')]);
  const early = await register.act(one, id, 'told', { ...authority, on: hoursAgo(90), late: 'x' });
  expect(early.status).toBe(400);
  expect((await register.act(one, id, 'told', { ...authority, duty: 'EU nobody', late: 'x' })).status).toBe(
    400,
  );
  expect((await register.act(one, id, 'told', { ...authority, late: 'The wombat was fast.' })).status).toBe(
    303,
  );
  expect(await register.figures()).toMatchObject({ owed: 4, overdue: 1 });
  const more = { ...authority, phase: 'whole' };
  expect((await register.act(one, id, 'told', more)).status).toBe(303);
  expect(await register.figures()).toMatchObject({ owed: 3, overdue: 1 });

  // Notices follow from what is known, and are written over.
  expect(await register.page(one, id)).toContain('Notice of a breach of personal data');
  expect(
    (await register.act(one, id, 'draft', { notice: 'people', words: 'Dear you, a wombat.' })).status,
  ).toBe(303);
  expect(await register.page(other, id)).toContain('Dear you, a wombat.');

  // Nobody closes it before; nobody agrees to what they propose; one thing waits at a time.
  expect((await register.act(one, id, 'propose', { what: 'close', words: 'x' })).status).toBe(409);
  const words = 'Dear you, a wombat took it. Change your password.';
  expect((await register.act(one, id, 'propose', { what: 'tell_people', words })).status).toBe(303);
  expect((await register.act(other, id, 'propose', { what: 'tell_people', words })).status).toBe(409);
  const alone = await agreed(one, id);
  expect([alone.status, await alone.text()]).toMatchObject([403, expect.stringContaining('Two people')]);
  expect((await register.act(other, id, 'agree', { of: '0'.repeat(32) })).status).toBe(409);
  expect((await agreed(other, id)).status).toBe(303);
  await expect.poll(() => register.events(id), { timeout: 15_000 }).toContain('sent');
  expect(await register.count("mail where template = 'breach_told'")).toBe(1);
  expect(await register.text(ada, '/console/profile/breach_notice')).toContain('a wombat took it');
  expect(await register.text(one, '/console/profile/breach_notice')).not.toContain('a wombat took it');
  expect(await register.count("record_entry where kind = 'breach_notice'")).toBe(1);

  // The people are told, so the clock of California's Attorney General runs from then.
  // One of 602 was found: that is a part, and the rest is told another way.
  expect(await register.figures()).toMatchObject({ owed: 3, overdue: 0 });
  for (const duty of ['EU people', 'US-CA people'])
    expect((await register.act(one, id, 'told', { duty, phase: 'whole' })).status).toBe(303);
  expect(await register.figures()).toMatchObject({ owed: 1, overdue: 0 });
  const not = { what: 'not_told', duty: 'US-CA authority', words: 'Fewer than we thought.' };
  expect((await register.act(other, id, 'propose', not)).status).toBe(303);
  expect(
    (await register.act(one, id, 'decline', { of: await register.waiting(id), words: 'Count again.' }))
      .status,
  ).toBe(303);
  expect((await register.act(other, id, 'propose', not)).status).toBe(303);
  expect((await agreed(one, id)).status).toBe(303);
  expect(await register.figures()).toMatchObject({ owed: 0 });

  // What becomes known later asks again for what was not to be told.
  const known = { ...BREACH, aware: hoursAgo(80), places: 'FR 2\nUS-CA 700' };
  expect((await register.act(one, id, 'correct', known)).status).toBe(303);
  expect(await register.figures()).toMatchObject({ owed: 1 });
  const all = { duty: 'US-CA authority', phase: 'whole' };
  expect((await register.act(one, id, 'told', all)).status).toBe(303);
  expect((await register.act(one, id, 'propose', { what: 'close', words: 'Lock the door.' })).status).toBe(
    303,
  );
  expect((await agreed(other, id)).status).toBe(303);
  expect(await register.figures()).toMatchObject({ open: 0, owed: 0, overdue: 0, next: null });
  expect((await register.act(one, id, 'correct', known)).status).toBe(409);
});

test('an entry is exported whole, without anybody’s random id', async () => {
  const id = await register.opened(one);
  const answer = await register.post(one, `/desk/breaches/${id}/export`, {});
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  const exported = await answer.text();
  expect(JSON.parse(exported)).toMatchObject({
    facts: { happened: HAPPENED, risk: 'high' },
    rows: [{ event: 'open' }, { event: 'export' }],
  });
  const [person] = await control.sql<{ id: string }>(
    "select replace(person_id::text, '-', '') as id from breach_notice",
  );
  expect(exported).not.toContain(person?.id);
});

test('rows stay as they are: no role of the database changes or takes one', async () => {
  for (const statement of [
    "update breach_row set event = 'look'",
    'delete from breach_row',
    'update breach_notice set at = now()',
  ])
    await expect(control.sql(`begin; set local role kept_system; ${statement}`)).rejects.toThrow(
      /permission denied/,
    );
});

test('what happened stands in no table, log or file as it was written', async () => {
  const rows = await control.sql<{ text: string }>(
    'select row_to_json(each)::text as text from breach_row each union all select row_to_json(each)::text from record_entry each union all select row_to_json(each)::text from mail each',
  );
  const { ledgerFolder } = control.settings;
  const files = readdirSync(ledgerFolder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(path.join(each.parentPath, each.name), 'latin1'));
  const all = [...rows.map(({ text }) => text), ...files, JSON.stringify(control.lines)].join('\n');
  for (const word of ['wombat', 'ada@example.org']) {
    expect(all).not.toContain(word);
    expect(all).not.toContain(Buffer.from(word).toString('hex'));
  }
});

test('everything that was done is an entry of the record, once', async () => {
  const rows = await register.count('breach_row');
  expect(await register.count("breach_row r join record_entry e on e.id = r.id and e.kind = 'breach'")).toBe(
    rows,
  );
});
