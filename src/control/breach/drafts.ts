/**
 * Both notices as they follow from what is known: to an authority (GDPR Art. 33(3)) and to whoever is affected (Art. 34(2), in
 * clear and plain language). Whoever answers for it writes them over. Pure.
 */
import { placeName, UNSAID } from '../law/index.ts';
import type { Company } from '../settings.ts';
import type { Facts } from './content.ts';
import { CLASSES, GROUPS, NATURES, type Notice, READABLE, RISKS } from './words.ts';

const OPEN = 'Not known yet; we tell you as soon as we know.';

const orOpen = (words: string): string => (words === '' ? OPEN : words);
const list = (words: readonly string[]): string => (words.length === 0 ? OPEN : words.join('; '));
const when = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} (UTC)`;

export function draftOf(notice: Notice, facts: Facts, company: Company): string {
  return (notice === 'authority' ? authority : people)(facts, company);
}

const contactOf = ({ contact }: Facts, { name, policyEmail, dpo }: Company): string =>
  contact !== ''
    ? contact
    : `${dpo === null ? name : `${name}, data protection officer: ${dpo}`}, ${policyEmail}`;

const peopleOf = ({ places }: Facts): string => {
  const whole = places.reduce((sum, { count }) => sum + count, 0);
  const each = places.map(
    ({ place, count }) => `${place === UNSAID ? 'place unknown' : placeName(place)}: ${count}`,
  );
  return whole === 0 ? OPEN : `about ${whole} (${each.join('; ')})`;
};

const section = (title: string, ...lines: readonly string[]): string => [title, ...lines].join('\n');

const authority = (facts: Facts, company: Company): string =>
  [
    section(
      `Notice of a breach of personal data, by ${company.name}, ${company.postalAddress}`,
      `We became aware of it on ${when(facts.aware)}. What is not known yet follows in phases.`,
    ),
    section(
      '1. What happened',
      facts.happened,
      `What it did to data: ${list(facts.natures.map((each) => NATURES[each]))}.`,
      `Whose data: ${list(facts.groups.map((each) => GROUPS[each]))}.`,
      `How many people: ${peopleOf(facts)}`,
      `Kinds of data: ${list(facts.classes.map((each) => CLASSES[each]))}.`,
      `How many records: ${facts.records === 0 ? OPEN : `about ${facts.records}`}`,
      `${READABLE[facts.readable]}.`,
    ),
    section('2. Where more can be asked', contactOf(facts, company)),
    section(
      '3. Likely consequences',
      orOpen(facts.consequences),
      `${RISKS[facts.risk]}. ${facts.riskWhy}`.trim(),
    ),
    section('4. What we have done, and will do', orOpen(facts.measures)),
  ].join('\n\n');

const people = (facts: Facts, company: Company): string =>
  [
    `Something happened to data about you that we hold. We became aware of it on ${when(facts.aware)}.`,
    section('What happened:', facts.happened),
    section(
      'Which data:',
      `${list(facts.classes.map((each) => CLASSES[each]))}. ${READABLE[facts.readable]}.`,
    ),
    section('What may come of it:', orOpen(facts.consequences)),
    section('What we have done, and will do:', orOpen(facts.measures)),
    section('What you can do:', orOpen(facts.advice)),
    section('Where you can ask:', contactOf(facts, company)),
  ].join('\n\n');
