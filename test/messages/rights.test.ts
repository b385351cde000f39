/**
 * Whoever wrote to us has every right to it, with an account or without, by the data map alone: they get it, have it erased,
 * it ends by itself, and once they have an account it is there.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { proofIn } from '../requests/people.ts';
import { Browser, form, GOOD_PASSWORD } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { type Office, openOffice, written } from './office.ts';

let office: Office;
let people = 0;
let stranger: string;

beforeAll(async () => {
  office = await openOffice();
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(() => {
  stranger = `stranger${++people}@example.net`;
  office.mails.mails.length = 0;
});

const words = 'A very particular question';
const write = (more = {}) => office.send(null, '/contact', written({ email: stranger, words, ...more }));
const counts = async (): Promise<number[]> => {
  const [row] = await office.control.sql<Record<string, number>>(
    `select (select count(*)::int from person p where not exists (select from membership m where m.person_id = p.id)) as people, (select count(*)::int from conversation) as conversations,
      (select count(*)::int from message) as messages, (select count(*)::int from message_file) as files`,
  );
  return Object.values(row ?? {});
};
const nextOf = async (to: string, subject: RegExp) => {
  for (;;) {
    const mail = await office.mails.next(to);
    if (subject.test(mail.subject ?? '')) return mail;
  }
};

test('without an account: what they wrote is shown and exported by their address, and erased with a receipt', async () => {
  await office.send(null, '/contact', written({ email: stranger, words }), [{ name: 'a.txt', bytes: 'x' }]);
  const shown = await office.control.admin('POST', `/accounts/${stranger}/access`, { reason: 'They asked' });
  expect(JSON.stringify(shown.body)).toContain(words);
  const erased = await office.control.admin('POST', `/accounts/${stranger}/erase`, { when: 'now' });
  expect(erased.body).toMatchObject({ state: 'done' });
  expect(erased.body.receipt).toContain('tlog-proof');
  expect(await counts()).toEqual([0, 0, 0, 0]);
  expect((await office.control.admin('POST', `/accounts/${stranger}/erase`, { when: 'now' })).status).toBe(
    404,
  );
});

test('without an account, by the page: the link goes to the address, and carries the request on', async () => {
  await write();
  await nextOf(stranger, /^We have/);
  await office.post(null, '/privacy/requests?for=delete', {
    right: 'delete',
    place: 'FR',
    email: stranger,
    agreed: 'yes',
  });
  const letter = await nextOf(stranger, /^Was it you/);
  const token = proofIn(letter.text ?? '');
  const proven = await office.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  expect(proven.status).toBe(303);
  expect(await office.control.sql("select state from erasure where state = 'scheduled'")).toHaveLength(1);
});

test('with an account: it is on the profile, in the export, and gone with the account', async () => {
  const email = `ada${people}@example.org`;
  const ada = await somebody(office.control, email);
  await office.send(ada, '/contact', written({ words }));
  expect(await office.page(ada, '/console/profile/message')).toContain(words);
  await office.control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
  expect(await office.control.sql("select 1 from conversation where door = 'console'")).toEqual([]);
});

test('it ends by itself, and then whoever has no account is forgotten', async () => {
  await office.control.sql('delete from message');
  await office.control.sql('delete from conversation');
  await write();
  const before = (await counts())[0];
  for (const table of ['conversation', 'message', 'message_file'])
    await office.control.sql(`update ${table} set until = now() - interval '1 hour'`);
  await office.control.sql("update person set created_at = now() - interval '2 days'");
  await office.control.stop();
  await office.control.start();
  await expect.poll(async () => (await counts()).slice(1), { timeout: 20_000 }).toEqual([0, 0, 0]);
  await office.control.stop();
  await office.control.start();
  await expect.poll(async () => (await counts())[0], { timeout: 20_000 }).toBeLessThan(before ?? 0);
});

test('whoever signs up with the address and uses the link finds it on their console; before that nobody does', async () => {
  await office.send(null, '/contact', written({ email: stranger, words }), [
    { name: 'a.txt', bytes: 'in the file' },
  ]);
  const [id] = (await office.conversations()).slice(-1);
  const browser = new Browser(office.control.settings.siteUrl);
  await browser.post('/sign-up', form(stranger));
  const { text } = await nextOf(stranger, /account/);
  const token = /set-up\?token=([\w-]{43})/.exec(text ?? '')?.[1];
  expect((await office.get(browser, `/console/messages/${id}`)).status).toBe(302);
  expect((await browser.post('/set-up', { token, password: GOOD_PASSWORD })).status).toBe(200);
  await browser.post('/agree', { policy: '1', terms: '1', adult: true });
  const page = await office.page(browser, `/console/messages/${id}`);
  expect(page).toContain(words);
  const [, file] = new RegExp(`/console/messages/${id}/files/(\\w{32})`).exec(page) ?? [];
  expect(await (await office.get(browser, `/console/messages/${id}/files/${file}`)).text()).toBe(
    'in the file',
  );
});
