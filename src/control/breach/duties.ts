/** Who has to be told of a breach, and until when: the law's rows against what is known of it. Pure. */
import {
  holdsOn,
  jurisdictionOf,
  type Known,
  type LawTable,
  type Place,
  placeName,
  UNSAID,
} from '../law/index.ts';
import type { Facts } from './content.ts';
import type { BreachLaw, DutyRow } from './law.ts';
import { RISKS, type Risk, type Whom, wordsOf } from './words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Somebody whose place nobody knows counts here: it has the shortest time. */
const UNSAID_COUNTS_IN = 'EU';
const HIPAA_PLACE = 'US';

export interface Duty {
  /** Names it, whatever its numbers are: `US-CA people`. */
  readonly key: string;
  readonly place: Place;
  readonly whom: Whom;
  readonly who: string;
  /** How many people of the place. */
  readonly people: number;
  readonly dueAt: Date;
  /** The law says no number, and this is ours. */
  readonly isOurs: boolean;
  readonly says: string;
  readonly citation: string;
  readonly known: Known;
  readonly source: string | null;
}

export interface Asked {
  readonly law: LawTable;
  readonly table: BreachLaw;
  readonly hipaa: boolean;
  /** When the people of a place were first told; left out: they were not. */
  readonly peopleTold: ReadonlyMap<Place, Date>;
}

/** By place and whom; where several rows of one hold, the first. */
export function dutiesOf(facts: Facts, asked: Asked): Duty[] {
  const on = facts.aware.slice(0, 10);
  const counts = countsOf(facts, asked.law, on);
  const duties = new Map<string, Duty>();
  for (const row of asked.table.duties) {
    if (
      !holdsOn(row, on) ||
      (row.only_under === 'hipaa' && !asked.hipaa) ||
      !isAbout(row, facts, asked.table)
    )
      continue;
    for (const [place, people] of countedFor(row, counts)) {
      const duty = dutyOf(row, { place, people }, facts, asked);
      if (!duties.has(duty.key)) duties.set(duty.key, duty);
    }
  }
  return [...duties.values()].sort((one, other) => one.dueAt.getTime() - other.dueAt.getTime());
}

/** Places with people that no row is about: whoever answers for it looks themselves. */
export function placesWithoutLaw(facts: Facts, { law, table }: Pick<Asked, 'law' | 'table'>): Place[] {
  const on = facts.aware.slice(0, 10);
  const known = new Set(table.duties.filter((row) => holdsOn(row, on)).map(({ place }) => place));
  return [...countsOf(facts, law, on).keys()].filter((place) => !known.has(place));
}

/** A member counts with the Union. */
function countsOf({ places }: Facts, law: LawTable, on: string): Map<Place, number> {
  const counts = new Map<Place, number>();
  for (const { place, count } of places) {
    const counted = place === UNSAID ? UNSAID_COUNTS_IN : (jurisdictionOf(law, place, on) ?? place);
    counts.set(counted, (counts.get(counted) ?? 0) + count);
  }
  return counts;
}

function countedFor(row: DutyRow, counts: ReadonlyMap<Place, number>): [Place, number][] {
  const isEnough = (people: number) => people >= row.people.from && people <= (row.people.to ?? people);
  if (row.each_state)
    return [...counts].filter(([place, people]) => place.startsWith('US-') && isEnough(people));
  const people = row.place === HIPAA_PLACE ? sum([...counts.values()]) : (counts.get(row.place) ?? 0);
  return people > 0 && isEnough(people) ? [[row.place, people]] : [];
}

const sum = (counts: readonly number[]): number => counts.reduce((whole, one) => whole + one, 0);

const RANKS = wordsOf(RISKS).filter((risk) => risk !== 'unknown');
const rankOf = (risk: Risk): number => (risk === 'unknown' ? RANKS.length : RANKS.indexOf(risk));

function isAbout(row: DutyRow, { classes, readable, risk }: Facts, { sensitive }: BreachLaw): boolean {
  if (row.unless_unreadable && readable === 'sealed') return false;
  if (rankOf(risk) < rankOf(row.risk)) return false;
  // Kinds that nobody has said yet may be any.
  return row.data === 'any' || classes.length === 0 || classes.some((each) => sensitive.includes(each));
}

interface Counted {
  readonly place: Place;
  readonly people: number;
}

function dutyOf(row: DutyRow, { place, people }: Counted, facts: Facts, asked: Asked): Duty {
  const { whom, says, citation, known, source = null } = row;
  return {
    key: [place, whom, ...(row.only_under === undefined ? [] : [row.only_under])].join(' '),
    place,
    whom,
    who: row.each_state ? `${row.who}: ${placeName(place)}` : row.who,
    people,
    dueAt: new Date(startOf(row, place, facts, asked) + lengthOf(row, asked.table)),
    isOurs: row.term === null,
    says,
    citation,
    known,
    source,
  };
}

function lengthOf({ term }: DutyRow, { honoured }: BreachLaw): number {
  const { count, unit } = term ?? honoured;
  return count * (unit === 'hours' ? HOUR_MS : DAY_MS);
}

/** Where the people of a place were not told yet, from when they have to be at the latest. */
function startOf(row: DutyRow, place: Place, facts: Facts, asked: Asked): number {
  const aware = Date.parse(facts.aware);
  if (row.starts === 'year_end') return Date.UTC(new Date(aware).getUTCFullYear() + 1, 0, 1);
  if (row.starts === 'aware') return aware;
  const told = asked.peopleTold.get(place);
  if (told !== undefined) return told.getTime();
  const theirs = asked.table.duties.find(
    (other) => other.place === place && other.whom === 'people' && holdsOn(other, facts.aware.slice(0, 10)),
  );
  return aware + (theirs === undefined ? 0 : lengthOf(theirs, asked.table));
}
