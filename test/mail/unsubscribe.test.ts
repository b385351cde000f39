/** Out of promotional mail by one click of a mail program or a person, without signing in (RFC 8058; CHOICE-2). */
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPANY } from '../support/company.ts';
import { freePort } from '../support/control.ts';
import { campaignsOf, linkIn, sentTo, startWorld, type World, willing } from './world.ts';

const ONE_CLICK = 'List-Unsubscribe=One-Click';
let world: World;
let port: number;

beforeAll(async () => {
  port = await freePort();
  const listen = { host: '127.0.0.1', port, tls: null };
  world = await startWorld({ mailDoor: { listen, imapUrl: null } });
}, 120_000);
afterAll(() => world?.stop());

const stateOf = async (email: string): Promise<string> => {
  const { body } = await world.control.admin('GET', `/accounts/${email}`);
  const [row] = await world.control.sql<{ out: boolean }>(
    `select withdrawn_at is not null as out from consent c join membership m on m.person_id = c.person_id
     where m.account_id = $1::uuid and purpose = 'promotional_mail' order by at desc limit 1`,
    [body.id.slice(5)],
  );
  return row?.out ? 'withdrawn' : 'given';
};

/** Somebody who was sent one: its link. */
async function linkOf(email: string): Promise<{ link: string; raw: string }> {
  await willing(world.control, email);
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  const mail = await world.mails.next(email);
  await desk.done(id);
  const raw = world.mails
    .sourceOf(mail)
    .toString('latin1')
    .replaceAll(/\r\n[ \t]+/g, ' ');
  return { link: linkIn(mail.text), raw };
}

/** As a mail program does it: no cookie, no origin. */
const click = (link: string, body: string | FormData = ONE_CLICK) =>
  fetch(link, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: typeof body === 'string' ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
  });

/** What an answer says, without what is new in each. */
const saidBy = async (answer: Response): Promise<string> =>
  (await answer.text()).replaceAll(/nonce="[^"]*"/g, '').replaceAll(/unsubscribe\/[\w-]+/g, '');

test('looking changes nothing; one click does, as often as it is sent, and stands against a restore', async () => {
  const { link } = await linkOf('ada@example.org');
  for (const method of ['GET', 'HEAD']) expect((await fetch(link, { method })).status).toBe(200);
  for (const body of ['', 'List-Unsubscribe=No', '{}']) expect((await click(link, body)).status).toBe(400);
  expect(await stateOf('ada@example.org')).toBe('given');
  const started = Date.now();
  expect((await click(link)).status).toBe(200);
  expect(Date.now() - started).toBeLessThan(1000);
  expect(await stateOf('ada@example.org')).toBe('withdrawn');
  const entries = () =>
    world.control.sql("select 1 from record_entry where kind = 'consent_withdrawn' and role = 'person'");
  const before = (await entries()).length;
  expect((await click(link)).status).toBe(200);
  expect((await entries()).length).toBe(before);
});

test('a form in parts does it too', async () => {
  const { link } = await linkOf('parts@example.org');
  const form = new FormData();
  form.set('List-Unsubscribe', 'One-Click');
  expect((await click(link, form)).status).toBe(200);
  expect(await stateOf('parts@example.org')).toBe('withdrawn');
});

test('a guess, somebody erased and somebody who is out get the same answer, and change nothing', async () => {
  const { link } = await linkOf('erased@example.org');
  const { link: other } = await linkOf('other@example.org');
  const answer = await saidBy(await click(other));
  await world.control.admin('POST', '/accounts/erased@example.org/erase', { when: 'now' });
  for (const guess of [other, link, link.replace(/.{43}$/, 'x'.repeat(43)), link.slice(0, -3)]) {
    const got = await click(guess);
    expect(got.status).toBe(200);
    expect(await saidBy(got)).toBe(answer);
  }
});

test('a mail with the token as its subject does it, also one that a program sent', async () => {
  const { link, raw } = await linkOf('bymail@example.org');
  const [, subject = ''] = /<mailto:policy@example\.org\?subject=([^>]+)>/.exec(raw) ?? [];
  expect(decodeURIComponent(subject)).toBe(`unsubscribe ${link.slice(-43)}`);
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  await transport.sendMail({
    from: 'bymail@example.org',
    to: COMPANY.policyEmail,
    subject: decodeURIComponent(subject),
    text: '',
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
  transport.close();
  expect(await stateOf('bymail@example.org')).toBe('withdrawn');
  expect(sentTo(world.mails)).not.toContain('bymail@example.org');
});
