/** Times as a law names them, before anything was received: numbers with units, null where none is set. */
import { allInForce, type Day, holds, under } from './in-force.ts';
import { roughDays } from './periods.ts';
import type { Place } from './places.ts';
import type { LawTable } from './read-law.ts';
import type { DeadlineKind, DeadlineRow, Jurisdiction, Unit } from './rows.ts';

/** Each number of the answer, with the time that it is of. */
const NUMBERS = {
  acknowledge_days: 'acknowledge',
  respond_days: 'respond',
  respond_months: 'respond',
  extension_days: 'extend',
  extension_months: 'extend',
  opt_out_days: 'opt_out',
  appeal_days: 'appeal',
  appeal_extension_days: 'extend_appeal',
} as const satisfies Record<string, DeadlineKind>;
type NumberName = keyof typeof NUMBERS;

export interface Terms {
  readonly deadlines: Readonly<Record<NumberName, number | null>>;
  readonly units: Readonly<Record<NumberName, Unit | null>>;
}

const rowsOf = ({ deadlines }: Jurisdiction, kind: DeadlineKind, on: Day): readonly DeadlineRow[] =>
  deadlines.filter((row) => row.what === kind && holds(row, on));

/** What the law of the place sets; null: nothing. */
export const termOf = (table: LawTable, place: Place, kind: DeadlineKind, on: Day): DeadlineRow | null => {
  const found = under(table, place, on);
  return found === null ? null : (rowsOf(found.jurisdiction, kind, on)[0] ?? null);
};

/** What we keep to where the law of the place sets nothing: the shortest that any law sets. */
export function honouredTerm(table: LawTable, kind: DeadlineKind, on: Day): DeadlineRow | null {
  const all = allInForce(table, on);
  const base = BASES[kind];
  // Only what every law allows that sets the time may come on top of it.
  if (base !== undefined) {
    const setting = all.filter((one) => rowsOf(one, base, on).length > 0);
    if (setting.some((one) => rowsOf(one, kind, on).length === 0)) return null;
  }
  const [shortest] = all
    .flatMap((one) => rowsOf(one, kind, on))
    .toSorted((one, other) => roughDays(one) - roughDays(other));
  return shortest ?? null;
}

const BASES: Partial<Record<DeadlineKind, DeadlineKind>> = { extend: 'respond', extend_appeal: 'appeal' };

export function termsBy(find: (kind: DeadlineKind) => DeadlineRow | null): Terms {
  const numbers = Object.entries(NUMBERS).map(([name, kind]) => {
    const row = find(kind);
    const isOfIt = row !== null && name.endsWith('_months') === (row.unit === 'months');
    return [name, isOfIt ? row : null] as const;
  });
  return {
    deadlines: Object.fromEntries(
      numbers.map(([name, row]) => [name, row?.count ?? null]),
    ) as Terms['deadlines'],
    units: Object.fromEntries(numbers.map(([name, row]) => [name, row?.unit ?? null])) as Terms['units'],
  };
}
