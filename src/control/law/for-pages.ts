/** The law of a place as a page shows it: everything with where it stands and how we know. */
import { type Day, dayInput, holds, under } from './in-force.ts';
import { NAMED_PLACES, type Place, placeInput, placeName } from './places.ts';
import type { LawTable } from './read-law.ts';
import { RIGHTS, type Right } from './rights.ts';
import type { DeadlineKind, DeadlineRow, Known, Unit } from './rows.ts';
import {
  type AppealRule,
  agentRule,
  appealOf,
  type Basis,
  basisOf,
  type Fact,
  type FreeRule,
  freeOf,
  type PauseRule,
  pausesOf,
  type Regulator,
  refusalGrounds,
  regulatorOf,
  rightRowOf,
  verificationOf,
} from './rules.ts';
import { honouredTerm, termOf } from './terms.ts';
import { RIGHT_NAMES } from './words.ts';

export interface ShownRight {
  readonly right: Right;
  readonly name: string;
  readonly basis: Basis;
  /** What the law says where it does not give it; null: nothing. */
  readonly denied: Fact | null;
}

export interface ShownTime {
  readonly kind: DeadlineKind;
  readonly count: number;
  readonly unit: Unit;
  /** Null: the law sets none, and we keep to this. */
  readonly law: Fact | null;
}

export interface ShownGround {
  readonly id: string;
  readonly says: string;
  readonly wouldChange: string;
  readonly law: Fact | null;
}

export interface ShownLaw {
  readonly place: Place;
  readonly name: string;
  readonly on: Day;
  readonly laws: readonly (Fact & { readonly name: string; readonly short: string })[];
  readonly rights: readonly ShownRight[];
  readonly times: readonly ShownTime[];
  readonly pauses: readonly PauseRule[];
  readonly grounds: readonly ShownGround[];
  readonly appeal: AppealRule;
  readonly regulator: Regulator | null;
  readonly agent: {
    readonly rights: readonly string[];
    readonly proof: string | null;
    readonly law: Fact | null;
  };
  readonly free: FreeRule;
  /** What is asked so that it is you, said once for those that it is the same for. */
  readonly proofs: readonly {
    readonly names: readonly string[];
    readonly says: string;
    readonly law: Fact | null;
  }[];
  /** Facts of this place that hold on this day, by how we know them. */
  readonly known: Readonly<Record<Known, number>>;
}

export type LawPages = ReturnType<typeof forLawPages>;

/** `now`: milliseconds. */
export const forLawPages = (table: LawTable, now: () => number) => ({
  today: (): Day => new Date(now()).toISOString().slice(0, 'yyyy-mm-dd'.length),
  /** As an address names it, in small letters too; null: there is none. */
  placeOf: (text: string): Place | null => placeInput.safeParse(text.toUpperCase()).data ?? null,
  /** Null: it is no day. */
  dayOf: (text: string): Day | null => dayInput.safeParse(text).data ?? null,
  /** Every place to choose from; those with a law of their own in our tables first. */
  places: () => placesToChoose(table),
  show: (place: Place, on: Day): ShownLaw => showLaw(table, place, on),
});

function placesToChoose({ jurisdictions }: LawTable) {
  const members = new Set(
    [...jurisdictions.values()].flatMap((one) => one.members.map(({ place }) => place)),
  );
  return {
    withLaw: NAMED_PLACES.filter(({ place }) => jurisdictions.has(place)),
    members: NAMED_PLACES.filter(({ place }) => members.has(place)),
    states: NAMED_PLACES.filter(({ place }) => place.startsWith('US-') && !jurisdictions.has(place)),
    countries: NAMED_PLACES.filter(
      ({ place }) => place.length === 2 && !jurisdictions.has(place) && !members.has(place),
    ),
  };
}

const SHOWN_TIMES = [
  'acknowledge',
  'respond',
  'extend',
  'opt_out',
  'withdraw',
  'appeal',
  'extend_appeal',
] as const satisfies readonly DeadlineKind[];

