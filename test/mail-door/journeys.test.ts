/**
 * Mail to the policy address, brought by a real SMTP client and out of a real IMAP mailbox: it becomes a request, is
 * answered, or waits for a reader; who claims to write is never believed, and machines are not written to.
 */
import hoodiecrow from 'hoodiecrow-imap';
import type { AddressObject } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ControlSettings } from '../../src/control/settings.ts';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const OWN = COMPANY.policyEmail;
let postgres: TestPostgres;
let mails: MailServer;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
const door: { listen: ControlSettings['mailDoor']['listen']; imapUrl: string | null } = {
  listen: null,
  imapUrl: null,
};
let port: number;
let people = 0;
let email: string;

beforeAll(async () => {
  [postgres, mails, port] = await Promise.all([startPostgres(), startMailServer(), freePort()]);
  door.listen = { host: '127.0.0.1', port, tls: null };
  control = await startTestControl(
    postgres,
    {
      mail: { smtpUrl: mails.url, from: null },
      mailDoor: door,
    },
    openSite,
  );
  site = requestsOf(control);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await Promise.all([postgres?.stop(), mails?.stop()]);
});
beforeEach(async () => {
  mails.behave = () => 'take';
  email = `ada${++people}@example.org`;
  await somebody(control, email);
  await control.sql('delete from incoming_mail');
  await control.sql('delete from privacy_request_step');
  await control.sql('delete from privacy_request');
  mails.mails.length = 0;
});

/** Throws what the mail server answers. */
async function write(message: SendMailOptions, to = OWN): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    await transport.sendMail({ to, subject: 'Hello', ...message });
  } finally {
    transport.close();
  }
}
interface Kept extends Record<string, unknown> {
  readonly id: string;
  readonly answer: string;
  readonly outcome: string | null;
  readonly content: Buffer;
}
const kept = () =>
  control.sql<Kept>(
    "select replace(id::text, '-', '') as id, answer, outcome, content, answer_at from incoming_mail order by received_at",
  );
const linkIn = (text: string | undefined): string => {
  const [, token] = /requests\/prove\?token=([\w-]{43})/.exec(text ?? '') ?? [];
  if (token === undefined) throw new Error(`no link in: ${text}`);
  return token;
};

