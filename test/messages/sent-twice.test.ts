/** A form of the desk whose answer was lost, or whose button was clicked twice, makes its thing once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BREACH, hoursAgo } from '../breach/register.ts';
import { CHECKED, casesOf, DEMAND, ORDER } from '../disclosure/cases.ts';
import { CRM } from '../outside/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { type Office, openOffice, written } from './office.ts';

let office: Office;
let admin: Browser;
let privacy: Browser;
beforeAll(async () => {
  office = await openOffice();
  admin = await somebody(office.control, 'admin@example.org', 'admin');
  privacy = await somebody(office.control, 'privacy@example.org', 'privacy');
  await Promise.all([strengthen(admin), strengthen(privacy)]);
}, 60_000);
afterAll(() => office?.stop());

/** The number of a page's form. */
async function onceIn(
  path: string,
  form?: Record<string, string>,
  who: Browser | null = admin,
): Promise<string> {
  const page = form === undefined ? office.page(who, path) : (await office.post(who, path, form)).text();
  const [, once] = /name="once" value="([0-9a-f-]{36})"/.exec(await page) ?? [];
  if (once === undefined) throw new Error(`no number on ${path}`);
  return once;
}

const inDays = (days: number, end = 16) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, end);
const FORMS: readonly [table: string, path: string, form: Record<string, string>][] = [
  [
    'event',
    '/desk/events/new',
    {
      title: 'Talk',
      words: 'About keys',
      place: 'Here',
      startsAt: inDays(3),
      endsAt: inDays(4),
      capacity: '5',
    },
  ],
  ['survey', '/desk/surveys/new', { title: 'Docs', words: 'Are they good?', endsOn: inDays(9, 10) }],
  ['campaign', '/desk/campaigns/new', { subject: 'Two new models', words: 'They are here.' }],
  ['answer_template', '/desk/messages/templates/new', { name: 'Thanks', words: 'Thank you.' }],
  ['outside_system', '/desk/systems/new', CRM],
  ["breach_row where event = 'open'", '/desk/breaches/new', { ...BREACH, aware: hoursAgo(1) }],
];

test.each(FORMS)('made once: %s', async (table, path, form) => {
  const count = async () => (await office.control.sql(`select 1 from ${table}`)).length;
  const before = await count();
  const once = await onceIn(path);
  const sent = await Promise.all([1, 2].map(() => office.post(admin, path, { ...form, once })));
  expect(sent.map(({ status }) => status)).toEqual([303, 303]);
  const [one, other] = sent.map(({ headers }) => headers.get('location'));
  expect(other).toBe(one);
  expect(await count()).toBe(before + 1);
  expect((await office.post(admin, path, { ...form, once: await onceIn(path) })).status).toBe(303);
  expect(await count()).toBe(before + 2);
  expect((await office.post(admin, path, { ...form, once: 'mine' })).status).toBe(400);
});

test('a message is begun once, by somebody known and by a stranger; other words from the same page are another', async () => {
  const ada = await somebody(office.control, 'writer@example.org');
  const count = async () => (await office.conversations()).length;
  for (const [who, more] of [
    [ada, {}],
    [null, { email: 'stranger@example.net', name: '' }],
  ] as const) {
    const before = await count();
    const once = await onceIn('/contact', undefined, who);
    const send = (words: string) => office.post(who, '/contact', written({ ...more, words, once }));
    const sent = await Promise.all([send('It hangs.'), send('It hangs.')]);
    sent.push(await send('It hangs.'));
    expect(new Set(sent.map(({ headers }) => headers.get('location')))).toHaveLength(1);
    await expect.poll(count).toBe(before + 1);
    expect((await send('It hangs still.')).status).toBe(303);
    await expect.poll(count).toBe(before + 2);
  }
});

test('an answer goes once; with other words under the same number it is refused, and nobody else’s number is theirs', async () => {
  await office.post(null, '/contact', written({ email: 'ada@example.net' }));
  const [id = ''] = (await office.conversations()).slice(-1);
  const path = `/desk/messages/${id}`;
  const once = await onceIn(path, { do: 'open', reason: 'To answer it' });
  const form = { do: 'answer', words: 'It is mended.', after: 'solved', template: '', once };
  const sent = await Promise.all([1, 2].map(() => office.post(admin, path, form)));
  sent.push(await office.post(admin, path, form));
  expect(sent.map(({ status }) => status)).toEqual([303, 303, 303]);
  const answers = () => office.control.sql("select 1 from message where written_by = 'staff'");
  expect(await answers()).toHaveLength(1);
  const other = await office.post(admin, path, { ...form, words: 'It is not.' });
  expect(other.status).toBe(409);
  expect(await other.text()).toContain('This form was sent before, with other words');
  expect(await answers()).toHaveLength(1);
  const support = await somebody(office.control, 'support@example.org', 'support');
  await strengthen(support);
  expect((await office.post(support, path, form)).status).toBe(303);
  expect(await answers()).toHaveLength(2);
  const mails = await office.control.sql("select 1 from mail where template = 'message_answer'");
  expect(mails.length).toBeLessThanOrEqual(2);
});

test('a demand is entered once, with one hold; a list is handed in once', async () => {
  const { post, row } = casesOf(office.control);
  await somebody(office.control, 'named@example.org');
  const upload = async (
    who: Browser,
    path: string,
    fields: Record<string, string>,
    file: [string, string],
  ) => {
    const once = await onceIn(path, undefined, who);
    return () => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, once })) form.set(name, value);
      form.set(file[0], new File([file[1]], 'a file'));
      return post(who, path, form);
    };
  };
  const entered = await upload(
    privacy,
    '/desk/disclosures/new',
    { ...DEMAND, kind: 'emergency', named: 'named@example.org', hold: 'yes' },
    ['document', ORDER],
  );
  const [one, other] = (await Promise.all([entered(), entered()])).map(({ headers }) =>
    headers.get('location'),
  );
  expect(other).toBe(one);
  expect(one).toMatch(/^\/desk\/disclosures\/[0-9a-f]{32}$/);
  const id = (one ?? '').split('/').at(-1) ?? '';
  expect(await row(id)).toMatchObject({ hold: true, state: 'open' });
  const holds = await office.control.sql('select distinct hold_id from legal_hold where ended_at is null');
  expect(holds).toHaveLength(1);
  expect((await post(privacy, one ?? '', { do: 'prepare', ...CHECKED })).status).toBe(303);
  expect((await entered()).headers.get('location')).toBe(one);
  expect(await row(id)).toMatchObject({ state: 'prepared' });

  const list = { partner: 'Example Fairs', receivedOn: inDays(-1, 10), ground: 'consent' };
  const handedIn = await upload(admin, '/desk/imports/new', list, ['list', 'Mail\na@example.net\n']);
  const paths = (await Promise.all([handedIn(), handedIn()])).map(({ headers }) => headers.get('location'));
  expect(paths[1]).toBe(paths[0]);
  expect(await office.control.sql('select 1 from partner_import')).toHaveLength(1);
});
