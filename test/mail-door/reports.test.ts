/**
 * Mail that came back and complaints (RFC 3464, RFC 5965), by a real mail server: each is bound to its mail by the mail's
 * tag, ends promotional mail to whom it went, and a forged one does nothing.
 */
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isReportAddress, MailTags } from '../../src/control/mail-tags.ts';
import { campaignsOf, linkIn, sentTo, startWorld, type World, willing } from '../mail/world.ts';
import { officeOf } from '../outside/office.ts';
import { Browser } from '../sign-in/browser.ts';
import { COMPANY } from '../support/company.ts';
import { freePort } from '../support/control.ts';

let world: World;
let port: number;
beforeAll(async () => {
  port = await freePort();
  world = await startWorld({ mailDoor: { listen: { host: '127.0.0.1', port, tls: null }, imapUrl: null } });
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => {
  world.mails.mails.length = 0;
  world.control.lines.length = 0;
});

const [LOCAL = '', HOST = ''] = COMPANY.policyEmail.split('@');
const headOf = (source: Buffer): string => source.toString('latin1').split('\r\n\r\n')[0] ?? '';

/** One campaign mail to somebody willing: its bytes, and where reports about it go. */
async function sentMail(email: string): Promise<{ head: string; returnPath: string; whole: string }> {
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  await desk.done(id);
  const mail = await world.mails.next(email);
  const whole = world.mails.sourceOf(mail).toString('latin1');
  return { head: headOf(Buffer.from(whole, 'latin1')), whole, returnPath: world.mails.returnPathOf(mail) };
}

interface Report {
  readonly to: string;
  readonly type?: string;
  readonly part?: string;
  readonly about: string;
  readonly aboutType?: string;
}

const status = (action: string, code: string): string =>
  `Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; somebody@example.net\r\nAction: ${action}\r\nStatus: ${code}\r\nDiagnostic-Code: smtp; 550 no such user\r\n`;
const feedback = (kind: string): string =>
  `Feedback-Type: ${kind}\r\nUser-Agent: Example/1.0\r\nVersion: 1\r\n`;

async function report({
  to,
  type = 'delivery-status',
  part = status('failed', '5.1.1'),
  about,
  ...more
}: Report) {
  const { aboutType = 'text/rfc822-headers' } = more;
  const raw = [
    'From: Mail Delivery System <mailer-daemon@mx.example.net>',
    `To: ${to}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${type}; boundary="B"`,
    '',
    '--B',
    'Content-Type: text/plain',
    '',
    'It could not be delivered.',
    '--B',
    `Content-Type: message/${type === 'feedback-report' ? type : 'delivery-status'}`,
    '',
    part,
    '--B',
    `Content-Type: ${aboutType}`,
    '',
    about,
    '',
    '--B--',
    '',
  ].join('\r\n');
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  await transport.sendMail({ envelope: { from: '', to }, raw });
  transport.close();
}

const statesOf = async (email: string) => {
  const person = await officeOf(world.control).personOf(email);
  const rows = await world.control.sql<{ state: string }>(
    'select state from promotional_mail where person_id = $1::uuid order by at desc',
    [person],
  );
  return rows.map(({ state }) => state);
};
const codes = () =>
  world.control.lines.flatMap(({ event, code }) =>
    event === 'mail_reported' || event === 'mail_ignored' ? [`${event} ${code}`] : [],
  );
const consentOf = async (email: string) => {
  const person = await officeOf(world.control).personOf(email);
  const [row] = await world.control.sql<{ withdrawn_way: string | null }>(
    "select withdrawn_way from consent where person_id = $1::uuid and purpose = 'promotional_mail' order by at desc limit 1",
    [person],
  );
  return row?.withdrawn_way;
};

test('a mail that came back for good is the last, until mail reaches them again', async () => {
  const ada = 'ada@example.org';
  await willing(world.control, ada);
  const { head, returnPath } = await sentMail(ada);
  expect(returnPath).toMatch(new RegExp(`^${LOCAL}\\+b-[a-z2-7]{42}@${HOST}$`));
  expect(head).not.toContain('Return-Path');
  await report({ to: returnPath, about: 'Subject: x' });
  expect(codes()).toEqual(['mail_reported bounced']);
  expect(await statesOf(ada)).toEqual(['bounced']);
  const desk = campaignsOf(world);
  const next = await desk.written();
  await desk.tell(next, 'schedule', { at: '' });
  await desk.done(next);
  expect(sentTo(world.mails)).toEqual([]);
  // The consent stands: it is the mailbox that failed.
  expect(await consentOf(ada)).toBeNull();
  const browser = new Browser(world.control.settings.siteUrl);
  await browser.post('/ask-for-reset', { email: ada });
  const [, token] = /token=([\w-]{43})/.exec((await world.mails.next(ada)).text ?? '') ?? [];
  await browser.post('/reset-password', { token, password: 'three words and a goose' });
  await sentMail(ada);
});

test('named by its Message-ID alone, in a report to the plain address, also where lines are broken', async () => {
  const bob = 'bob@example.org';
  await willing(world.control, bob);
  const { head } = await sentMail(bob);
  const [, id = ''] = /Message-ID: (<[^>]+>)/i.exec(head) ?? [];
  const broken = `Message-ID: ${id.slice(0, 20)}=\r\n${id.slice(20)}`;
  await report({ to: COMPANY.policyEmail, about: broken });
  expect(codes()).toEqual(['mail_reported bounced']);
});

test.each([
  ['delayed', '4.4.1'],
  ['failed', '4.2.2'],
  ['delivered', '2.0.0'],
  ['relayed', '2.0.0'],
])('%s with %s changes nothing', async (action, code) => {
  const email = `${action}${code.replaceAll('.', '')}@example.org`;
  await willing(world.control, email);
  const { returnPath } = await sentMail(email);
  await report({ to: returnPath, part: status(action, code), about: '' });
  expect(codes()).toEqual(['mail_ignored bounce']);
  await sentMail(email);
});

test('a complaint takes the consent back, and the record says by which way; “not spam” does not', async () => {
  const eve = 'eve@example.org';
  await willing(world.control, eve);
  const { whole } = await sentMail(eve);
  const about = { about: whole, aboutType: 'message/rfc822', type: 'feedback-report' };
  const to = COMPANY.policyEmail;
  for (const kind of ['not-spam', 'auth-failure', 'nonsense'])
    await report({ to, part: feedback(kind), ...about });
  expect(await consentOf(eve)).toBeNull();
  await report({ to, part: feedback('abuse'), ...about });
  expect(codes().at(-1)).toBe('mail_reported complained');
  expect(await consentOf(eve)).toBe('complaint');
  expect(await statesOf(eve)).toEqual(['complained']);
  const entries = () =>
    world.control.sql("select 1 from record_entry where kind = 'consent_withdrawn' and role = 'person'");
  const before = (await entries()).length;
  await report({ to, part: feedback('abuse'), ...about });
  expect((await entries()).length).toBe(before);
});

test('forged: a guess, a tag with one sign changed, two tags, an id alone, an address alone', async () => {
  const mia = 'mia@example.org';
  await willing(world.control, mia);
  const { returnPath, head } = await sentMail(mia);
  const [row] = await world.control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from promotional_mail order by at desc limit 1",
  );
  const [, tag = ''] = /\+b-(\w{42})@/.exec(returnPath) ?? [];
  const changed = tag.replace(/.$/, (sign) => (sign === 'a' ? 'i' : 'a'));
  const other = new MailTags('00'.repeat(32), COMPANY.policyEmail);
  const guesses = [
    `${LOCAL}+b-${'a'.repeat(42)}@${HOST}`,
    `${LOCAL}+b-${changed}@${HOST}`,
    other.returnPath(row?.id ?? '') ?? '',
    COMPANY.policyEmail,
  ];
  const about = `To: ${mia}\r\nMessage-ID: <${row?.id}@localhost>`;
  for (const to of guesses) {
    await report({ to, about });
    await report({ to, type: 'feedback-report', part: feedback('abuse'), about });
  }
  const { returnPath: later } = await sentMail(mia);
  await report({ to: returnPath, about: `Message-ID: <${/\+b-(\w{42})@/.exec(later)?.[1]}@x>` });
  expect(new Set(codes())).toEqual(new Set(['mail_ignored bounce']));
  expect(await consentOf(mia)).toBeNull();
  expect(head).toContain(tag);
});

