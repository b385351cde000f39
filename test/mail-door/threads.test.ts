/**
 * Answers to our letters, by a real SMTP client: bound to their request and read there, never believed, and answered in the
 * thread; whoever names a request that is not theirs, or none, learns nothing.
 */
import type { AddressObject, ParsedMail } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { idsOf, referenceOf, referencesIn } from '../../src/control/requests/reference.ts';
import { newId } from '../../src/link/ids.ts';
import { openSite } from '../../src/site/server.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import type { Browser } from '../sign-in/browser.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const OWN = COMPANY.policyEmail;
const ASKED_BACK = 'What may we do for you?';
let postgres: TestPostgres;
let mails: MailServer;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let officer: Browser;
let port: number;
let people = 0;
let ada: string;
let who: Browser;

beforeAll(async () => {
  [postgres, mails, port] = await Promise.all([startPostgres(), startMailServer(), freePort()]);
  control = await startTestControl(
    postgres,
    {
      mail: { smtpUrl: mails.url, from: null },
      mailDoor: { listen: { host: '127.0.0.1', port, tls: null }, imapUrl: null },
    },
    openSite,
  );
  site = requestsOf(control);
  officer = await somebody(control, 'officer@example.org', 'privacy');
  await strengthen(officer);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await Promise.all([postgres?.stop(), mails?.stop()]);
});
beforeEach(async () => {
  ada = `ada${++people}@example.org`;
  who = await somebody(control, ada);
  for (const table of ['incoming_mail', 'privacy_request_step', 'privacy_request'])
    await control.sql(`delete from ${table}`);
  mails.mails.length = 0;
});

/** Each from a person's program, with a Message-ID of its own. */
async function write(message: SendMailOptions): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    await transport.sendMail({ to: OWN, subject: 'Hello', ...message });
  } finally {
    transport.close();
  }
}
interface Kept extends Record<string, unknown> {
  readonly id: string;
  readonly answer: string;
  readonly request: string | null;
  readonly sender: string | null;
  readonly withdraws: boolean;
  readonly content: Buffer;
}
const kept = () =>
  control.sql<Kept>(
    `select replace(id::text, '-', '') as id, answer, replace(request_id::text, '-', '') as request, sender, withdraws,
      outcome, content, until from incoming_mail order by received_at`,
  );
const newest = async (): Promise<Kept> => {
  await expect.poll(async () => (await kept()).length).toBeGreaterThan(0);
  return (await kept()).at(-1) as Kept;
};
const referencesOf = ({ references = [] }: ParsedMail): string[] =>
  typeof references === 'string' ? [references] : references;
const toOf = ({ to }: ParsedMail) => (to as AddressObject).value[0]?.address;

/** Ada has asked, and her letter is here; the request waits for a person. */
async function asked(): Promise<ParsedMail> {
  await site.asked(who, 'object', { words: 'Not for research' });
  await site.until('deciding');
  return mails.next(ada);
}
/** Before and after, nothing about the request has changed. */
async function unchanged(work: () => Promise<void>): Promise<void> {
  const before = [await site.rows(), await site.entries()];
  await work();
  expect([await site.rows(), await site.entries()]).toEqual(before);
}
const answerTo = (letter: ParsedMail, more: SendMailOptions): SendMailOptions => ({
  from: ada,
  subject: `Re: ${letter.subject}`,
  inReplyTo: letter.messageId as string,
  references: [...referencesOf(letter), letter.messageId as string],
  text: 'When do you answer?',
  ...more,
});

