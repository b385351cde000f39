/**
 * Until when something has to be done. A period ends with the last hour of its last day, in the zone of whoever asks; of
 * several zones or rules the earliest end counts, so that no promise is later than a law.
 */
import { workingDayFrom } from './days-off.ts';
import { allInForce, type Day, holds, inForce, type Under, under } from './in-force.ts';
import { lastDay } from './periods.ts';
import type { Place } from './places.ts';
import type { LawTable } from './read-law.ts';
import type { Calendar, DeadlineKind, DeadlineRow, Jurisdiction, PAUSES } from './rows.ts';

/** A row, with the place whose law it is. */
export interface DeadlineRule extends DeadlineRow {
  readonly place: Place;
}

export interface Deadline {
  /** The last millisecond of the last day. */
  readonly at: Date;
  readonly lastDay: Day;
  /** In which that day ends. */
  readonly zone: string;
  /** By the law of the place; null: it sets none, and we honour `rule`, the most generous of those that we know. */
  readonly law: DeadlineRule | null;
  readonly rule: DeadlineRule;
}

export interface Deadlines {
  readonly acknowledgeBy: Deadline | null;
  readonly respondBy: Deadline | null;
  /** The end where it is extended; null: it cannot be. */
  readonly extendedTo: Deadline | null;
  readonly optOutBy: Deadline | null;
  readonly withdrawBy: Deadline | null;
}

/** A time in which a request stood still. Several do not overlap. */
export interface Waited {
  readonly because: (typeof PAUSES)[number];
  readonly from: Date;
  readonly to: Date;
}

export interface Counting {
  /** Of the person, where they said it. */
  readonly zone?: string | undefined;
  /** Counts only where the law of the place stops its clock for that. */
  readonly waited?: readonly Waited[];
}

const DAY_MS = 86_400_000;

/** Of a request that was received at `receivedAt`, by the law of `on`. */
export function deadlinesOf(
  table: LawTable,
  place: Place,
  on: Day,
  receivedAt: Date,
  { zone, waited = [] }: Counting = {},
): Deadlines {
  const asked = { found: under(table, place, on), on, waited };
  const receipts = receiptsIn(zone === undefined ? zonesOf(table, asked) : [zone], receivedAt);
  const end = (base: DeadlineKind, more?: DeadlineKind) =>
    earliestEnd(table, { ...asked, base, more }, receipts);
  return {
    acknowledgeBy: end('acknowledge'),
    respondBy: end('respond'),
    extendedTo: end('respond', 'extend'),
    optOutBy: end('opt_out'),
    withdrawBy: end('withdraw'),
  };
}

/** Of an appeal that was received at `receivedAt`. */
export function appealDeadlinesOf(
  table: LawTable,
  place: Place,
  on: Day,
  receivedAt: Date,
  { zone }: Pick<Counting, 'zone'> = {},
): { readonly appealBy: Deadline | null; readonly extendedTo: Deadline | null } {
  const asked = { found: under(table, place, on), on, waited: [], base: 'appeal' } as const;
  const receipts = receiptsIn(zone === undefined ? zonesOf(table, asked) : [zone], receivedAt);
  return {
    appealBy: earliestEnd(table, { ...asked, more: undefined }, receipts),
    extendedTo: earliestEnd(table, { ...asked, more: 'extend_appeal' }, receipts),
  };
}

interface Asked {
  /** Null: no law of ours is about the place. */
  readonly found: Under | null;
  readonly on: Day;
  readonly waited: readonly Waited[];
  readonly base: DeadlineKind;
  /** What comes on top. */
  readonly more: DeadlineKind | undefined;
}

/** A day on which it was received, with the zones in which it was that day. */
interface Receipt {
  readonly day: Temporal.PlainDate;
  readonly zones: readonly string[];
}

function receiptsIn(zones: readonly string[], receivedAt: Date): Receipt[] {
  const at = Temporal.Instant.fromEpochMilliseconds(receivedAt.getTime());
  const byDay = new Map<Day, string[]>();
  for (const zone of zones) {
    const day = at.toZonedDateTimeISO(zone).toPlainDate().toString();
    byDay.set(day, [...(byDay.get(day) ?? []), zone]);
  }
  return [...byDay].map(([day, all]) => ({ day: Temporal.PlainDate.from(day), zones: all }));
}

/** A period, with the days off that it is counted by. */
interface Step {
  readonly rule: DeadlineRule;
  readonly calendar: Calendar;
  /** Whether an end on a day off moves on to the next working day. */
  readonly movesOn: boolean;
}

