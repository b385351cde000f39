/**
 * Surveys: answered by whoever likes to, seen, changed and taken back by them alone; what staff get of it is about whole
 * groups, counted once, and cannot be had by subtraction either.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Office, openOffice } from '../messages/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';

const DAY_MS = 86_400_000;
const PEOPLE = 12;
let office: Office;
let admin: Browser;
let all: Browser[];
/** The first of them. */
let ada: Browser;

beforeAll(async () => {
  office = await openOffice();
  admin = await somebody(office.control, 'admin@example.org', 'admin');
  await strengthen(admin);
  all = [];
  for (let n = 0; n < PEOPLE; n++) all.push(await somebody(office.control, `ada${n}@example.org`));
  ada = all[0] as Browser;
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(async () => {
  for (const table of ['survey_answer', 'survey', 'message', 'conversation'])
    await office.control.sql(`delete from ${table}`);
});

const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const wish = (more: Record<string, string> = {}) => ({
  title: 'How you use it',
  words: 'So that we know what to build next.',
  endsOn: dayIn(10),
  ...more,
});
const QUESTIONS: readonly Readonly<Record<string, string>>[] = [
  { kind: 'one', text: 'How often?', options: 'Daily\nWeekly\nNever' },
  { kind: 'some', text: 'For what?', options: 'Work\r\nFun\n\n' },
  { kind: 'scale', text: 'How good?', options: '' },
  { kind: 'text', text: 'What is missing?', options: '' },
];

/** A draft with its questions; its path at the desk. */
async function drafted(more: Record<string, string> = {}): Promise<string> {
  const made = await office.post(admin, '/desk/surveys/new', wish(more));
  expect(made.status).toBe(303);
  const desk = made.headers.get('location') ?? '';
  for (const question of QUESTIONS)
    expect((await office.post(admin, desk, { do: 'add', ...question })).status).toBe(303);
  return desk;
}
/** Open; paths at the desk and for everybody. */
async function opened(more: Record<string, string> = {}): Promise<{ desk: string; path: string }> {
  const desk = await drafted(more);
  expect((await office.post(admin, desk, { do: 'open' })).status).toBe(303);
  return { desk, path: desk.replace('/desk/', '/console/') };
}
const close = async (desk: string) =>
  expect((await office.post(admin, desk, { do: 'close' })).status).toBe(303);
const results = async (): Promise<unknown> => {
  const [row] = await office.control.sql<{ results: string | null }>('select results from survey');
  return row?.results === null || row === undefined ? null : JSON.parse(row.results);
};
const answers = () => office.control.sql('select 1 from survey_answer');

test.each([
  ['no title', { title: '' }],
  ['a title of two lines', { title: 'a\nb' }],
  ['nothing that it is for', { words: ' ' }],
  ['a last day that was', { endsOn: dayIn(-1) }],
  ['a last day in two years', { endsOn: dayIn(800) }],
  ['no day', { endsOn: '2027-02-31x' }],
])('a survey that cannot be is refused: %s', async (_what, more) => {
  const sent = wish(more as Record<string, string>);
  expect((await office.post(admin, '/desk/surveys/new', sent)).status).toBe(400);
});

test.each([
  ['one answer only', { kind: 'one', text: 'x', options: 'a' }, 400],
  ['an answer twice', { kind: 'one', text: 'x', options: 'a\na' }, 400],
  ['thirteen answers', { kind: 'some', text: 'x', options: 'abcdefghijklm'.split('').join('\n') }, 400],
  ['a kind that there is not', { kind: 'many', text: 'x', options: 'a\nb' }, 400],
  ['no question', { kind: 'text', text: ' ', options: '' }, 400],
  ['a question that is there', { kind: 'text', text: 'How often?', options: '' }, 409],
])('a question that cannot be is refused: %s', async (_what, question, status) => {
  const desk = await drafted();
  expect((await office.post(admin, desk, { do: 'add', ...question })).status).toBe(status);
});

test('what asks nothing is not opened; a draft is nobody’s business; open, nothing of it changes', async () => {
  const empty = (await office.post(admin, '/desk/surveys/new', wish())).headers.get('location') ?? '';
  expect((await office.post(admin, empty, { do: 'open' })).status).toBe(409);
  const draft = empty.replace('/desk/', '/console/');
  expect((await office.get(ada, draft)).status).toBe(404);
  expect((await office.post(ada, draft, { q0: 'Daily' })).status).toBe(404);
  expect(await office.page(ada, '/console/messages')).not.toContain('How you use it');
  await office.post(admin, empty, { do: 'drop' });

  const { desk, path } = await opened();
  expect(await office.page(ada, '/console/messages')).toContain(path);
  for (const form of [
    { do: 'write', ...wish() },
    { do: 'add', kind: 'text', text: 'x', options: '' },
    { do: 'remove', at: '0' },
    { do: 'open' },
    { do: 'drop' },
  ])
    expect((await office.post(admin, desk, form)).status, form.do).toBe(409);
});

test('an answer that is none of its answers, too long, or empty is refused, and nothing is kept', async () => {
  const { path } = await opened();
  for (const form of [{}, { q0: 'Hourly' }, { q2: '6' }, { q3: 'x'.repeat(2_001) }, { q9: 'Daily' }])
    expect((await office.post(ada, path, form)).status).toBe(400);
  expect((await office.post(null, path, { q0: 'Daily' })).headers.get('location')).toContain('/sign-in');
  expect((await office.post(ada, path, { q0: 'Daily' }, 'https://elsewhere.example')).status).toBeOneOf([
    400, 403,
  ]);
  expect(await answers()).toEqual([]);
});

test('answered, it is theirs to see and to change, and nobody else’s', async () => {
  const { desk, path } = await opened();
  const sent = await office.post(ada, path, { q0: 'Daily', q1_0: 'yes', q1_1: 'yes', q2: '4' });
  expect([sent.status, sent.headers.get('location')]).toEqual([303, `${path}?saved`]);
  const page = await office.page(ada, path);
  expect(page).toMatch(/checked="" value="Daily"|value="Daily" checked=""/);
  expect(await office.page(ada, '/console/profile/survey_answer')).toContain('Daily');
  expect(await office.page(all[1] as Browser, path)).not.toMatch(/checked="" value="Daily"/);
  await office.post(ada, path, { q0: 'Weekly' });
  expect(await answers()).toHaveLength(1);
  const shown = await office.page(ada, '/console/profile/survey_answer');
  expect(shown).toContain('Weekly');
  expect(shown).not.toContain('Daily');
  const [row] = await office.control.sql<{ answers: Buffer; days: number }>(
    'select a.answers, round(extract(epoch from a.until - s.ends_at) / 86400)::int as days from survey_answer a join survey s on s.id = a.survey_id',
  );
  expect(row?.answers.toString('latin1')).not.toContain('Weekly');
  expect(row?.days).toBe(90);
  expect(await office.page(admin, desk)).not.toContain('ada0@example.org');
});

test('taken back, it is gone with what was said in their own words', async () => {
  const { path } = await opened();
  await office.post(ada, path, { q0: 'Daily', q3: 'More <b>tea</b>' });
  expect(await office.conversations()).toHaveLength(1);
  expect((await office.post(all[1] as Browser, path, { do: 'withdraw' })).status).toBe(404);
  expect((await office.post(ada, path, { do: 'withdraw' })).status).toBe(303);
  expect(await answers()).toEqual([]);
  expect(await office.conversations()).toEqual([]);
  expect((await office.post(ada, path, { do: 'withdraw' })).status).toBe(404);
});

test('what is said in their own words is a conversation: opened with a reason, and another word joins it', async () => {
  const { path } = await opened();
  await office.post(ada, path, { q3: 'More tea' });
  await office.post(ada, path, { q3: 'And cake' });
  const [id = ''] = await office.conversations();
  expect(await office.conversations()).toHaveLength(1);
  const closed = await office.page(admin, `/desk/messages/${id}`);
  expect(closed).toContain('A survey');
  expect(closed).not.toContain('More tea');
  const open = await office.post(admin, `/desk/messages/${id}`, { do: 'open', reason: 'To read the survey' });
  const text = await open.text();
  expect(text).toContain('More tea');
  expect(text).toContain('And cake');
  expect(await office.page(ada, '/console/profile')).toContain('To read the survey');
  // By the form of messages, nobody writes as if it came of a survey.
  expect((await office.post(ada, '/contact', { kind: 'survey', subject: 'x', words: 'x' })).status).toBe(400);
});

test('nothing is counted while it is open; over, whole groups are shown and nothing that could be subtracted', async () => {
  const { desk, path } = await opened();
  for (const [n, who] of all.entries())
    await office.post(who, path, { q0: n < 11 ? 'Daily' : 'Never', q1_0: 'yes', ...(n < 9 && { q2: '5' }) });
  expect(await office.page(admin, desk)).not.toMatch(/at least|fewer than/);
  await close(desk);
  expect(await results()).toEqual([[10, null, null], [10, null], [null, null, null, null, null], []]);
  const page = await office.page(admin, desk);
  expect(page).toContain('at least 10');
  expect(page).toContain('fewer than 10');
  expect(page, 'no sum').not.toMatch(/(?:>|at least )1[12]\b/);
  // Who takes it back afterwards changes no number, so that nobody learns what they had answered.
  await office.post(ada, path, { do: 'withdraw' });
  await close(desk);
  expect(await results()).toEqual([[10, null, null], [10, null], [null, null, null, null, null], []]);
  expect((await office.post(ada, path, { q0: 'Daily' })).status).toBe(409);
  expect(await office.page(all[1] as Browser, path)).toContain('This survey is over');
});

test('who restricted the use of their data, or is gone, is not counted', async () => {
  const { desk, path } = await opened();
  for (const who of all.slice(0, 10)) await office.post(who, path, { q0: 'Daily' });
  const person = '(select person_id from survey_answer order by answered_at limit 1)';
  await office.control.sql(
    `insert into restriction (id, person_id, since) select gen_random_uuid(), ${person}, now()`,
  );
  await close(desk);
  expect(await results()).toEqual([[null, null, null], [null, null], [null, null, null, null, null], []]);
  await office.control.sql('delete from restriction');
});

test('its last day over, it is closed and counted by itself, once; what was answered goes', async () => {
  const { path } = await opened();
  for (const who of all.slice(0, 10)) await office.post(who, path, { q0: 'Weekly' });
  await office.control.sql("update survey set ends_at = now() - interval '1 minute'");
  expect((await office.post(all[10] as Browser, path, { q0: 'Weekly' })).status).toBe(409);
  await office.control.stop();
  await office.control.start();
  await expect.poll(results).toEqual([[null, 10, null], [null, null], [null, null, null, null, null], []]);
  await office.control.sql("update survey_answer set until = now() - interval '1 hour'");
  await office.control.stop();
  await office.control.start();
  await expect.poll(answers, { timeout: 20_000 }).toEqual([]);
});

test('who is erased takes their answers along', async () => {
  const { path } = await opened();
  const leaving = await somebody(office.control, 'leaving@example.org');
  await office.post(leaving, path, { q0: 'Weekly', q3: 'Bye' });
  await office.control.admin('POST', '/accounts/leaving@example.org/erase', { when: 'now' });
  expect(await answers()).toEqual([]);
  expect(await office.conversations()).toEqual([]);
});
