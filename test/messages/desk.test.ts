/**
 * The inbox of the staff: who may see and read what, that every look stands in the record with its reason, and answers that
 * go into the thread by mail and stand on the console.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { type Office, openOffice, written } from './office.ts';

let office: Office;
let people = 0;
let email: string;
let ada: Browser;
let support: Browser;
let other: Browser;
let auditor: Browser;

beforeAll(async () => {
  office = await openOffice();
  const staff = async (name: string, role: string) => {
    const one = await somebody(office.control, `${name}@example.org`, role);
    await strengthen(one);
    return one;
  };
  support = await staff('support', 'support');
  other = await staff('other', 'support');
  auditor = await staff('auditor', 'auditor');
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(async () => {
  email = `ada${++people}@example.org`;
  ada = await somebody(office.control, email);
  for (const table of ['message_file', 'message', 'conversation', 'answer_template', 'privacy_request'])
    await office.control.sql(`delete from ${table}`);
  office.mails.mails.length = 0;
});

const words = 'A very particular question';
const begun = async (): Promise<string> => {
  await office.send(ada, '/contact', written({ words, subject: 'Particular subject' }));
  return (await office.conversations()).at(-1) ?? '';
};
const looks = async () =>
  (await office.control.sql("select 1 from record_entry where kind = 'staff_read'")).length;
const open = { do: 'open', reason: 'To answer it' };

test('lists and an unopened page hold nothing that was written, nor who wrote it', async () => {
  const id = await begun();
  for (const who of [support, auditor])
    for (const path of ['/desk/messages', `/desk/messages/${id}`]) {
      const page = await office.page(who, path);
      expect(page).toContain('M-');
      for (const secret of [words, 'Particular subject', email]) expect(page).not.toContain(secret);
    }
});

test('a look needs a reason, stands in the record first, and its person sees it', async () => {
  const id = await begun();
  const before = await looks();
  expect((await office.post(support, `/desk/messages/${id}`, { do: 'open', reason: ' ' })).status).toBe(400);
  expect(await looks()).toBe(before);
  const opened = await (await office.post(support, `/desk/messages/${id}`, open)).text();
  for (const shown of [words, 'Particular subject', email]) expect(opened).toContain(shown);
  expect(await looks()).toBe(before + 1);
  expect(await office.page(ada, '/console/profile')).toContain('To answer it');
});

test('a role that is not enough, and a sign-in that is not fresh, open nothing', async () => {
  const id = await begun();
  const before = await looks();
  expect((await office.post(auditor, `/desk/messages/${id}`, open)).status).toBe(403);
  expect((await office.post(ada, `/desk/messages/${id}`, open)).status).toBe(404);
  await office.control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await office.post(support, `/desk/messages/${id}`, open)).status).toBe(403);
  await office.control.sql('update session set authenticated_at = now()');
  expect(await looks()).toBe(before);
});

test('nobody reads or answers as staff what they wrote themselves', async () => {
  await office.send(support, '/contact', written({ words }));
  const [id] = await office.conversations();
  const answer = { do: 'answer', words: 'Yes', after: 'solved', template: '' };
  for (const form of [open, answer, { do: 'sort', kind: 'sales', state: 'solved', assignee: '' }])
    expect((await office.post(support, `/desk/messages/${id}`, form)).status).toBe(403);
  expect((await office.post(other, `/desk/messages/${id}`, open)).status).toBe(200);
});

test('an answer goes into the thread by mail, stands on the console, and is in the record', async () => {
  await office.mail({ from: email, subject: 'Budgets', text: words, messageId: '<q@example.org>' });
  const [id] = await office.conversations();
  await office.mails.next(email);
  const answer = {
    do: 'answer',
    words: 'On the page “Keys”.\n\nBoth ways work.',
    after: 'waiting',
    template: '',
  };
  expect((await office.post(support, `/desk/messages/${id}`, answer)).status).toBe(303);
  const letter = await office.mails.next(email);
  expect(letter.subject).toMatch(/^Re: Budgets \[M-/);
  expect(letter.inReplyTo).toBe('<q@example.org>');
  expect(letter.headers.get('auto-submitted')).toBeUndefined();
  expect(letter.text).toContain('Both ways work.');
  expect(letter.text).toContain(`/console/messages/${id}`);
  expect(await office.page(ada, `/console/messages/${id}`)).toContain('Both ways work.');
  expect(
    await office.control.sql('select state, waits_since, assignee_id is null as free from conversation'),
  ).toEqual([{ state: 'waiting', waits_since: null, free: false }]);
  expect(
    await office.control.sql("select role from record_entry where kind = 'message' and role = 'support'"),
  ).toHaveLength(1);
  await office.mail({ from: email, subject: letter.subject as string, text: 'Thanks, but …' });
  expect(await office.control.sql('select state, messages from conversation')).toEqual([
    { state: 'open', messages: 3 },
  ]);
});

test('whoever has no account is answered where they wrote from', async () => {
  const stranger = `nobody${people}@example.net`;
  await office.mail({ from: stranger, subject: 'Hi', text: words });
  await office.mails.next(stranger);
  const [id] = await office.conversations();
  await office.post(support, `/desk/messages/${id}`, {
    do: 'answer',
    words: 'Yes',
    after: 'solved',
    template: '',
  });
  const letter = await office.mails.next(stranger);
  expect(letter.text).toContain('Yes');
  expect(letter.text).not.toContain('/console/');
});

test('an empty answer is refused, and one that is there is sent', async () => {
  const id = await begun();
  const path = `/desk/messages/${id}`;
  expect(
    (await office.post(support, path, { do: 'answer', words: ' ', after: 'waiting', template: '' })).status,
  ).toBe(400);
  const template = { name: 'How to set a budget', words: 'On the page Keys.' };
  expect((await office.post(support, '/desk/messages/templates/new', template)).status).toBe(303);
  const [made] = await office.control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from answer_template",
  );
  const answer = { do: 'answer', words: 'Best wishes', after: 'solved', template: made?.id ?? '' };
  expect((await office.post(support, path, answer)).status).toBe(303);
  expect((await office.mails.next(email)).text).toMatch(/On the page Keys\.\s+Best wishes/);
  const gone = await office.post(support, `/desk/messages/templates/${made?.id}`, { do: 'delete' });
  expect(gone.status).toBe(303);
  expect((await office.get(support, `/desk/messages/templates/${made?.id}`)).status).toBe(404);
});

test('it is sorted: kind, state, and who answers it', async () => {
  const id = await begun();
  const [me] = await office.control.sql<{ id: string }>(
    "select replace(person_id::text, '-', '') as id from record_entry where kind = 'staff_sign_in' and role = 'support' limit 1",
  );
  const mine = { do: 'sort', kind: 'sales', state: 'open', assignee: me?.id ?? '' };
  expect((await office.post(support, `/desk/messages/${id}`, mine)).status).toBe(303);
  const listed = async (who: Browser, inbox: string) =>
    (await office.page(who, `/desk/messages?inbox=${inbox}`)).includes(id);
  expect([
    await listed(support, 'mine'),
    await listed(other, 'mine'),
    await listed(other, 'unassigned'),
    await listed(other, 'all'),
  ]).toEqual([true, false, false, true]);
  const stranger = { ...mine, assignee: '0'.repeat(32) };
  expect((await office.post(support, `/desk/messages/${id}`, stranger)).status).toBe(400);
  const [kept] = await office.control.sql<{ days: number }>(
    'select round(extract(epoch from until - last_at) / 86400)::int as days from conversation',
  );
  expect(kept?.days).toBe(731);
});

test('what somebody wrote before they restricted the use of their data is not read; what they write later is', async () => {
  const id = await begun();
  await office.control.admin('POST', `/accounts/${email}/restriction`, { restricted: true });
  const restricted = await office.control.sql('select 1 from restriction');
  expect(restricted.length).toBeGreaterThan(0);
  expect((await office.post(support, `/desk/messages/${id}`, open)).status).toBe(409);
  await office.send(ada, `/console/messages/${id}`, { words: 'Please do read this', do: 'write' });
  expect((await office.post(support, `/desk/messages/${id}`, open)).status).toBe(200);
});

test('a message that asks for something about data becomes a request as well', async () => {
  const id = await begun();
  const form = { do: 'hand_on', right: 'access', place: 'FR' };
  expect((await office.post(support, `/desk/messages/${id}`, form)).status).toBe(303);
  expect(await office.control.sql('select asked_for, door, state from privacy_request')).toEqual([
    { asked_for: 'access', door: 'web', state: 'identity' },
  ]);
  expect((await office.mails.next(email)).subject).toMatch(/^Was it you who asked\?/);
});

test('a file is a download by a look of its own', async () => {
  await office.send(ada, '/contact', written(), [{ name: 'log.txt', bytes: 'error' }]);
  const [id] = await office.conversations();
  const [file] = await office.control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from message_file",
  );
  const path = `/desk/messages/${id}/files/${file?.id}`;
  const before = await looks();
  expect((await office.get(support, path)).status).toBe(404);
  expect((await office.post(support, path, { reason: '' })).status).toBe(400);
  const got = await office.post(support, path, { reason: 'To see the error' });
  expect([got.status, got.headers.get('content-disposition'), await got.text()]).toEqual([
    200,
    `attachment; filename="log.txt"; filename*=UTF-8''log.txt`,
    'error',
  ]);
  expect(await looks()).toBe(before + 1);
});

test('who waits longer than a day is told of once a day', async () => {
  await begun();
  await office.control.sql("update conversation set waits_since = now() - interval '25 hours'");
  for (let starts = 0; starts < 2; starts++) {
    await office.control.stop();
    await office.control.start();
  }
  expect((await office.mails.next('support@example.org')).subject).toBe('Messages wait for an answer');
  expect(await office.control.sql("select 1 from mail where template = 'messages_waiting'")).toHaveLength(2);
});