/** How to count: a period, or one and what comes on top of it. */
type Way = readonly [Step, ...Step[]];

function earliestEnd(table: LawTable, asked: Asked, receipts: readonly Receipt[]): Deadline | null {
  const { found, base, on } = asked;
  const isLaw = found !== null && rowOf(found.jurisdiction, base, on) !== null;
  const ways = waysOf(table, isLaw ? [found.jurisdiction] : allInForce(table, on), asked);
  const still = isLaw ? stoodStill(found.jurisdiction, asked) : 0;
  const ends = receipts.flatMap((receipt) => endsIn(receipt, ways, still));
  const [first] = ends.toSorted((one, other) => one.at - other.at);
  if (first === undefined) return null;
  const { way, day, zone, at } = first;
  const { rule } = way.at(-1) ?? way[0];
  return { at: new Date(at), lastDay: day.toString(), zone, law: isLaw ? rule : null, rule };
}

interface End {
  readonly way: Way;
  readonly day: Temporal.PlainDate;
  readonly zone: string;
  /** Milliseconds. */
  readonly at: number;
}

/** Of the way that ends first, in each zone. */
function endsIn({ day: received, zones }: Receipt, ways: readonly Way[], still: number): End[] {
  const [first] = ways
    .map((way) => ({ way, day: endOf(received, way, still) }))
    .toSorted((one, other) => Temporal.PlainDate.compare(one.day, other.day));
  return first === undefined ? [] : zones.map((zone) => ({ ...first, zone, at: endOfDay(first.day, zone) }));
}

function endOf(received: Temporal.PlainDate, way: Way, still: number): Temporal.PlainDate {
  const end = way.reduce((from, { rule, calendar }) => lastDay(from, rule, calendar), received);
  const [{ calendar, movesOn }] = way;
  const moved = end.add({ days: still });
  return movesOn ? workingDayFrom(moved, calendar) : moved;
}

/** Where clocks are put forward at midnight, a day begins after it. */
const endOfDay = (day: Temporal.PlainDate, zone: string): number =>
  day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds - 1;

/** Of somewhere that no law of ours is about: wherever one is. */
const zonesOf = (table: LawTable, { found, on }: Pick<Asked, 'found' | 'on'>): readonly string[] =>
  found?.zones ?? [...new Set(allInForce(table, on).flatMap((one) => one.zones))];

const rowOf = (
  { deadlines }: Pick<Jurisdiction, 'deadlines'>,
  what: DeadlineKind,
  on: Day,
): DeadlineRow | null => deadlines.find((row) => row.what === what && holds(row, on)) ?? null;

/**
 * Every way of counting by the laws of `among`. What comes on top does only where every one of them that sets the time
 * allows it; so the earliest of all ways is the most generous combination.
 */
function waysOf(table: LawTable, among: readonly Jurisdiction[], { base, more, on }: Asked): Way[] {
  const setting = among.filter((one) => rowOf(one, base, on) !== null);
  const bases = stepsOf(table, setting, base, on);
  if (more === undefined) return bases.map((step) => [step]);
  if (setting.some((one) => rowOf(one, more, on) === null)) return [];
  const onTop = stepsOf(table, setting, more, on);
  return bases.flatMap((step) => onTop.map((next): Way => [step, next]));
}

/** Each once, however many laws have it. */
function stepsOf(table: LawTable, among: readonly Jurisdiction[], what: DeadlineKind, on: Day): Step[] {
  const steps = new Map<string, Step>();
  for (const { place, deadlines, holidays, counting } of among) {
    const row = rowOf({ deadlines }, what, on);
    const calendar = table.calendars.get(holidays);
    if (row === null || calendar === undefined) continue;
    const movesOn = inForce(counting, on) !== null;
    const daysOff = movesOn || row.unit === 'business_days' ? holidays : '';
    const name = [row.count, row.unit, movesOn, daysOff].join();
    if (!steps.has(name)) steps.set(name, { rule: { ...row, place }, calendar, movesOn });
  }
  return [...steps.values()];
}

/** Whole days; a part of one does not count, so that the end is never too late. */
function stoodStill({ pauses }: Jurisdiction, { base, on, waited }: Asked): number {
  const reasons = pauses.filter((row) => row.stops.includes(base) && holds(row, on)).map((row) => row.while);
  const ms = waited
    .filter(({ because }) => reasons.includes(because))
    .reduce((sum, { from, to }) => sum + Math.max(0, to.getTime() - from.getTime()), 0);
  return Math.floor(ms / DAY_MS);
}
