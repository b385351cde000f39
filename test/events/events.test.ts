/**
 * Events: everybody registers by a form and a mail, the last place goes to one, who waits moves up, and whoever comes is
 * reminded once and is gone out of the list a stated time after.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Office, openOffice } from '../messages/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';

const DAY_MS = 86_400_000;
let office: Office;
let admin: Browser;
let people = 0;

beforeAll(async () => {
  office = await openOffice();
  admin = await somebody(office.control, 'admin@example.org', 'admin');
  await strengthen(admin);
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(async () => {
  await office.control.sql('delete from event_registration');
  await office.control.sql('delete from event');
  office.mails.mails.length = 0;
});

const minuteIn = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 16);
const wish = (more: Record<string, string> = {}) => ({
  title: 'Open evening; with talks, and tea',
  words:
    'Three talks.\nTea — and äöü questions about budgets, retention, engines and everything else there is.',
  place: 'Main Street 1, Exampleton',
  startsAt: minuteIn(10 * DAY_MS),
  endsAt: minuteIn(10 * DAY_MS + 7_200_000),
  capacity: '2',
  ...more,
});

/** Announced; its path for everybody. */
async function announced(more: Record<string, string> = {}): Promise<string> {
  const made = await office.post(admin, '/desk/events/new', wish(more));
  const path = made.headers.get('location') ?? '';
  expect(made.status).toBe(303);
  expect((await office.post(admin, path, { do: 'announce' })).status).toBe(303);
  return path.slice('/desk'.length);
}
const somebodyNew = () => somebody(office.control, `ada${++people}@example.org`);
const states = async (): Promise<string[]> => {
  const rows = await office.control.sql<{ state: string }>(
    'select state from event_registration order by asked_at, id',
  );
  return rows.map(({ state }) => state);
};
const pageIn = (text: string | undefined): string =>
  /\/events\/registrations\/[\w-]{43}/.exec(text ?? '')?.[0] ?? '';
async function nextOf(to: string, subject: RegExp) {
  for (;;) {
    const mail = await office.mails.next(to);
    if (subject.test(mail.subject ?? '')) return mail;
  }
}

test('a draft is nobody’s business; announced, everybody sees it', async () => {
  const made = await office.post(admin, '/desk/events/new', wish());
  const path = (made.headers.get('location') ?? '').slice('/desk'.length);
  expect((await office.get(null, path)).status).toBe(404);
  expect((await office.get(null, `${path}.ics`)).status).toBe(404);
  expect((await office.post(null, path, { email: 'x@example.org' })).status).toBe(404);
  await office.post(admin, `/desk${path}`, { do: 'announce' });
  expect(await office.page(null, '/events')).toContain('Open evening');
  expect(await office.page(null, path)).toContain('Three talks.');
});

test.each([
  ['it ends before it begins', { endsAt: minuteIn(DAY_MS) }],
  ['it was yesterday', { startsAt: minuteIn(-DAY_MS), endsAt: minuteIn(DAY_MS) }],
  ['nobody can come', { capacity: '0' }],
  ['a title of two lines', { title: 'a\nb' }],
  ['no day', { startsAt: 'tomorrow' }],
])('an event that cannot be is refused: %s', async (_what, more) => {
  expect((await office.post(admin, '/desk/events/new', wish(more as Record<string, string>))).status).toBe(
    400,
  );
});

