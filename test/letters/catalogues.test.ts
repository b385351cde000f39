/** Catalogues of letters: whole or refused, with the file, the key and what to do; another language is another file. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LettersDamaged, readCatalogues } from '../../src/control/notices/index.ts';
import { openSite } from '../../src/site/server.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, startTestControl, type TestControl } from '../support/control.ts';
import { ROOT } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const ENGLISH = readFileSync(join(ROOT, 'policy/letters/en.json'), 'utf8');
let folder: string;
let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-letters-'));
  writeFileSync(join(folder, 'en.json'), ENGLISH);
  return () => rmSync(folder, { recursive: true, force: true });
});

const change = (edit: (catalogue: Catalogue) => void, file = 'fr.json') => {
  const catalogue = JSON.parse(ENGLISH) as Catalogue;
  edit(catalogue);
  writeFileSync(join(folder, file), JSON.stringify(catalogue));
};
// biome-ignore lint/suspicious/noExplicitAny: a test breaks what it likes
type Catalogue = any;

test.each<[what: string, edit: (catalogue: Catalogue) => void, says: RegExp]>([
  [
    'a letter is missing',
    (c) => delete c.letters.request_closed,
    /fr\.json: letters\.request_closed is missing/,
  ],
  ['a word is missing', (c) => delete c.words.done.access, /words\.done\.access is missing .*whole/],
  [
    'a letter that is none',
    (c) => (c.letters.greeting = {}),
    /letters has greeting, which nothing uses\. Take it out/,
  ],
  ['a key that is none', (c) => (c.letters.request_closed.footer = ''), /request_closed has footer/],
  [
    'a placeholder that is none',
    (c) => c.letters.request_closed.paragraphs.push('{due}'),
    /letters\.request_closed has \{due\}, .* it may have \{name\}, \{asked\}, \{why\}/,
  ],
  [
    'a placeholder that is not used',
    (c) => (c.letters.request_closed.paragraphs = ['{name} {asked}']),
    /letters\.request_closed lacks \{why\}: put it/,
  ],
  [
    'a brace alone',
    (c) => c.letters.request_closed.paragraphs.push('{name'),
    /brace that belongs to no name/,
  ],
  [
    'a value in a subject',
    (c) => (c.letters.request_closed.subject = '{name}'),
    /subject is filled with nothing/,
  ],
  ['an empty line', (c) => (c.words.extension.many = ' '), /words\.extension\.many is empty/],
  [
    'a basis without its citation',
    (c) => (c.words.basis.law = 'The law.'),
    /words\.basis\.law lacks \{citation\}/,
  ],
  ['a link that is missing', (c) => delete c.letters.request_closed.link, /request_closed\.link is missing/],
])('refused: %s', (_what, edit, says) => {
  change(edit);
  expect(() => readCatalogues(folder)).toThrow(LettersDamaged);
  expect(() => readCatalogues(folder)).toThrow(says);
});

test('refused: no JSON, no language, no English', () => {
  writeFileSync(join(folder, 'fr.json'), '{');
  expect(() => readCatalogues(folder)).toThrow(/fr\.json: is no JSON/);
  rmSync(join(folder, 'fr.json'));
  writeFileSync(join(folder, 'letters.json'), ENGLISH);
  expect(() => readCatalogues(folder)).toThrow(/letters\.json: is called by no language/);
  rmSync(join(folder, 'letters.json'));
  rmSync(join(folder, 'en.json'));
  expect(() => readCatalogues(folder)).toThrow(/there is no en\.json/);
});

test('a control whose catalogue is wrong does not start', async () => {
  change((catalogue) => delete catalogue.words.agent);
  await expect(startTestControl(postgres, { lettersFolder: folder })).rejects.toThrow(
    /words\.agent is missing/,
  );
});

test('with a second catalogue: who writes in French, or chooses it, gets letters in French, with their dates', async () => {
  cpSync(join(ROOT, 'test/letters/fr.json'), join(folder, 'fr.json'));
  const [mails, port] = await Promise.all([startMailServer(), freePort()]);
  const control = await startTestControl(
    postgres,
    {
      lettersFolder: folder,
      mail: { smtpUrl: mails.url, from: null },
      mailDoor: { listen: { host: '127.0.0.1', port, tls: null }, imapUrl: null },
    },
    openSite,
  );
  try {
    await journey(control, mails, port);
  } finally {
    await control.end();
    await mails.stop();
  }
});

async function journey(control: TestControl, mails: MailServer, port: number): Promise<void> {
  const site = requestsOf(control);
  const write = (from: string, text: string, subject = 'Mes données') =>
    createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({
      from,
      to: COMPANY.policyEmail,
      subject,
      text,
    });
  const marie = 'marie@example.org';
  await somebody(control, marie);
  const luc = 'luc@example.org';
  const who = await somebody(control, luc);
  mails.mails.length = 0;
  await write(marie, 'Bonjour, je vous demande une copie de mes données. J’habite en France. Merci');
  const asked = await mails.next(marie);
  expect(asked.subject).toMatch(/^Est-ce bien vous \?/);
  expect(asked.text).toContain('Quelqu’un nous a demandé une copie de ce que nous avons sur vous');
  expect(asked.text).toMatch(/jusqu’au \d{1,2} [a-zéû]+ \d{4} à \d\d:\d\d \(UTC\)/);
  expect(asked.html).toContain('<html lang="fr"');
  const token = proofIn(asked.text ?? '');
  await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  const received = await mails.next(marie);
  expect(received.text).toMatch(/La loi vous donne ce droit : GDPR Article 15/);
  expect(received.text).toMatch(/le \d{1,2} [a-zéû]+ \d{4} au plus tard/);
  await write('autre@example.net', 'Bonjour, que savez-vous de moi ? Cordialement');
  expect((await mails.next('autre@example.net')).subject).toBe('Que pouvons-nous faire pour vous ?');
  await write('otro@example.net', 'Hola, ¿qué datos tienen de mí? Gracias');
  expect((await mails.next('otro@example.net')).subject).toBe('What may we do for you?');
  expect(await site.page('/privacy/requests?for=restrict')).toContain('Français');
  await messages(control, mails, write);
  await site.ask(who, 'withdraw_consent', { language: 'fr' });
  expect((await mails.next(luc)).subject).toMatch(/^Nous avons votre demande/);
  expect((await site.ask(who, 'withdraw_consent', { language: 'xx' })).status).toBe(400);
}

/** Messages and events: who writes in French, or chooses it, is answered so; nothing says it to the others. */
async function messages(
  control: TestControl,
  mails: MailServer,
  write: (from: string, text: string, subject: string) => Promise<unknown>,
): Promise<void> {
  const { post, page } = requestsOf(control);
  await write('anne@example.net', 'Bonjour, est-ce que votre service est ouvert ? Merci.', 'Ouvert ?');
  const received = await mails.next('anne@example.net');
  expect(received.subject).toMatch(/^Nous avons votre message \[M-/);
  expect(received.text).toContain('Répondez à ce courriel pour continuer.');
  const admin = await somebody(control, 'admin@example.org', 'admin');
  await strengthen(admin);
  const [row] = await control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from conversation",
  );
  const words = 'Oui, toujours.';
  await post(admin, `/desk/messages/${row?.id}`, { do: 'answer', words, after: 'solved', template: '' });
  const answered = await mails.next('anne@example.net');
  expect(answered.subject).toMatch(/^Re: Ouvert \? \[M-/);
  expect(answered.text).toContain('Oui, toujours.');
  expect(answered.text).toMatch(/Il s’agit de votre message M-/);
  expect(await page('/contact')).toContain('Français');
  const said = { kind: 'enquiry', subject: 'Prix', words: 'Combien ?', email: 'paul@example.net' };
  await post(null, '/contact', { ...said, language: 'fr' });
  expect((await mails.next('paul@example.net')).subject).toMatch(/^Nous avons votre message/);
  expect((await post(null, '/contact', { ...said, language: 'xx' })).status).toBe(400);
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);
  const made = await post(admin, '/desk/events/new', {
    title: 'Soirée',
    words: 'Venez.',
    place: 'Ici',
    startsAt: day(9),
    endsAt: day(10),
    capacity: '3',
  });
  const desk = made.headers.get('location') ?? '';
  await post(admin, desk, { do: 'announce' });
  const event = desk.replace('/desk', '');
  expect(await page(event)).toContain('Français');
  await post(null, event, { email: 'paul@example.net', language: 'fr' });
  const asked = await mails.next('paul@example.net');
  expect(asked.subject).toBe('Confirmez votre inscription');
  expect(asked.text).toMatch(/« Soirée », \d{1,2} [a-zéû]+ \d{4} à \d\d:\d\d \(UTC\), Ici/);
  const [link = ''] = /http\S+\/events\/registrations\/[\w-]{43}/.exec(asked.text ?? '') ?? [];
  await post(null, new URL(link).pathname, { do: 'confirm' });
  expect((await mails.next('paul@example.net')).subject).toBe('Vous êtes inscrit');
  await post(null, event, { email: 'anne@example.net' });
  expect((await mails.next('anne@example.net')).subject).toBe('Confirm your registration');
  expect((await post(null, event, { email: 'anne@example.net', language: 'xx' })).status).toBe(400);
  await post(admin, desk, { do: 'cancel' });
  expect((await mails.next('paul@example.net')).subject).toBe('C’est annulé');
}

test('with English alone nobody is asked for a language', async () => {
  const control = await startTestControl(postgres, {}, openSite);
  try {
    for (const path of ['/privacy/requests?for=restrict', '/contact'])
      expect(await requestsOf(control).page(path)).not.toContain('name="language"');
  } finally {
    await control.end();
  }
});