test('a mail from an address that is held: the link that it gets carries the request on', async () => {
  const begun = performance.now();
  await write({ from: email, subject: 'GDPR', text: 'I live in France. Please send me a copy of my data.' });
  const letter = await mails.next(email);
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(letter.subject).toMatch(/^Was it you who asked\? \[R-/);
  const [row] = await control.sql('select asked_for, door, place, state, person_id from privacy_request');
  expect(row).toEqual({ asked_for: 'access', door: 'mail', place: 'FR', state: 'identity', person_id: null });
  const token = linkIn(letter.text);
  expect(
    (await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' })).status,
  ).toBe(303);
  await site.until('delivered', 'closed', 'carrying_out');
  expect(await kept()).toEqual([]);
});

test('a Frenchwoman writes in French: understood, and answered in English with the link', async () => {
  await write({
    from: email,
    subject: 'Mes données',
    text: 'Bonjour,\nj’habite en France et je voudrais recevoir une copie de mes données personnelles.\nCordialement',
  });
  const letter = await mails.next(email);
  expect(letter.subject).toMatch(/^Was it you who asked\?/);
  expect(linkIn(letter.text)).toHaveLength(43);
  const [row] = await control.sql(
    'select asked_for, place, state, respond_by, received_at from privacy_request',
  );
  expect(row).toMatchObject({ asked_for: 'access', place: 'FR', state: 'identity' });
});

test('a deletion: the page of the link says that the account is meant, before anything is done', async () => {
  await write({ from: email, text: 'Delete my account!' });
  const token = linkIn((await mails.next(email)).text);
  expect(await site.page(`/privacy/requests/prove?token=${token}`)).toMatch(/account/i);
  expect(await control.sql('select 1 from erasure')).toEqual([]);
});

test('whoever uses somebody else’s address gets nothing, and the address is asked', async () => {
  const envelope = { from: 'mallory@evil.example', to: OWN };
  await write({ envelope, from: email, replyTo: envelope.from, text: 'Delete my account' });
  await expect.poll(() => mails.mails.length).toBeGreaterThan(0);
  expect(
    mails.mails.flatMap(({ to }) => (to as AddressObject).value.map(({ address }) => address)),
  ).not.toContain('mallory@evil.example');
});

test('a stranger hears that nobody has the address, in the thread, once a day', async () => {
  const stranger = `nobody${people}@example.net`;
  await write({ from: stranger, messageId: '<first@example.net>', text: 'What data do you hold about me?' });
  const answer = await mails.next(stranger);
  expect(answer.subject).toMatch(/^We found nobody with this address \[R-/);
  expect(answer.inReplyTo).toBe('<first@example.net>');
  expect(answer.headers.get('auto-submitted')).toBe('auto-replied');
  expect(answer.text).not.toContain('hold about me');
  await write({ from: stranger, text: 'Hello? Delete my data please' });
  await expect.poll(async () => (await kept()).length).toBe(2);
  expect((await kept())[1]).toMatchObject({ answer: 'none', outcome: null, answer_at: null });
  expect(mails.mails).toEqual([]);
});

test('an opt-out needs no proof: it holds at once, and is answered', async () => {
  await write({ from: email, text: 'Do not sell my personal information.' });
  expect((await mails.next(email)).subject).toMatch(/^It is stopped \[R-/);
  expect(await site.until('closed', 'delivered')).toMatchObject({ right: 'opt_out_sale', decision: 'whole' });
});

test('what is not understood is asked back with a list, and a person reads it and goes on', async () => {
  const words = 'Bonjour, que savez-vous de moi ? Cordialement';
  await write({ from: email, text: words });
  const asked = await mails.next(email);
  expect(asked.subject).toBe('What may we do for you?');
  expect(asked.text).toContain('/privacy/requests?for=delete');
  const [row] = await kept();
  expect(row?.content.includes('Bonjour')).toBe(false);
  const officer = await somebody(control, `officer${people}@example.org`, 'privacy');
  await strengthen(officer);
  const page = `/desk/requests/mail/${row?.id}`;
  expect(await site.page('/desk/requests/mail', officer)).toContain(row?.id);
  const looks = async () =>
    (await control.sql("select 1 from record_entry where kind = 'staff_read'")).length;
  const before = await looks();
  const opened = await (await site.send(officer, page, { do: 'open' })).text();
  expect(opened).toContain('que savez-vous de moi');
  expect(await looks()).toBe(before + 1);
  const read = { do: 'read', right: 'access', place: 'FR' };
  expect((await site.send(officer, page, read)).status).toBe(303);
  expect(linkIn((await mails.next(email)).text)).toHaveLength(43);
  expect((await kept())[0]?.outcome).toBe('request');
  expect((await site.send(officer, page, read)).status).toBe(409);
  expect(await site.page('/desk/requests/mail', officer)).toContain('No mail to the policy address waits');
});

test.each([
  ['an automatic reply', { headers: { 'Auto-Submitted': 'auto-replied' } }],
  ['a list', { headers: { 'List-Id': '<x.example.org>' } }],
  ['a bounce', { envelope: { from: '', to: OWN } }],
  ['ourselves', { from: OWN }],
])('no person wrote: %s', async (_what, more) => {
  await write({ from: email, text: 'Delete my account', ...more } as SendMailOptions);
  await control.stop();
  await control.start();
  expect([await kept(), await site.rows(), mails.mails]).toEqual([[], [], []]);
});

test('mail for others and what is too large is not taken', async () => {
  await expect(write({ from: email, text: 'x' }, 'support@example.org')).rejects.toMatchObject({
    responseCode: 550,
  });
  await expect(write({ from: email, text: 'x'.repeat(6_000_000) })).rejects.toMatchObject({
    responseCode: 552,
  });
  await write({ from: email, text: 'Delete my account' }, 'Policy+case@Example.org');
  expect((await mails.next(email)).subject).toMatch(/^Was it you who asked\? \[R-/);
});

test('many at once: what is not taken is told to come later, what is taken is there, and pages answer', async () => {
  const sent = await Promise.allSettled(
    Array.from({ length: 150 }, (_, n) =>
      write({ from: `n${n}.${people}@example.net`, text: 'Delete my account' }),
    ),
  );
  expect((await site.send(null, '/privacy')).status).toBe(200);
  const taken = sent.filter(({ status }) => status === 'fulfilled').length;
  const later = sent.flatMap((one) => (one.status === 'rejected' ? [one.reason.responseCode] : []));
  expect(taken).toBeGreaterThan(0);
  expect(later.filter((code) => code < 400 || code > 499)).toEqual([]);
  expect((await site.rows()).length).toBe(taken);
});

test('mail that nobody reads is told of once a day', async () => {
  const admin = `admin${people}@example.org`;
  await somebody(control, admin, 'admin');
  await control.sql("update person set staff_role = null where staff_role = 'privacy'");
  await write({ from: email, text: 'What do you know about me?' });
  await mails.next(email);
  await control.sql("update incoming_mail set received_at = now() - interval '25 hours'");
  for (let starts = 0; starts < 2; starts++) {
    await control.stop();
    await control.start();
  }
  expect((await mails.next(admin)).subject).toBe('Mail to the policy address waits for a reader');
  expect((await control.sql("select 1 from mail where template = 'mail_to_read'")).length).toBe(1);
});

test('where our own mail server is away the answer waits', async () => {
  const stranger = `late${people}@example.net`;
  mails.behave = () => 451;
  await write({ from: stranger, text: 'What do you know about me?' });
  await expect
    .poll(async () => (await control.sql('select attempts from incoming_mail'))[0]?.attempts)
    .toBe(1);
  mails.behave = () => 'take';
  await control.sql('update incoming_mail set answer_at = now()');
  await control.stop();
  await control.start();
  expect((await mails.next(stranger)).subject).toBe('What may we do for you?');
});

test('a mailbox is emptied, and what it held is a request', async () => {
  const raw = `From: ${email}\r\nTo: ${OWN}\r\nSubject: x\r\nMessage-ID: <m1@example.org>\r\n\r\nDelete my account\r\n`;
  const imap = hoodiecrow({
    plugins: ['IDLE', 'UIDPLUS'],
    users: { privacy: { password: 'secret' } },
    storage: { INBOX: { messages: [{ raw }] } },
  });
  const imapPort = await freePort();
  await new Promise<void>((resolve) => imap.listen(imapPort, '127.0.0.1', resolve));
  await control.stop();
  door.imapUrl = `imap://privacy:secret@127.0.0.1:${imapPort}`;
  await control.start();
  expect((await mails.next(email)).subject).toMatch(/^Was it you who asked\? \[R-/);
  await expect.poll(() => imap.getMailbox('INBOX').messages.length).toBe(0);
  const other = `other${people}@example.net`;
  imap.appendMessage('INBOX', [], false, raw.replaceAll(email, other));
  const letter = await mails.next(other);
  expect(letter.subject).toMatch(/^We found nobody with this address \[R-/);
  const answer = raw.replaceAll(email, other).replace('Subject: x', `Subject: Re: ${letter.subject}`);
  imap.appendMessage('INBOX', [], false, answer.replace('m1@', 'm2@'));
  await expect
    .poll(() => control.sql('select sender from incoming_mail where request_id is not null'))
    .toEqual([{ sender: 'same' }]);
  await control.stop();
  await new Promise<void>((resolve) => imap.server.close(() => resolve()));
  door.imapUrl = null;
  await control.start();
});