test('without an account: only whoever reads the mail is registered, and the answer is the same for every address', async () => {
  const path = await announced();
  const stranger = `stranger${++people}@example.net`;
  const answer = await office.post(null, path, { email: stranger, name: 'Grace' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${path}?sent`]);
  expect(await states()).toEqual(['asked']);
  const page = pageIn((await nextOf(stranger, /Confirm/)).text);
  expect(await office.page(null, page)).toContain('not registered yet');
  expect(await states(), 'opening it does nothing').toEqual(['asked']);
  expect((await office.post(null, page, { do: 'confirm' })).status).toBe(303);
  expect(await states()).toEqual(['in']);
  expect((await nextOf(stranger, /You are registered/)).text).toContain('Main Street 1');
  const again = await office.post(null, path, { email: stranger });
  expect(again.headers.get('location')).toBe(`${path}?sent`);
  await nextOf(stranger, /You are registered/);
  expect(await states()).toEqual(['in']);
});

test('the last place: many at once, as many as there are get one, the others wait in order', async () => {
  const path = await announced({ capacity: '3' });
  const all = await Promise.all(Array.from({ length: 8 }, () => somebodyNew()));
  const got = await Promise.all(all.map((who) => office.post(who, path, {})));
  expect(got.map(({ status }) => status)).toEqual(all.map(() => 303));
  expect((await states()).sort()).toEqual([...Array(3).fill('in'), ...Array(5).fill('waiting')]);
});

test('a place that is given back, or is of somebody who is erased, goes to whoever waits longest', async () => {
  const path = await announced({ capacity: '1' });
  const [first, second, third] = [await somebodyNew(), await somebodyNew(), await somebodyNew()];
  const emails = [people - 2, people - 1, people].map((n) => `ada${n}@example.org`);
  const page = (await office.post(first, path, {})).headers.get('location') ?? '';
  await office.post(second, path, {});
  await office.post(third, path, {});
  expect(await states()).toEqual(['in', 'waiting', 'waiting']);
  await office.post(null, page, { do: 'leave' });
  expect(await states()).toEqual(['left', 'in', 'waiting']);
  await nextOf(emails[1] ?? '', /A place is free/);
  await office.control.admin('POST', `/accounts/${emails[1]}/erase`, { when: 'now' });
  expect(await states()).toEqual(['left', 'waiting']);
  await office.control.stop();
  await office.control.start();
  await nextOf(emails[2] ?? '', /A place is free/);
  expect(await states()).toEqual(['left', 'in']);
  expect((await office.post(null, page, { do: 'confirm' })).status).toBe(303);
  expect(await states()).toEqual(['waiting', 'in']);
});

test('more places go to whoever waits; with fewer nobody loses theirs', async () => {
  const path = await announced({ capacity: '1' });
  for (const who of [await somebodyNew(), await somebodyNew()]) await office.post(who, path, {});
  expect((await office.post(admin, `/desk${path}`, wish({ capacity: '2' }))).status).toBe(303);
  expect(await states()).toEqual(['in', 'in']);
  await office.post(admin, `/desk${path}`, wish({ capacity: '1' }));
  expect(await states()).toEqual(['in', 'in']);
});

test('whoever comes is reminded once, a day before, and nobody who waits', async () => {
  const path = await announced({ capacity: '1' });
  await office.post(await somebodyNew(), path, {});
  await office.post(await somebodyNew(), path, {});
  await office.control.sql(
    "update event set starts_at = now() + interval '20 hours', ends_at = now() + interval '22 hours'",
  );
  for (let starts = 0; starts < 2; starts++) {
    await office.control.stop();
    await office.control.start();
    await expect
      .poll(() => office.control.sql("select 1 from mail where template = 'event_reminder'"))
      .toHaveLength(1);
  }
});

test('cancelled, everybody hears of it, and nobody registers', async () => {
  const path = await announced();
  const who = await somebodyNew();
  await office.post(who, path, {});
  expect((await office.post(admin, `/desk${path}`, { do: 'cancel' })).status).toBe(303);
  await nextOf(`ada${people}@example.org`, /is cancelled/);
  expect((await office.post(await somebodyNew(), path, {})).status).toBe(409);
  expect(await (await office.get(null, `${path}.ics`)).text()).toContain('STATUS:CANCELLED');
});

test('a calendar file that programs read: escaped, folded, about nobody', async () => {
  const path = await announced();
  await office.post(await somebodyNew(), path, {});
  const answer = await office.get(null, `${path}.ics`);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const text = await answer.text();
  const lines = text.split('\r\n');
  expect(lines.every((each) => Buffer.byteLength(each) <= 75)).toBe(true);
  const unfolded = text.replaceAll('\r\n ', '');
  expect(unfolded).toContain('SUMMARY:Open evening\\; with talks\\, and tea\r\n');
  expect(unfolded).toContain('DESCRIPTION:Three talks.\\nTea — and äöü questions');
  expect(unfolded).toMatch(/^DTSTART:\d{8}T\d{6}Z\r$/m);
  expect(text).not.toContain('@example.org');
});

test('who comes is shown with a reason, which each of them sees', async () => {
  const path = await announced();
  const who = await somebodyNew();
  await office.post(who, path, {});
  expect(await office.page(admin, `/desk${path}`)).not.toContain(`ada${people}@example.org`);
  expect((await office.post(admin, `/desk${path}`, { do: 'people', reason: '' })).status).toBe(400);
  const shown = await office.post(admin, `/desk${path}`, { do: 'people', reason: 'To print badges' });
  expect(await shown.text()).toContain(`ada${people}@example.org`);
  expect(await office.page(who, '/console/profile')).toContain('To print badges');
  expect((await office.post(who, `/desk${path}`, { do: 'people', reason: 'x' })).status).toBe(404);
});

test('it is on the profile and the console, and ends by itself', async () => {
  const path = await announced();
  const who = await somebodyNew();
  const page = (await office.post(who, path, {})).headers.get('location') ?? '';
  expect(await office.page(who, '/console/messages')).toContain(page);
  expect(await office.page(who, '/console/profile/event_registration')).toContain('Open evening');
  const [kept] = await office.control.sql<{ days: number }>(
    'select round(extract(epoch from r.until - e.ends_at) / 86400)::int as days from event_registration r join event e on e.id = r.event_id',
  );
  expect(kept?.days).toBe(30);
  await office.control.sql("update event_registration set until = now() - interval '1 hour'");
  await office.control.stop();
  await office.control.start();
  await expect.poll(states, { timeout: 20_000 }).toEqual([]);
  expect((await office.get(null, page)).status).toBe(404);
});
