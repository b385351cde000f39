/**
 * Letters about requests read at a US grade of 9 at most, by the formula of Flesch and Kincaid (US Navy, 1975):
 * 0.39 × words a sentence + 11.8 × syllables a word − 15.59. Each is written with real values. Not counted: names of laws
 * and authorities with where they stand, addresses, days and times, and names of people, which nobody can write more
 * plainly.
 */
import { syllable } from 'syllable';
import { expect, test } from 'vitest';
import { readLaw } from '../../src/control/law/index.ts';
import { CATALOGUE_LETTERS, type CatalogueLetter } from '../../src/control/notices/catalogue-shape.ts';
import { letterIn, readCatalogues, say } from '../../src/control/notices/index.ts';
import { writeLetter } from '../../src/control/notices/letter.ts';
import { ASKED_RIGHTS, type AskedRight } from '../../src/control/requests/index.ts';
import { basisInWords, groundsOf, lawOf } from '../../src/control/requests/law-of-request.ts';

const GRADE_MAX = 9;
const SITE = 'https://kept.example.org';
const PAGE = `${SITE}/privacy/requests/${'x'.repeat(43)}`;
const receivedAt = new Date('2027-02-01T10:15:00Z');
const PLACES = ['US-CA', 'US-VA', 'US-IA', 'FR', 'JP', 'unsaid'];

const law = readLaw();
const english = readCatalogues().of();
const { words } = english;

/** What is not counted: a noun of one syllable in its place keeps the sentence whole. */
const NOT_COUNTED = [
  /https?:\/\/\S+/g,
  /\S+@\S+/g,
  /\d{1,2} [A-Z][a-z]+ \d{4}(?: at \d\d:\d\d)?(?: \(UTC\))?/g,
  /\([A-Z]+-\d\)|[A-Z]+-\d/g,
  /Ada Example|Example Agents/g,
];

interface Sample {
  readonly name: string;
  readonly text: string;
  /** As it is sent. */
  readonly whole: string;
  readonly names: readonly string[];
}