test('service mail that came back is shown as refused; an answer of a program to a tagged address is none', async () => {
  const zoe = 'zoe@example.org';
  await willing(world.control, zoe);
  const browser = new Browser(world.control.settings.siteUrl);
  await browser.post('/ask-for-reset', { email: zoe });
  const mail = await world.mails.next(zoe);
  const returnPath = world.mails.returnPathOf(mail);
  expect(isReportAddress(returnPath)).toBe(true);
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  await transport.sendMail({
    from: zoe,
    to: returnPath,
    subject: 'I am away',
    text: 'What data do you hold on me?',
  });
  transport.close();
  expect(codes()).toEqual(['mail_ignored auto_submitted']);
  await report({ to: returnPath, about: '' });
  expect(
    await world.control.sql(
      "select state from mail where template = 'reset_password' order by created_at desc limit 1",
    ),
  ).toEqual([{ state: 'undeliverable' }]);
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  await desk.done(id);
  expect(sentTo(world.mails)).not.toContain(zoe);
});

test('a complaint about somebody erased meanwhile is nothing', async () => {
  const gone = 'gone@example.org';
  await willing(world.control, gone);
  const { returnPath, whole } = await sentMail(gone);
  expect(linkIn(whole.replaceAll('=\r\n', '').replaceAll('=3D', '='))).toContain('/unsubscribe/');
  await world.control.admin('POST', `/accounts/${gone}/erase`, { when: 'now' });
  await report({ to: returnPath, type: 'feedback-report', part: feedback('abuse'), about: whole });
  await report({ to: returnPath, about: '' });
  expect(codes()).toEqual(['mail_reported complained', 'mail_reported bounced']);
});

test('with a long policy address the envelope stays as it is, and tags read back', () => {
  const id = 'ab'.repeat(16);
  expect(new MailTags('11'.repeat(32), `${'x'.repeat(40)}@example.org`).returnPath(id)).toBeNull();
  const tags = new MailTags('11'.repeat(32), 'policy@example.org');
  expect(tags.idsIn(`<${tags.of(id)}.r-7k3m-q0xw@localhost> ${tags.of(id).toUpperCase()}`)).toEqual([id]);
  expect(tags.idsIn(`x${tags.of(id)} ${tags.of(id)}y`)).toEqual([]);
});
