/** The page of one's dates, and the address by which a calendar reads them: one's own alone, until it is taken back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { officeOf } from '../outside/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { read } from './read-calendar.ts';

let postgres: TestPostgres;
let control: TestControl;
let ada: Browser;
let eve: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  ada = await somebody(control, 'ada@example.org');
  eve = await somebody(control, 'eve@example.org');
  for (const [email, name] of [
    ['ada@example.org', 'Ada, her “key”; 1'],
    ['eve@example.org', 'Eve’s'],
  ] as const)
    await control.admin('POST', `/accounts/${email}/keys`, { name, expires: '2099-01-31T12:00:00Z' });
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const site = () => officeOf(control);
const make = async (who: Browser): Promise<string> => {
  const said = await (await site().post(who, '/console/dates', { do: 'make' })).text();
  const [feed] = /http:\S+\/calendar\/[\w-]{43}\.ics/.exec(said) ?? [];
  if (feed === undefined) throw new Error('no address is shown');
  return feed;
};

test('a calendar reads one’s own dates without signing in, and nobody else’s', async () => {
  await site().post(ada, '/privacy/requests?for=object', { right: 'object', place: 'unsaid', words: 'No.' });
  const feed = await make(ada);
  const answer = await fetch(feed);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  expect(answer.headers.get('cache-control')).toContain('private');
  const { events } = read(await answer.text());
  expect(events.map(({ SUMMARY }) => SUMMARY)).toEqual([
    'We answer your request about your data by then',
    'The API key “Ada, her “key”; 1” ends',
  ]);
  expect(events[1]?.DTSTART).toBe('20990131T120000Z');
  const page = await site().text(ada, '/console/dates');
  expect(page).toContain('Ada, her “key”; 1');
  expect(page).not.toContain('Eve’s');
  // It was shown once.
  expect(page).not.toContain(feed.slice(-20));
});

test('a member who may not make keys sees none; a viewer of hers neither', async () => {
  const [own] = await control.sql<{ id: string }>(
    'select account_id as id from membership where person_id = $1::uuid',
    [await site().personOf('ada@example.org')],
  );
  await control.sql("insert into membership values ($1::uuid, $2::uuid, 'viewer')", [
    await site().personOf('eve@example.org'),
    own?.id,
  ]);
  expect(await site().text(eve, '/console/dates')).not.toContain('Ada, her');
});

test('another one ends the first; taken back, there is none; a guess is none', async () => {
  const first = await make(ada);
  const second = await make(ada);
  expect((await fetch(first)).status).toBe(404);
  expect((await fetch(second)).status).toBe(200);
  for (const guess of [
    second.replace(/.{5}\.ics$/, 'aaaaa.ics'),
    second.replace('.ics', ''),
    `${second}.ics`,
  ])
    expect((await fetch(guess)).status).toBe(404);
  const stored = await control.sql<{ text: string }>('select calendar_feed::text as text from calendar_feed');
  expect(JSON.stringify(stored)).not.toContain(second.slice(-47, -4));
  expect((await site().post(ada, '/console/dates', { do: 'end' })).status).toBe(303);
  expect((await fetch(second)).status).toBe(404);
});

test('refused: a form from elsewhere, nobody, and a sign-in that is not fresh', async () => {
  const { post } = site();
  expect((await post(ada, '/console/dates', { do: 'make' }, 'https://evil.example')).status).not.toBe(200);
  expect((await post(null, '/console/dates', { do: 'make' })).headers.get('location') ?? '').toContain(
    '/sign-in',
  );
  await control.sql("update session set authenticated_at = authenticated_at - interval '11 minutes'");
  expect((await post(ada, '/console/dates', { do: 'make' })).status).toBe(403);
  expect(await control.sql('select 1 from calendar_feed')).toEqual([]);
});

test('with the person the address goes', async () => {
  const gone = await somebody(control, 'gone@example.org');
  const feed = await make(gone);
  await control.admin('POST', '/accounts/gone@example.org/erase', { when: 'now' });
  expect((await fetch(feed)).status).toBe(404);
  expect(await control.sql('select 1 from calendar_feed')).toEqual([]);
});
