/** What the law of a place gives on a day, what we promise everybody, and until when: as `GET /api/privacy/rights` says it. */
import { type Day, holds, inForce, under } from './in-force.ts';
import type { Place } from './places.ts';
import type { LawTable } from './read-law.ts';
import { RIGHTS, type Right } from './rights.ts';
import { givesRight, rightRowOf } from './rules.ts';
import { honouredTerm, type Terms, termOf, termsBy } from './terms.ts';

export interface RightsAnswer extends Terms {
  readonly jurisdiction: Place;
  readonly on: Day;
  readonly laws: readonly { readonly name: string; readonly citation: string }[];
  /** What the law gives. */
  readonly rights: readonly {
    readonly right: Right;
    readonly available: boolean;
    readonly scope: string | null;
    readonly citation: string | null;
  }[];
  /** What the policy gives everybody, wherever they live (ACCESS-2). */
  readonly promised: readonly Right[];
  /** By the law. */
  readonly agent: {
    readonly available: boolean;
    readonly rights: readonly Right[];
    readonly signal: boolean;
    readonly proof: string | null;
    readonly citation: string | null;
  };
  /** By the law; `count` null with `available`: always. */
  readonly free: {
    readonly available: boolean;
    readonly count: number | null;
    readonly period_months: number | null;
    readonly after: string | null;
    readonly citation: string | null;
  };
  /** What we do beyond law and policy: rights, and the times that we keep to where the law sets none. */
  readonly honoured: Terms & { readonly rights: readonly Right[] };
}

export function rightsIn(table: LawTable, place: Place, on: Day): RightsAnswer {
  const jurisdiction = under(table, place, on)?.jurisdiction;
  const laws = (jurisdiction?.laws ?? []).filter((law) => holds(law, on));
  const gives = (right: Right) => givesRight(table, place, right, on);
  const isPromised = (right: Right) => table.everybody.promised.some((one) => one.right === right);
  const isHonoured = (right: Right) => table.everybody.honoured.some((one) => one.right === right);
  return {
    jurisdiction: place,
    on,
    laws: laws.map(({ name, citation }) => ({ name, citation })),
    rights: RIGHTS.map((right) => {
      const row = rightRowOf(table, place, right, on);
      return { right, available: gives(right), scope: row?.scope ?? null, citation: row?.citation ?? null };
    }),
    promised: RIGHTS.filter(isPromised),
    ...termsBy((kind) => termOf(table, place, kind, on)),
    agent: agentBy(inForce(jurisdiction?.agents ?? [], on)),
    free: freeBy(inForce(jurisdiction?.free ?? [], on)),
    honoured: {
      rights: RIGHTS.filter((right) => isHonoured(right) && !gives(right)),
      ...termsBy((kind) => (termOf(table, place, kind, on) === null ? honouredTerm(table, kind, on) : null)),
    },
  };
}

type Rows = NonNullable<ReturnType<typeof under>>['jurisdiction'];

const agentBy = (row: Rows['agents'][number] | null): RightsAnswer['agent'] => ({
  available: row !== null && row.rights.length > 0,
  rights: row?.rights ?? [],
  signal: row?.signal ?? false,
  proof: row?.proof ?? null,
  citation: row?.citation ?? null,
});

const freeBy = (row: Rows['free'][number] | null): RightsAnswer['free'] => ({
  available: row !== null,
  count: row?.count ?? null,
  period_months: row?.period_months ?? null,
  after: row?.after ?? null,
  citation: row?.citation ?? null,
});
