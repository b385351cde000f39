/** Which mail is which request, by the rules in `policy/requests/mail.json`; whatever is not sure is left to a person. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MailRulesDamaged, readMailRules } from '../../src/control/mail-door/rules.ts';
import { ownWords, understand } from '../../src/control/mail-door/understand.ts';

const rules = readMailRules();
const PLACES = [
  { place: 'US-CA', name: 'California' },
  { place: 'US-VA', name: 'Virginia' },
  { place: 'FR', name: 'France' },
  { place: 'DE', name: 'Germany' },
];
const rightOf = (text: string, subject = '') => understand(rules, PLACES, { subject, text }).right;
const placeOf = (text: string) => understand(rules, PLACES, { subject: '', text }).place;

describe('one right', () => {
  test.each([
    ['Please delete my account.', 'delete'],
    ['I want you to erase all of the personal data you have on me', 'delete'],
    ['Under Article 17 GDPR I ask you to act.', 'delete'],
    ['Bonjour, veuillez supprimer mon compte. Merci', 'delete'],
    ['Je souhaite exercer mon droit à l’oubli', 'delete'],
    ['Bitte löschen Sie mein Konto und alles dazu', 'delete'],
    ['Hiermit verlange ich die Löschung meiner Daten', 'delete'],
    ['Quiero que eliminen… eliminar mi cuenta por favor', 'delete'],
    ['Please send me a copy of my data', 'access'],
    ['What personal information do you hold about me?', 'access'],
    ['This is a subject access request', 'access'],
    ['J’aimerais avoir accès à mes données', 'access'],
    ['Ich bitte um Auskunft über meine gespeicherten Daten', 'access'],
    ['I would like my data in a machine-readable format', 'portability'],
    ['Data portability: send a copy of my data for another provider', 'portability'],
    ['Please correct my name, it is misspelled', 'correct'],
    ['Bitte meinen Namen berichtigen', 'correct'],
    ['I ask you to restrict the processing of my data', 'restrict'],
    ['I object to the processing of my data for research', 'object'],
    ['I withdraw my consent', 'withdraw_consent'],
    ['Ich widerrufe hiermit meine Einwilligung', 'withdraw_consent'],
    ['Do not sell my personal information', 'opt_out_sale'],
    ['I opt out of targeted advertising', 'opt_out_targeted_advertising'],
    ['I opt out of profiling', 'opt_out_profiling'],
    ['Limit the use of my sensitive personal information', 'limit_sensitive'],
  ])('%s', (text, right) => {
    expect(rightOf(text)).toBe(right);
  });

  test('the subject counts as much as the text, and is a sentence of its own', () => {
    expect(rightOf('See the subject.', 'Delete my account')).toBe('delete');
    expect(rightOf('account number 5', 'please delete')).toBeNull();
  });
});

describe('left to a person', () => {
  test.each([
    [''],
    ['Hello, I have a question about your prices.'],
    ['Send me a copy of my data and then delete my account.'],
    ['Please do not delete my account!'],
    ['How long do you keep my data before you delete my account data?'],
    ['Never erase my data, I still need the account'],
    ['Where is my invoice?'],
    ['delete '.repeat(20)],
    ['데이터를 삭제해 주세요'],
  ])('%s', (text) => {
    expect(rightOf(text)).toBeNull();
  });

  test('what is quoted from an earlier mail asks for nothing', () => {
    const quoted = 'Thank you!\n\nOn Mon, 5 Jan 2026 at 10:00, Kept wrote:\n> please delete my account\n';
    expect(ownWords(quoted)).toBe('Thank you!');
    expect(rightOf(quoted)).toBeNull();
    expect(rightOf('Merci\n\nLe lundi 5 janvier, Kept a écrit :\nsupprimer mon compte')).toBeNull();
    expect(rightOf('fine\n-----Original Message-----\nplease delete my account')).toBeNull();
  });

  test('what stands beyond the beginning asks for nothing', () => {
    expect(rightOf(`${'a '.repeat(3000)} delete my account`)).toBeNull();
  });
});

test('where somebody lives is what they say, and nothing where they say two', () => {
  expect(placeOf('I am a resident of California.')).toBe('US-CA');
  expect(placeOf('I live in the state of Virginia')).toBe('US-VA');
  expect(placeOf('As a California consumer I ask')).toBe('US-CA');
  expect(placeOf('Ich wohne in Germany')).toBe('DE');
  expect(placeOf('I live in California and reside in France')).toBeNull();
  expect(placeOf('My friend from California')).toBeNull();
});

test.each([
  ['Bonjour, je vous demande une copie de mes données', 'fr'],
  ['Guten Tag, bitte löschen Sie meine Daten', 'de'],
  ['Hola, quiero una copia de mis datos, gracias', 'es'],
  ['Buongiorno, vorrei una copia dei miei dati', 'it'],
  ['Beste mensen, graag inzage in mijn gegevens', 'nl'],
  ['Please send me a copy of my data', 'en'],
  ['Zdravím, chtěl bych kopii', null],
  ['', null],
])('language: %s', (text, language) => {
  expect(understand(rules, PLACES, { subject: '', text }).language).toBe(language);
});

test('a mail made to be slow is read at once', () => {
  const hostile = `${'copy of '.repeat(400)}${'on '.repeat(1000)} wrote`;
  const begun = performance.now();
  for (let n = 0; n < 50; n++) rightOf(hostile, hostile);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test.each([
  [{ rights: {} }, 'expected'],
  [
    {
      about: '',
      rights: { fly: ['a'] },
      stands_for: {},
      not: ['a'],
      lives_in: ['a'],
      about_data: ['a'],
      withdraws: ['a'],
      languages: {},
    },
    'fly',
  ],
  [
    {
      about: '',
      rights: { delete: ['… a'] },
      stands_for: {},
      not: ['a'],
      lives_in: ['a'],
      about_data: ['a'],
      withdraws: ['a'],
      languages: {},
    },
    'begins and ends',
  ],
  [
    {
      about: '',
      rights: { delete: ['(a+)+'] },
      stands_for: {},
      not: ['a'],
      lives_in: ['a'],
      about_data: ['a'],
      withdraws: ['a'],
      languages: {},
    },
    'letters and digits',
  ],
])('rules that cannot be are named: %#', (content, message) => {
  const file = join(mkdtempSync(join(tmpdir(), 'kept-rules-')), 'mail.json');
  writeFileSync(file, JSON.stringify(content));
  expect(() => readMailRules(file)).toThrow(MailRulesDamaged);
  expect(() => readMailRules(file)).toThrow(message);
});
