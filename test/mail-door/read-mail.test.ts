/** Mail as it comes: machines', broken, hostile, in any character set. */
import { expect, test } from 'vitest';
import { readMail } from '../../src/control/mail-door/read-mail.ts';

const OWN = 'privacy@example.org';
const read = (lines: readonly string[] | Buffer, envelopeFrom: string | null = 'ada@example.org') =>
  readMail(Buffer.isBuffer(lines) ? lines : Buffer.from(lines.join('\r\n')), { envelopeFrom, own: OWN });
const mail = (headers: readonly string[], text = 'Please delete my account.') => [
  'From: Ada <Ada@Example.org>',
  'Subject: Hello',
  'Message-ID: <1@example.org>',
  ...headers,
  '',
  text,
];

test('who claims to write, and what', async () => {
  expect(await read(mail([]))).toEqual({
    from: 'ada@example.org',
    subject: 'Hello',
    text: 'Please delete my account.',
    messageId: '<1@example.org>',
    answers: [],
    attachments: 0,
    to: [],
    isReport: false,
    files: [],
    name: 'Ada',
    automatic: null,
  });
});

test.each<[what: string, headers: string[], answers: string[]]>([
  ['the nearest first, each once', ['References: <a@x> <b@x>', 'In-Reply-To: <b@x>'], ['<b@x>', '<a@x>']],
  ['folded lines', ['References: <a@x>\r\n <b@x>\r\n\t<c@x>'], ['<c@x>', '<b@x>', '<a@x>']],
  ['what is none', ['References: <>', `In-Reply-To: <${'x'.repeat(900)}@x>`], []],
])('what it answers: %s', async (_what, headers, answers) => {
  expect((await read(mail(headers))).answers).toEqual(answers);
});

test('of hundreds that it answers, the nearest count', async () => {
  const ids = Array.from({ length: 400 }, (_, n) => `<${n}@x>`);
  const { answers } = await read(mail([`References: ${ids.join('\r\n ')}`]));
  expect(answers).toEqual(ids.slice(-50).reverse());
});

test.each([
  [['Auto-Submitted: auto-replied'], 'auto_submitted'],
  [['Auto-Submitted: no'], null],
  [['X-Autoreply: yes'], 'auto_submitted'],
  [['List-Id: <news.example.org>'], 'bulk'],
  [['Precedence: bulk'], 'bulk'],
  [['Return-Path: <>'], 'bounce'],
  [['Content-Type: multipart/report; boundary=x'], 'bounce'],
])('%s', async (headers, automatic) => {
  expect((await read(mail(headers))).automatic).toBe(automatic);
});

test('an empty envelope is a bounce, our own address a loop, a daemon nobody', async () => {
  expect((await read(mail([]), '')).automatic).toBe('bounce');
  expect((await read([`From: ${OWN}`, '', 'x'])).automatic).toBe('own_mail');
  expect((await read(['From: MAILER-DAEMON@mx.example.org', '', 'x'])).automatic).toBe('bounce');
});

test.each([
  ['none', ['Subject: x']],
  ['two', ['From: a@example.org, b@example.org']],
  ['none that can be', ['From: <script>alert(1)</script>']],
  ['a broken one', ['From: =?utf-8?B?////?= <']],
  ['one with a line break in it', ['From: "a\nBcc: c@example.org" <x@y@z>']],
])('a sender that cannot be answered: %s', async (_what, headers) => {
  expect((await read([...headers, '', 'delete my account'])).from).toBeNull();
});

test('HTML becomes words, without scripts and hidden turns of direction', async () => {
  const { text } = await read(
    mail(
      ['Content-Type: text/html; charset=utf-8'],
      '<p>Please <b>delete</b>\u202e my account</p><script>alert(1)</script>',
    ),
  );
  expect(text).toContain('Please delete my account');
  expect(text).not.toMatch(/script|alert|\u202e/);
});

test('character sets', async () => {
  const latin = Buffer.concat([
    Buffer.from(mail(['Content-Type: text/plain; charset=iso-8859-1'], '').join('\r\n')),
    Buffer.from('Bitte l\xf6schen', 'latin1'),
  ]);
  expect((await read(latin)).text).toBe('Bitte löschen');
  expect((await read(mail(['Content-Type: text/plain; charset=no-such-set'], 'delete'))).text).toBe('delete');
  const quoted = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'];
  expect((await read(mail(quoted, 'donn=C3=A9es =ZZ'))).text).toContain('données');
});

test('files are counted and not kept', async () => {
  const { attachments, text } = await read(
    mail(
      ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="x"'],
      [
        '--x',
        'Content-Type: text/plain',
        '',
        'delete my account',
        '--x',
        'Content-Type: application/zip; name="bomb.zip"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="../../bomb.zip"',
        '',
        'UEsDBBQAAAAIAA==',
        '--x--',
      ].join('\r\n'),
    ),
  );
  expect(attachments).toBe(1);
  expect(text).toBe('delete my account');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['no headers', Buffer.from('delete my account')],
  ['bytes', Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256))],
  [
    'a part that never ends',
    Buffer.from('Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n--x'),
  ],
  ['parts in parts', Buffer.from('Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n'.repeat(3000))],
  ['a long line', Buffer.from(`From: a@b.example\r\nSubject: ${'x'.repeat(1_000_000)}\r\n\r\n`)],
])('what is no mail is read all the same: %s', async (_what, raw) => {
  const got = await read(raw);
  expect(got.subject.length).toBeLessThanOrEqual(300);
  expect(got.text.length).toBeLessThanOrEqual(20_000);
});