const factOf = ({ citation, known, source }: Fact): Fact => ({ citation, known, source });

function showLaw(table: LawTable, place: Place, on: Day): ShownLaw {
  const found = under(table, place, on);
  const agent = agentRule(table, place, 'access', on);
  const agentRow = found?.jurisdiction.agents.find((row) => holds(row, on));
  return {
    place,
    name: placeName(place),
    on,
    laws: (found?.jurisdiction.laws ?? [])
      .filter((law) => holds(law, on))
      .map((law) => ({ ...factOf(law), name: law.name, short: law.short })),
    rights: RIGHTS.flatMap((right) => shownRight(table, place, right, on)),
    times: SHOWN_TIMES.flatMap((kind) => shownTime(table, place, kind, on)),
    pauses: pausesOf(table, place, on),
    grounds: shownGrounds(table, place, on),
    appeal: appealOf(table, place, on),
    regulator: regulatorOf(table, place, on),
    agent: {
      rights: (agentRow?.rights ?? []).map((right) => RIGHT_NAMES[right]),
      proof: agent.proof,
      law: agent.law,
    },
    free: freeOf(table, place, on),
    proofs: shownProofs(table, place, on),
    known: countKnown(found?.jurisdiction, on),
  };
}

function shownRight(table: LawTable, place: Place, right: Right, on: Day): ShownRight[] {
  const basis = basisOf(table, place, right, on);
  if (basis === null) return [];
  const row = rightRowOf(table, place, right, on);
  const denied = row?.available === false ? factOf(row) : null;
  return [{ right, name: RIGHT_NAMES[right], basis, denied }];
}

/** What comes on top is said only beside the time that it comes on top of, by the same authority. */
function shownTime(table: LawTable, place: Place, kind: DeadlineKind, on: Day): ShownTime[] {
  const base = kind === 'extend' ? 'respond' : kind === 'extend_appeal' ? 'appeal' : kind;
  const isLaw = termOf(table, place, base, on) !== null;
  const row: DeadlineRow | null = isLaw ? termOf(table, place, kind, on) : honouredTerm(table, kind, on);
  if (row === null) return [];
  return [{ kind, count: row.count, unit: row.unit, law: isLaw ? factOf(row) : null }];
}

/** Each once, whatever it may be said to. */
function shownGrounds(table: LawTable, place: Place, on: Day): ShownGround[] {
  const all = RIGHTS.flatMap((right) => refusalGrounds(table, place, right, on));
  const byId = new Map<string, ShownGround>();
  for (const { id, says, would_change: wouldChange, law } of all) {
    const earlier = byId.get(id);
    if (earlier === undefined || (earlier.law === null && law !== null))
      byId.set(id, { id, says, wouldChange, law });
  }
  return [...byId.values()];
}

function shownProofs(table: LawTable, place: Place, on: Day): ShownLaw['proofs'] {
  const bySentence = new Map<string, { names: string[]; says: string; law: Fact | null }>();
  for (const right of RIGHTS) {
    const { says, law } = verificationOf(table, place, right, on);
    const same = bySentence.get(says) ?? { names: [], says, law };
    same.names.push(RIGHT_NAMES[right]);
    bySentence.set(says, same);
  }
  return [...bySentence.values()];
}

function countKnown(
  jurisdiction: NonNullable<ReturnType<typeof under>>['jurisdiction'] | undefined,
  on: Day,
): Record<Known, number> {
  const known = { text_seen: 0, secondary: 0, unverified: 0 };
  if (jurisdiction === undefined) return known;
  const { laws, rights, deadlines, counting, pauses, appeals, refusals, ...rest } = jurisdiction;
  const { regulators, agents, verification, free, records } = rest;
  const groups = [laws, rights, deadlines, counting, pauses, appeals, refusals];
  for (const rows of [...groups, regulators, agents, verification, free, records])
    for (const row of rows) if (holds(row, on)) known[row.known]++;
  return known;
}
