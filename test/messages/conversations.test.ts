/**
 * Conversations by the form and by mail, over real HTTP and SMTP: whoever wrote reads their own and nobody else's, what they
 * wrote is in no database in the clear, and no mail that a person wrote is lost.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { type Office, openOffice, written } from './office.ts';

let office: Office;
let people = 0;
let email: string;

beforeAll(async () => {
  office = await openOffice();
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(async () => {
  email = `ada${++people}@example.org`;
  for (const table of ['message_file', 'message', 'conversation', 'incoming_mail'])
    await office.control.sql(`delete from ${table}`);
  office.mails.mails.length = 0;
});

const words = 'A very particular question: how do I set a budget?';
const messages = () =>
  office.control.sql('select written_by, door, files, dropped from message order by at, id');
const referenceIn = (subject: string | undefined): string =>
  /\[(M-\w{4}-\w{4})\]$/.exec(subject ?? '')?.[1] ?? '';

test('a stranger writes by the form: a mail with the reference comes, and nothing is there in the clear', async () => {
  const answer = await office.send(null, '/contact', written({ email, words, name: 'Ada Particular' }));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/contact?sent']);
  const letter = await office.mails.next(email);
  expect(letter.subject).toMatch(/^We have your message \[M-\w{4}-\w{4}\]$/);
  expect(letter.headers.get('auto-submitted')).toBe('auto-generated');
  expect(letter.text).not.toContain('particular');
  const [row] = await office.control.sql<{ all: string }>(
    `select (select json_agg(p) from person p)::text || (select json_agg(c) from conversation c)::text ||
      (select json_agg(m) from message m)::text as all`,
  );
  for (const secret of [email, 'particular', 'Particular', 'No answer'])
    expect(row?.all).not.toContain(Buffer.from(secret).toString('hex'));
  expect(await office.control.sql('select 1 from membership')).toEqual([]);
  expect(await office.control.sql('select 1 from person')).toHaveLength(people);
});

test('the same address again is the same person, and one with an account gets it on their console', async () => {
  await office.send(null, '/contact', written({ email }));
  await office.send(null, '/contact', written({ email: email.toUpperCase() }));
  expect(await office.control.sql('select distinct person_id from conversation')).toHaveLength(1);
  const known = `known${people}@example.org`;
  const grace = await somebody(office.control, known);
  const one = await office.send(null, '/contact', written({ email: known, words }));
  expect([one.status, one.headers.get('location')]).toEqual([303, '/contact?sent']);
  const id = (await office.conversations()).at(-1) ?? '';
  expect(await office.page(grace, '/console/messages')).toContain(id);
  const page = await office.page(grace, `/console/messages/${id}`);
  expect(page).toContain('how do I set a budget');
  expect(page).toContain('by the form, not signed in');
});

test('two strangers with one new address at once are one person', async () => {
  await Promise.all([1, 2, 3].map(() => office.send(null, '/contact', written({ email }))));
  expect(await office.control.sql('select distinct person_id from conversation')).toHaveLength(1);
  expect(await office.conversations()).toHaveLength(3);
});

test.each([
  ['no words', { words: '  ' }, 400],
  ['no subject', { subject: '' }, 400],
  ['a subject of two lines', { subject: 'a\nBcc: eve@example.net' }, 400],
  ['no such kind', { kind: 'complaint' }, 400],
  ['no address', { email: '' }, 400],
  ['too much', { words: 'x'.repeat(10_001) }, 400],
])('a form that is refused leaves nothing: %s', async (_what, more, status) => {
  expect((await office.send(null, '/contact', written({ email, ...more }))).status).toBe(status);
  expect(await office.conversations()).toEqual([]);
});

test('a form from another site is not carried out', async () => {
  expect((await office.post(null, '/contact', written({ email }), 'https://evil.example')).status).toBe(400);
  expect(await office.conversations()).toEqual([]);
});

test('one address is not flooded', async () => {
  const send = () => office.send(null, '/contact', written({ email }));
  for (let n = 0; n < 5; n++) expect((await send()).status).toBe(303);
  expect((await send()).status).toBe(429);
});

test('somebody who is signed in writes, goes on, and deletes; nobody else sees it', async () => {
  const ada = await somebody(office.control, email);
  const eve = await somebody(office.control, `eve${people}@example.org`);
  const made = await office.send(ada, '/contact', written({ words }));
  const path = made.headers.get('location') ?? '';
  expect(path).toMatch(/^\/console\/messages\/[0-9a-f]{32}$/);
  expect(await office.page(ada, path)).toContain('how do I set a budget');
  expect((await office.get(eve, path)).status).toBe(404);
  expect((await office.send(eve, path, { words: 'Let me in', do: 'write' })).status).toBe(404);
  expect((await office.send(eve, path, { do: 'delete' })).status).toBe(404);
  expect((await office.send(ada, path, { words: 'And another thing', do: 'write' })).status).toBe(303);
  expect(await office.page(ada, path)).toContain('And another thing');
  expect((await office.send(ada, path, { do: 'delete' })).status).toBe(303);
  expect((await office.get(ada, path)).status).toBe(404);
  expect(await messages()).toEqual([]);
});

test('what a legal hold names is not deleted', async () => {
  const ada = await somebody(office.control, email);
  const path = (await office.send(ada, '/contact', written())).headers.get('location') ?? '';
  const hold = await office.control.admin('POST', `/accounts/${email}/holds`, {
    tables: ['message'],
    reason: 'A court asked for it',
  });
  expect(hold.status).toBe(201);
  expect((await office.send(ada, path, { do: 'delete' })).status).toBe(409);
  await office.control.admin('POST', `/holds/${hold.body.id}/end`);
  expect((await office.send(ada, path, { do: 'delete' })).status).toBe(303);
});

test('a mail about nothing that is held becomes a message, and its answer joins it', async () => {
  await office.mail({
    from: `Ada <${email}>`,
    subject: 'Budgets',
    text: words,
    messageId: '<first@example.org>',
  });
  const letter = await office.mails.next(email);
  expect(letter.subject).toMatch(/^We have your message \[M-/);
  expect(letter.inReplyTo).toBe('<first@example.org>');
  expect(letter.headers.get('auto-submitted')).toBe('auto-replied');
  expect(letter.text).toContain('Answer this mail');
  await office.mail({ from: email, subject: `Re: ${letter.subject}`, text: 'By the mark' });
  await office.mail({
    from: email,
    subject: 'Re: something',
    inReplyTo: letter.messageId,
    text: 'By the thread',
  });
  expect(await office.conversations()).toHaveLength(1);
  expect(await messages()).toEqual(
    [1, 2, 3].map(() => ({ written_by: 'person', door: 'mail', files: 0, dropped: 0 })),
  );
  expect(await office.control.sql('select 1 from incoming_mail')).toEqual([]);
  expect(office.mails.mails, 'who goes on is not told so each time').toEqual([]);
});

test('what is quoted below an answer is not kept again', async () => {
  const ada = await somebody(office.control, email);
  await office.mail({ from: email, subject: 'Hi', text: `New words\n\nOn Monday, Kept wrote:\n> Old words` });
  const [id] = await office.conversations();
  const page = await office.page(ada, `/console/messages/${id}`);
  expect(page).toContain('New words');
  expect(page).not.toContain('Old words');
});

test('the same mail brought twice is there once', async () => {
  const mail = { from: email, subject: 'Once', text: words, messageId: '<once@example.org>' };
  await office.mail(mail);
  await office.mail(mail);
  expect(await messages()).toHaveLength(1);
});

test('whoever names a conversation from another address begins one of their own', async () => {
  await office.mail({ from: email, subject: 'Mine', text: 'Mine' });
  const { subject } = await office.mails.next(email);
  await office.mail({
    from: `eve${people}@example.net`,
    subject: `Re: ${subject}`,
    text: 'What did she say?',
  });
  const rows = await office.control.sql<{ names: string | null }>(
    "select replace(names_id::text, '-', '') as names from conversation order by created_at",
  );
  const [first] = await office.conversations();
  expect(rows).toEqual([{ names: null }, { names: first }]);
  const unknown = 'Re: [M-ZZZZ-ZZZZ]';
  await office.mail({ from: `sue${people}@example.net`, subject: unknown, text: 'A mark that never was' });
  expect(await office.conversations()).toHaveLength(3);
});

test.each([
  'What do you know about me?',
  'Bonjour, que savez-vous de moi ?',
  'I want to exercise my rights under the GDPR and the CCPA.',
  'Bitte senden Sie mir keine Werbung. Ich widerrufe meine Einwilligung und will Auskunft über meine Daten.',
  'Please stop mailing me.',
])('a mail that may ask for something about data waits for who decides: %s', async (text) => {
  await office.mail({ from: email, subject: 'Hello', text });
  expect(await office.conversations()).toEqual([]);
  expect(await office.control.sql('select 1 from incoming_mail')).toHaveLength(1);
});

test('a right that is asked for in a conversation is asked for all the same', async () => {
  await somebody(office.control, email);
  await office.mail({ from: email, subject: 'Budgets', text: words });
  const { subject } = await office.mails.next(email);
  // Another day.
  await office.control.stop();
  await office.control.start();
  await office.mail({ from: email, subject: `Re: ${subject}`, text: 'Please delete my account.' });
  expect(await messages()).toHaveLength(2);
  expect(await office.control.sql('select asked_for, state from privacy_request')).toEqual([
    { asked_for: 'delete', state: 'identity' },
  ]);
});

test('files come along: told by their bytes, named harmlessly, and only ever downloaded', async () => {
  const ada = await somebody(office.control, email);
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    Buffer.alloc(40),
  ]);
  const made = await office.send(ada, '/contact', written(), [
    { name: '../../etc/\u202Egnp.\r\nSet-Cookie: a=b.html', bytes: '<script>alert(1)</script>' },
    { name: 'bömb".exe', bytes: Buffer.from('504b0304ffffffff', 'hex') },
    { name: 'photo', bytes: png },
  ]);
  const path = made.headers.get('location') ?? '';
  expect(made.status).toBe(303);
  const page = await office.page(ada, path);
  const files = [...page.matchAll(/\/console\/messages\/\w{32}\/files\/\w{32}/g)].map(([href]) => href);
  expect(files.length).toBeGreaterThanOrEqual(3);
  const got = await Promise.all([...new Set(files)].map((href) => office.get(ada, href)));
  const facts = got.map(({ headers }) => [headers.get('content-type'), headers.get('content-disposition')]);
  expect(facts).toEqual(
    expect.arrayContaining([
      [
        'text/plain; charset=utf-8',
        `attachment; filename="gnp.Set-Cookie a=b.txt"; filename*=UTF-8''gnp.Set-Cookie%20a%3Db.txt`.replace(
          'filename="gnp.Set-Cookie a=b.txt"',
          'filename="gnp.Set-Cookie a_b.txt"',
        ),
      ],
      ['application/zip', `attachment; filename="b_mb.zip"; filename*=UTF-8''b%C3%B6mb.zip`],
      ['image/png', `attachment; filename="photo.png"; filename*=UTF-8''photo.png`],
    ]),
  );
  for (const each of got) {
    expect(each.headers.get('x-content-type-options')).toBe('nosniff');
    expect(each.headers.get('content-security-policy')).toContain('sandbox');
    expect(each.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
  const eve = await somebody(office.control, `eve${people}@example.org`);
  expect((await office.get(eve, files[0] ?? '')).status).toBe(404);
  const [stored] = await office.control.sql<{ content: Buffer }>('select content from message_file limit 1');
  expect(stored?.content.toString('latin1')).not.toContain('PHNjcmlwdD');
});

test.each([
  ['a program', [{ name: 'a.png', bytes: Buffer.from('7f454c46020101000000', 'hex') }], 400],
  ['text with a zero in it', [{ name: 'a.txt', bytes: 'a\0b' }], 400],
  ['a large one', [{ name: 'a.txt', bytes: 'x'.repeat(4 * 1024 * 1024 + 1) }], 413],
  [
    'three that are large together',
    [1, 2, 3].map(() => ({ name: 'a.txt', bytes: 'x'.repeat(3_000_000) })),
    413,
  ],
])(
  'a file of a form that is not taken is refused, with all of the form: %s',
  async (_what, files, status) => {
    expect((await office.send(null, '/contact', written({ email }), files)).status).toBe(status);
    expect(await office.conversations()).toEqual([]);
  },
);

test('files of a mail: those that can be kept are, the rest is counted', async () => {
  const attachments = [
    { filename: 'log.txt', content: 'error' },
    { filename: 'a.exe', content: Buffer.from('4d5a9000', 'hex') },
    { filename: 'b.pdf', content: '%PDF-1.7' },
    { filename: 'c.txt', content: 'c' },
    { filename: 'd.txt', content: 'd' },
  ];
  await office.mail({ from: email, subject: 'Files', text: 'See below', attachments });
  expect(await messages()).toEqual([{ written_by: 'person', door: 'mail', files: 3, dropped: 2 }]);
});

test('an empty mail, one without a subject, and one with markup only are messages too', async () => {
  await office.mail({ from: email, subject: '', text: '' });
  await office.mail({ from: email, html: '<p>Only <b>markup</b></p>' });
  expect(await office.conversations()).toHaveLength(2);
});

test('who is going to be deleted writes as a stranger does', async () => {
  const ada: Browser = await somebody(office.control, email);
  await office.control.admin('POST', `/accounts/${email}/erase`, { when: 'after grace' });
  const answer = await office.send(ada, '/contact', written({ email }));
  expect(answer.headers.get('location')).toBe('/contact?sent');
  expect(referenceIn((await nextOf(email, /^We have/)).subject)).toMatch(/^M-/);
});

async function nextOf(to: string, subject: RegExp) {
  for (;;) {
    const mail = await office.mails.next(to);
    if (subject.test(mail.subject ?? '')) return mail;
  }
}
