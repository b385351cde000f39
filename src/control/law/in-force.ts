/** Which rows hold for a place on a day. */
import { z } from 'zod';
import type { Place } from './places.ts';
import type { LawTable } from './read-law.ts';
import type { Jurisdiction } from './rows.ts';

/** A day of the calendar, like `2026-11-23`. */
export const dayInput = z.iso.date('must be a day like 2026-11-23');
export type Day = z.output<typeof dayInput>;

interface Valid {
  readonly from: Day;
  readonly to: Day | null;
}

export const holds = ({ from, to }: Valid, on: Day): boolean => from <= on && (to === null || on <= to);

/** The first that holds; tables have one at most of what is asked for so. */
export const inForce = <Row extends Valid>(rows: readonly Row[], on: Day): Row | null =>
  rows.find((row) => holds(row, on)) ?? null;

type Member = Jurisdiction['members'][number];

/** The jurisdiction that a place is under, while a law of it is in force. */
export interface Under {
  readonly jurisdiction: Jurisdiction;
  /** Of the place itself, where it is a member. */
  readonly zones: readonly string[];
  readonly member: Member | null;
}

const hasLaw = ({ laws }: Jurisdiction, on: Day): boolean => laws.some((law) => holds(law, on));

/** Null: our tables hold no law for it on that day. */
export function under({ jurisdictions }: LawTable, place: Place, on: Day): Under | null {
  const own = jurisdictions.get(place);
  if (own !== undefined)
    return hasLaw(own, on) ? { jurisdiction: own, zones: own.zones, member: null } : null;
  for (const jurisdiction of jurisdictions.values()) {
    const member = jurisdiction.members.find((one) => one.place === place && holds(one, on));
    if (member !== undefined && hasLaw(jurisdiction, on))
      return { jurisdiction, zones: member.zones, member };
  }
  return null;
}

/** Every jurisdiction with a law in force: of them the most generous combination is made. */
export const allInForce = ({ jurisdictions }: LawTable, on: Day): readonly Jurisdiction[] =>
  [...jurisdictions.values()].filter((one) => hasLaw(one, on));

/** Whose law a place is under on a day, as our tables have it: a member is under the Union's; null: nobody's. */
export const jurisdictionOf = (table: LawTable, place: Place, on: Day): Place | null =>
  under(table, place, on)?.jurisdiction.place ?? null;
