/** What is known of a breach, as a form says it. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { peopleOf } from '../accounts/index.ts';
import { MEMBER_ROLES } from '../accounts/schema.ts';
import { findNamed } from '../disclosure/index.ts';
import { checkInput } from '../input.ts';
import { isPlace, UNSAID } from '../law/index.ts';
import { Problem } from '../problem.ts';
import type { Facts } from './content.ts';
import type { BreachParts } from './parts.ts';
import { AFFECTED, CLASSES, GROUPS, NATURES, READABLE, RISKS, wordsOf } from './words.ts';

export type Form = Readonly<Record<string, string>>;

const WORDS_CHARACTERS_MAX = 4000;
const NAMED_MAX = 1000;
const NAME_CHARACTERS_MAX = 320;
const PEOPLE_MAX = 1_000_000_000;

/** As a form's field for day and time has it, in UTC; empty: now. */
export const momentInput = z
  .string()
  .regex(/^(|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)$/, 'must be a time like 2027-01-31T12:00 (UTC)')
  .refine(
    (text) => text === '' || !Number.isNaN(Date.parse(`${text}Z`)),
    'must be a time like 2027-01-31T12:00',
  );

export const timeOf = (text: string, now: number): Date =>
  text === '' ? new Date(now) : new Date(`${text}Z`);

const words = z.string().trim().max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`);

const placeLine = /^(unsaid|EU|(?:US-)?[A-Z]{2})[ :]+(\d{1,9})$/;

const placesInput = z.string().transform((text, context) =>
  linesOf(text).flatMap((line) => {
    const [, place = '', count = ''] = placeLine.exec(line) ?? [];
    const isOne = (place === UNSAID || isPlace(place)) && Number(count) >= 1 && Number(count) <= PEOPLE_MAX;
    if (isOne) return [{ place, count: Number(count) }];
    context.addIssue({ code: 'custom', message: 'each line is a place and a number, like US-CA 120' });
    return [];
  }),
);

const factsInput = z.strictObject({
  aware: momentInput,
  happened: words.min(1, 'say what happened'),
  natures: z.array(z.enum(wordsOf(NATURES))).min(1, 'choose at least one'),
  groups: z.array(z.enum(wordsOf(GROUPS))),
  places: placesInput,
  records: z.string().regex(/^\d{0,12}$/, 'must be a number'),
  classes: z.array(z.string()),
  readable: z.enum(wordsOf(READABLE), 'choose one'),
  risk: z.enum(wordsOf(RISKS), 'choose one'),
  risk_why: words,
  consequences: words,
  measures: words,
  advice: words,
  contact: words,
  affected: z.enum(wordsOf(AFFECTED), 'choose one'),
  named: z.string().max(NAMED_MAX * NAME_CHARACTERS_MAX),
});
const LABELS = {
  aware: 'When we became aware',
  happened: 'What happened',
  natures: 'What it did to data',
  groups: 'Whose data',
  places: 'How many people, by place',
  records: 'How many records',
  classes: 'Kinds of data',
  readable: 'Whether they can be read',
  risk: 'Risk for people',
  risk_why: 'Why',
  consequences: 'Likely consequences',
  measures: 'What is done about it',
  advice: 'What people can do',
  contact: 'Where more can be asked',
  affected: 'Who is written to',
  named: 'Whom it affects',
};

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

const ticked = (form: Form, list: string, all: readonly string[]): string[] =>
  all.filter((word) => form[`${list}_${word}`] === 'yes');

const TEXTS = [
  'aware',
  'happened',
  'places',
  'records',
  'readable',
  'risk',
  'risk_why',
  'consequences',
  'measures',
  'advice',
  'contact',
  'affected',
  'named',
] as const;

/** Throws `Problem` 400. */
export async function readFacts(parts: BreachParts, form: Form): Promise<Facts> {
  const given = {
    ...Object.fromEntries(TEXTS.map((name) => [name, form[name] ?? ''])),
    natures: ticked(form, 'nature', wordsOf(NATURES)),
    groups: ticked(form, 'group', wordsOf(GROUPS)),
    classes: ticked(form, 'class', Object.keys(CLASSES)),
  };
  const input = checkInput(given, factsInput, LABELS);
  const now = parts.erasing.store.now();
  const aware = timeOf(input.aware, now);
  if (aware.getTime() > now) throw refused(`${LABELS.aware}: must not lie in the future`);
  if (input.risk !== 'unknown' && input.risk_why === '')
    throw refused(`${LABELS.risk_why}: say why the risk is assessed so`);
  const named = readNamed(input.named);
  return {
    aware: aware.toISOString(),
    happened: input.happened,
    natures: input.natures,
    groups: input.groups,
    places: input.places,
    records: Number(input.records),
    classes: input.classes as Facts['classes'],
    readable: input.readable,
    risk: input.risk,
    riskWhy: input.risk_why,
    consequences: input.consequences,
    measures: input.measures,
    advice: input.advice,
    contact: input.contact,
    affected: input.affected,
    named,
    people: await peopleNamed(parts, named),
  };
}

const refused = (why: string): Problem => new Problem(400, 'invalid_input', `${why}.`);

function readNamed(text: string): string[] {
  const named = linesOf(text);
  const isNone = (line: string) =>
    line.length > NAME_CHARACTERS_MAX || (!line.includes('@') && !line.startsWith('acct_'));
  if (named.length > NAMED_MAX || named.some(isNone))
    throw refused(
      `${LABELS.named}: at most ${NAMED_MAX} lines, each an e-mail address or the id of an account like acct_…`,
    );
  return named;
}

/** Of an account everybody who belongs to it. Somebody unknown and somebody erased are the same: nobody. */
async function peopleNamed({ erasing: { services } }: BreachParts, named: readonly string[]): Promise<Id[]> {
  const people = new Set<Id>();
  for (const each of named) {
    const subject = await findNamed(services, each);
    if (subject === null) continue;
    const theirs =
      subject.kind === 'person' ? [subject.id] : await peopleOf(services.db, subject.id, MEMBER_ROLES);
    for (const person of theirs) people.add(person);
  }
  return [...people].sort();
}