test('a reference follows from the number, is read as people type it, and leads back', () => {
  for (let n = 0; n < 200; n++) {
    const id = newId();
    const reference = referenceOf(id);
    expect(reference).toMatch(/^R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(referencesIn(`Re: Your request [${reference.toLowerCase().replaceAll('0', 'o')}]`)).toEqual([
      reference,
    ]);
    const [first, last] = idsOf(reference);
    expect(first <= id && id <= last).toBe(true);
  }
  expect(referencesIn('R-UUUU-0000 R-12-34 R-123456789 FOR-ABCD-EFGH')).toEqual([]);
});

test('all letters of a request are one thread, and answers go to the policy address', async () => {
  await write({
    from: ada,
    messageId: '<first@example.org>',
    text: 'Please restrict the processing of my data',
  });
  const proof = await mails.next(ada);
  const { id } = await site.newest();
  const reference = referenceOf(id);
  const root = `<${reference.toLowerCase()}@localhost>`;
  expect(proof.subject).toBe(`Was it you who asked? [${reference}]`);
  expect(proof.inReplyTo).toBe('<first@example.org>');
  expect(referencesOf(proof)).toEqual(['<first@example.org>', root]);
  expect(proof.replyTo?.value[0]?.address).toBe(OWN);
  const token = proofIn(proof.text ?? '');
  await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  const letters = [await mails.next(ada), await mails.next(ada)];
  for (const letter of letters) {
    expect(letter.subject).toContain(`[${reference}]`);
    expect(letter.inReplyTo).toBe(root);
    expect(referencesOf(letter)).toEqual([root]);
    expect(letter.messageId).toMatch(new RegExp(`^<[a-z2-7]{42}\\.${reference.toLowerCase()}@localhost>$`));
    expect(letter.headers.get('auto-submitted')).toBe('auto-generated');
  }
  expect(new Set([proof, ...letters].map(({ messageId }) => messageId)).size).toBe(3);
});

test('an answer is bound to its request, sealed, answered in the thread, and read at the desk after a look', async () => {
  const letter = await asked();
  const { id } = await site.newest();
  await unchanged(() => write(answerTo(letter, { messageId: '<q1@example.org>' })));
  const answer = await mails.next(ada);
  expect(answer.subject).toBe(`We have your mail about your request [${referenceOf(id)}]`);
  expect(answer.inReplyTo).toBe('<q1@example.org>');
  expect(referencesOf(answer)).toEqual(['<q1@example.org>', ...referencesOf(letter)]);
  expect(answer.headers.get('auto-submitted')).toBe('auto-replied');
  expect(answer.text).toContain('A person will read your mail together with the request');
  expect(answer.text).toMatch(/\/privacy\/requests\/[\w-]{43}/);
  const row = await newest();
  expect(row).toMatchObject({ request: id, sender: 'same', withdraws: false });
  expect(row.content.includes('When do you')).toBe(false);
  const page = await site.page(`/desk/requests/${id}`, officer);
  expect(page.replaceAll('<!-- -->', '')).toMatch(/Came by mail on/);
  expect(page).not.toContain('When do you answer');
  const looks = async () =>
    (await control.sql("select 1 from record_entry where kind = 'staff_read'")).length;
  const before = await looks();
  const opened = await (await site.send(officer, `/desk/requests/mail/${row.id}`, { do: 'open' })).text();
  expect(opened).toContain('When do you answer?');
  expect(opened).toContain('which proves nothing');
  expect(await looks()).toBe(before + 1);
});

test('the reference in the subject is enough, however it is typed', async () => {
  await asked();
  const { id } = await site.newest();
  await write({ from: ada, subject: `about ${referenceOf(id).toLowerCase()}`, text: 'Hello?' });
  expect(await newest()).toMatchObject({ request: id, sender: 'same' });
});

test('one answer a day, whatever is written', async () => {
  const letter = await asked();
  for (let n = 0; n < 3; n++) await write(answerTo(letter, { text: `Question ${n}` }));
  await mails.next(ada);
  await expect.poll(async () => (await kept()).length).toBe(3);
  expect((await kept()).map(({ answer }) => answer)).toEqual(['with_request', 'none', 'none']);
  expect(mails.mails).toEqual([]);
});

test('from another address it is marked, and answered exactly as a wrong reference is', async () => {
  const letter = await asked();
  const { id } = await site.newest();
  const words = 'Delete my account';
  await unchanged(async () => {
    await write(answerTo(letter, { from: `eve${people}@example.net`, text: words }));
    const wrong = { from: `mallory${people}@example.net`, subject: 'Re: [R-0000-0000]', text: words };
    await write(wrong);
  });
  const [eve, mallory] = [
    await mails.next(`eve${people}@example.net`),
    await mails.next(`mallory${people}@example.net`),
  ];
  expect([eve.subject, mallory.subject]).toEqual([ASKED_BACK, ASKED_BACK]);
  expect(eve.text).toBe(mallory.text);
  expect([eve.text, eve.html, eve.subject].join()).not.toContain(referenceOf(id));
  expect(await kept()).toMatchObject([
    { request: id, sender: 'other', answer: 'asked_back' },
    { request: null, sender: null, answer: 'asked_back' },
  ]);
  const page = (await site.page(`/desk/requests/${id}`, officer)).replaceAll('<!-- -->', '');
  expect(page).toContain('from an address that is not the one of the request');
});

test('an answer about a request that is over, or whose person is erased, is new mail for a person', async () => {
  await site.asked(who, 'confirm');
  await site.until('delivered');
  const letter = await mails.next(ada);
  const { id } = await site.newest();
  await control.sql("update privacy_request set state = 'closed', closed_at = now(), next_at = null");
  await unchanged(() => write(answerTo(letter, { text: 'I do not agree. Delete my account' })));
  expect((await mails.next(ada)).subject).not.toContain('We have your mail');
  const row = await newest();
  expect(row.request).toBeNull();
  const opened = await (await site.send(officer, `/desk/requests/mail/${row.id}`, { do: 'open' })).text();
  expect(opened.replaceAll('<!-- -->', '')).toContain(`${referenceOf(id)}</a>, which is over`);
  await control.sql("update privacy_request set state = 'deciding', closed_at = null, person_id = null");
  await write(answerTo(letter, { from: `later${people}@example.net`, text: 'Hello?' }));
  await expect.poll(async () => (await kept()).length).toBe(2);
  expect((await newest()).request).toBeNull();
});

test('fifty references, and Message-IDs that others made up', async () => {
  const letter = await asked();
  const { id } = await site.newest();
  const many = Array.from({ length: 50 }, (_, n) => `<${n}.r-aaaa-aaaa@elsewhere.example>`);
  const deep = [...referencesOf(letter), letter.messageId as string, ...many.slice(0, 48)];
  await write({ from: ada, subject: 'Re: question', references: deep, text: 'Deep in a thread' });
  expect(await newest()).toMatchObject({ request: id, sender: 'same' });
  const forged = [
    [`<x.${referenceOf(id).toLowerCase()}@elsewhere.example>`],
    [`<x.r-0000-0000@localhost>`],
    ['<>', '<@localhost>', `<${'x'.repeat(900)}@localhost>`],
    many,
  ];
  for (const [n, references] of forged.entries()) {
    await control.sql('delete from incoming_mail');
    await write({
      from: `f${n}.${people}@example.net`,
      subject: 'Hi',
      references,
      text: 'Hello, about my data',
    });
    expect((await newest()).request).toBeNull();
  }
  // Who knows the reference can forge the rest: it is worth no more than the reference in a subject.
  await write({
    from: `g${people}@example.net`,
    subject: 'Hi',
    inReplyTo: `<x.${referenceOf(id).toLowerCase()}@localhost>`,
    text: 'Hello',
  });
  expect(await newest()).toMatchObject({ request: id, sender: 'other' });
});

test('who writes that they withdraw is led to the button, and nothing is withdrawn', async () => {
  const letter = await asked();
  await unchanged(() => write(answerTo(letter, { text: 'I changed my mind, please cancel my request.' })));
  const answer = await mails.next(ada);
  expect(answer.subject).toContain('Do you want to withdraw your request?');
  const [, path] = /(\/privacy\/requests\/[\w-]{43})/.exec(answer.text ?? '') ?? [];
  expect(await newest()).toMatchObject({ withdraws: true, answer: 'withdraw' });
  await site.post(null, path as string, { do: 'withdraw' });
  expect((await site.newest()).state).toBe('withdrawn');
});

test('what a machine writes about a letter is not kept and not answered', async () => {
  const letter = await asked();
  await write(answerTo(letter, { headers: { 'Auto-Submitted': 'auto-replied' } }));
  await write(answerTo(letter, { envelope: { from: '', to: OWN } }));
  expect([await kept(), mails.mails]).toEqual([[], []]);
});

test('brought twice, since a kill came before the answer to who brought it, it is kept and answered once', async () => {
  const letter = await asked();
  const mail = answerTo(letter, { messageId: '<twice@example.org>' });
  await write(mail);
  await mails.next(ada);
  await control.stop();
  await control.start();
  await write(mail);
  await write({ ...mail, messageId: '<other@example.org>' });
  await expect.poll(async () => (await kept()).length).toBe(2);
});

test('a person of the staff answers in the thread, once, to the address that is held', async () => {
  const letter = await asked();
  const { id } = await site.newest();
  await write(answerTo(letter, { messageId: '<q2@example.org>' }));
  await mails.next(ada);
  const row = await newest();
  const page = `/desk/requests/mail/${row.id}`;
  const form = { do: 'reply', words: 'By Friday.\n\nWe look at <b>all</b> of it.' };
  const support = await somebody(control, `support${people}@example.org`, 'support');
  await strengthen(support);
  expect((await site.send(support, page, form)).status).toBe(403);
  expect((await site.send(officer, page, form, 'https://evil.example')).status).toBe(400);
  expect((await site.send(officer, page, { ...form, words: ' ' })).status).toBe(400);
  expect((await site.send(officer, page, { ...form, words: 'x'.repeat(4001) })).status).toBe(400);
  const entries = await site.entries();
  expect((await site.send(officer, page, form)).status).toBe(303);
  expect(await site.entries()).toBe(entries + 1);
  const reply = await mails.next(ada);
  expect(reply.subject).toBe(`Our answer to your mail [${referenceOf(id)}]`);
  expect(reply.inReplyTo).toBe('<q2@example.org>');
  expect(reply.headers.has('auto-submitted')).toBe(false);
  expect(reply.replyTo?.value[0]?.address).toBe(OWN);
  expect(reply.text).toContain('By Friday.');
  expect(reply.html).toContain('&lt;b&gt;all&lt;/b&gt;');
  expect((await site.send(officer, page, form)).status).toBe(409);
  expect(await site.mails()).toContain('mail_reply');
  expect((await site.page('/desk/requests/mail', officer)).includes(row.id)).toBe(false);
});

test('an answer to a mail from elsewhere goes to the address that is held all the same', async () => {
  const letter = await asked();
  const eve = `eve${people}@example.net`;
  await write(answerTo(letter, { from: eve, messageId: '<eve@example.net>' }));
  await mails.next(eve);
  const { id } = await newest();
  await site.send(officer, `/desk/requests/mail/${id}`, { do: 'reply', words: 'Was this you?' });
  const reply = await mails.next(ada);
  expect(toOf(reply)).toBe(ada);
  expect(referencesOf(reply)).not.toContain('<eve@example.net>');
  expect(mails.mails).toEqual([]);
});

test('while nobody has shown who asks, the address that they named is answered, and no other', async () => {
  const stranger = `stranger${people}@example.net`;
  await write({ from: stranger, text: 'Please send me a copy of my data' });
  const letter = await mails.next(stranger);
  expect(letter.subject).toContain('We found nobody with this address [R-');
  await write({ ...answerTo(letter, { text: 'But I have an account!' }), from: stranger });
  await write(answerTo(letter, { from: `eve${people}@example.net` }));
  await mails.next(`eve${people}@example.net`);
  const bound = (await kept()).filter(({ request }) => request !== null);
  expect(bound).toMatchObject([{ sender: 'same' }, { sender: 'other' }]);
  const page = (n: number) => `/desk/requests/mail/${bound[n]?.id}`;
  const form = { do: 'reply', words: 'Which address does it have?' };
  expect((await site.send(officer, page(1), form)).status).toBe(409);
  expect((await site.send(officer, page(0), form)).status).toBe(303);
  await control.stop();
  await control.start();
  const reply = await mails.next(stranger);
  expect(reply.text).toContain('Which address does it have?');
  expect(reply.headers.has('auto-submitted')).toBe(false);
  expect(reply.messageId).not.toBe(letter.messageId);
  expect(mails.mails).toEqual([]);
});

test('about their own request nobody reads or answers as staff', async () => {
  await site.asked(officer, 'object', { words: 'Not for research' });
  await site.until('deciding');
  const letter = await mails.next('officer@example.org');
  await write({ ...answerTo(letter, {}), from: 'officer@example.org' });
  const { id } = await newest();
  const page = `/desk/requests/mail/${id}`;
  expect((await site.send(officer, page, { do: 'open' })).status).toBe(403);
  expect((await site.send(officer, page, { do: 'reply', words: 'Yes' })).status).toBe(403);
});

test('it lives as long as its request and 30 days more; of somebody who is erased it goes', async () => {
  const letter = await asked();
  await write(answerTo(letter, {}));
  await mails.next(ada);
  const until = async () => ((await newest()).until as Date).getTime();
  const again = async () => {
    await control.stop();
    await control.start();
  };
  const open = await until();
  expect(open).toBeGreaterThan((await site.newest()).due_at.getTime());
  await control.sql("update privacy_request set state = 'closed', closed_at = now(), next_at = null");
  await again();
  await expect.poll(until).toBeLessThan(open);
  const days = ((await until()) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThan(30.1);
  await control.sql('update privacy_request set person_id = null');
  await again();
  await expect.poll(until).toBeLessThan(Date.now() + 60_000);
  const { id } = await newest();
  const opened = await (await site.send(officer, `/desk/requests/mail/${id}`, { do: 'open' })).text();
  expect(opened).not.toContain('When do you answer');
});