function gradeOf({ text, names }: Pick<Sample, 'text' | 'names'>): number {
  const plain = [...names.filter((name) => name !== ''), ...NOT_COUNTED].reduce<string>(
    (rest, each) => rest.replaceAll(each, 'it'),
    text,
  );
  const sentences = plain.split(/[.!?](?:\s|$)/).filter((one) => /\p{L}/u.test(one));
  const counted = plain.match(/[\p{L}\p{N}’'-]+/gu) ?? [];
  const syllables = counted.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0);
  return 0.39 * (counted.length / sentences.length) + 11.8 * (syllables / counted.length) - 15.59;
}

/** Subject, greeting and links are no sentences: they would make the letter read more easily than it does. */
function sample(
  name: CatalogueLetter,
  title: string,
  values: Record<string, string>,
  names: string[] = [],
): Sample {
  const letter = letterIn(english, name, { name: 'Ada Example', url: PAGE, ...values } as never);
  const [, ...paragraphs] = letter.paragraphs;
  const text = [...paragraphs, ...(letter.afterwards ?? [])].join('\n\n');
  return { name: title, text, names, whole: writeLetter(letter, SITE).text };
}

function* ofRight(right: AskedRight, place: string): Generator<Sample> {
  const facts = lawOf(law, { right, place, receivedAt });
  const asked = words.asked[right];
  const basis = basisInWords(words, facts.basis);
  const regulator = facts.regulator ?? words.regulator.unknown;
  const names = [facts.basis.by === 'law' ? facts.basis.citation : '', regulator];
  const due = '17 March 2027';
  const until = '15 February 2027 at 10:15';
  const of = (name: CatalogueLetter, more: Record<string, string>, kind = '') =>
    sample(name, `${name} ${right} ${place} ${kind}`.trim(), { asked, due, regulator, ...more }, names);
  yield of('request_received', { basis });
  yield of('request_proof', { until });
  yield of('request_proof_agent', { until, agent: 'Example Agents' });
  yield of('request_proof_agent', { until, agent: words.agent.unnamed }, 'unnamed');
  for (const shown of Object.values(words.shown))
    for (const next of Object.values(words.next))
      yield of('request_shown', { shown, next: say(next, { day: until }) });
  for (const reason of Object.values(words.extension)) yield of('request_extended', { reason });
  yield of('request_delivered', { done: words.done[right] });
  yield of('request_waits_outside', { done: words.done[right], systems: 'Sales, Paper' });
  yield of('request_done_outside', {});
  yield of('request_carried_out', {});
  yield of('appeal_received', {});
  for (const outcome of Object.values(words.outcome)) yield of('appeal_decided', { outcome });
  for (const why of Object.values(words.closed)) yield of('request_closed', { why });
  for (const { name: ground, rule, change, code } of groundsOf(law, { right, place, receivedAt }))
    for (const name of ['request_refused', 'request_part'] as const)
      yield sample(
        name,
        `${name} ${right} ${place} ${code}`,
        { asked, ground, rule, change, regulator, until: '2 May 2027' },
        [...names, rule],
      );
  yield of('mail_stopped', {});
  yield of('mail_unknown', {});
  yield of('mail_with_request', {});
  yield of('mail_withdraw', {});
  // What somebody here answers is theirs to word.
  yield of('mail_reply', { words: 'We look at it.' });
}

const EVENT_LETTERS = [
  'event_confirm',
  'event_registered',
  'event_waiting',
  'event_place',
  'event_reminder',
  'event_cancelled',
] as const;

const samples = [
  ...PLACES.flatMap((place) => ASKED_RIGHTS.flatMap((right) => [...ofRight(right, place)])),
  sample('child_account_deleted', 'child_account_deleted', { email: 'privacy@example.org' }),
  sample('requests_due', 'requests_due', { soon: '3', overdue: '1' }),
  sample('promises_broken', 'promises_broken', { clauses: 'RETAIN-1, COLLECT-7' }),
  sample('outside_tasks_due', 'outside_tasks_due', { open: '3', overdue: '1' }),
  sample('mail_to_read', 'mail_to_read', { waiting: '12' }),
  sample('plan_renews', 'plan_renews', {
    plan: 'Small',
    account: 'Sales',
    on: '17 March 2027 at 10:15',
    amount: '20.00 USD',
  }),
  sample('plan_ends', 'plan_ends', { plan: 'Small', account: 'Sales', on: '17 March 2027 at 10:15' }),
  sample('card_ends', 'card_ends', {
    account: 'Sales',
    on: '31 March 2027',
    what: 'automatic recharge and the plan “Small”',
  }),
  sample('key_ends', 'key_ends', { key: 'Laptop', account: 'Sales', on: '17 March 2027 at 10:15' }),
  sample('price_changes', 'price_changes', {
    on: '17 March 2027 at 10:15',
    what: 'small: 0.2 USD for a million tokens in and 0.3 USD out (so far 0.1 and 0.1).',
  }),
  sample('policy_changes', 'policy_changes', {
    on: '17 March 2027 at 10:15',
    what: 'We keep usage records for 60 days and no longer.',
  }),
  sample('terms_change', 'terms_change', { on: '17 March 2027 at 10:15', what: 'Keys may be shared.' }),
  sample('policy_change_withdrawn', 'policy_change_withdrawn', {}),
  sample('terms_change_withdrawn', 'terms_change_withdrawn', {}),
  sample('dpa_change', 'dpa_change', { on: '17 March 2027 at 10:15', what: 'We tell you sooner.' }),
  sample('dpa_change_withdrawn', 'dpa_change_withdrawn', {}),
  sample('recipient_comes', 'recipient_comes', {
    on: '17 March 2027 at 10:15',
    what: 'The engine rented in the region us computes answers. Nothing goes there before that day.',
  }),
  sample('newsletter_confirm', 'newsletter_confirm', { hours: '48' }),
  sample('comment_shown', 'comment_shown', {}),
  sample('comment_refused', 'comment_refused', { why: 'it holds data about somebody' }),
  sample('message_received', 'message_received', { reference: 'it', how: words.how.mail }),
  sample('message_received', 'message_received by page', {
    reference: 'it',
    how: say(words.how.page, { url: `${SITE}/contact` }),
  }),
  // What somebody here answers is theirs to word.
  sample('message_answer', 'message_answer', {
    about: '',
    words: 'We look at it.',
    reference: 'it',
    how: words.how.mail,
  }),
  sample('messages_waiting', 'messages_waiting', { waiting: '2' }),
  ...EVENT_LETTERS.map((name) =>
    sample(name, name, { event: 'Open evening', at: '17 March 2027 at 10:15', place: 'Main Street 1' }),
  ),
  sample('demand_overdue', 'demand_overdue', { due: '17 March 2027' }),
  sample('import_told', 'import_told', {
    partner: 'Example Fairs',
    on: '2026-11-20',
    ground: 'you told them that they may',
  }),
  sample('mail_asked_back', 'mail_asked_back', { url: `${SITE}/privacy/requests` }),
];

test('the formula counts as it is published', () => {
  const grade = (text: string) => gradeOf({ text, names: [] });
  expect(grade('The cat sat on the mat.')).toBeCloseTo(0.39 * 6 + 11.8 - 15.59, 5);
  expect(
    grade('Notwithstanding considerable administrative complexity, organisations necessarily deliberate.'),
  ).toBeGreaterThan(20);
});

test('every letter is there, for every right and place', () => {
  const named = new Set(samples.map(({ name }) => name.split(' ')[0]));
  expect([...named].sort()).toEqual(Object.keys(CATALOGUE_LETTERS).sort());
});

test(`every letter reads at grade ${GRADE_MAX} at most`, () => {
  const hard = samples
    .map((one) => ({ ...one, grade: gradeOf(one) }))
    .filter(({ grade }) => grade > GRADE_MAX)
    .sort((a, b) => b.grade - a.grade);
  expect(hard.map(({ name, grade }) => `${name}: ${grade.toFixed(1)}`)).toEqual([]);
});

test('every letter about a request names its page, and nothing of what is held or was written', () => {
  for (const { name, whole } of samples) {
    if (/^(?:request|appeal)_/.test(name)) expect(whole, name).toContain(PAGE);
    expect(whole, name).not.toMatch(/[{}]|undefined/);
    expect(whole.replaceAll('privacy@example.org', ''), name).not.toContain('@');
  }
});
