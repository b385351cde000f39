/** What the law of a place says about a right beside its time: refusing, proof, agents, money, appeal, who watches over it. */
import { type Day, holds, inForce, under } from './in-force.ts';
import type { Place } from './places.ts';
import type { LawTable } from './read-law.ts';
import type { Right } from './rights.ts';
import type { Ground, Jurisdiction, Known, LEVELS } from './rows.ts';

/** Where a fact stands, and how we know. */
export interface Fact {
  readonly citation: string;
  readonly known: Known;
  readonly source?: string | undefined;
}

const factOf = ({ citation, known, source }: Fact): Fact => ({ citation, known, source });

type RowsOf<Name extends 'rights' | 'appeals' | 'agents' | 'free' | 'records' | 'regulators'> =
  Jurisdiction[Name][number];

/** What the law says of a right; null: nothing. */
export function rightRowOf(table: LawTable, place: Place, right: Right, on: Day): RowsOf<'rights'> | null {
  const rows = under(table, place, on)?.jurisdiction.rights ?? [];
  return rows.find((row) => row.right === right && holds(row, on)) ?? null;
}

/** Whether the law of the place gives the right. */
export function givesRight(table: LawTable, place: Place, right: Right, on: Day): boolean {
  const row = rightRowOf(table, place, right, on);
  return row !== null && row.available !== false;
}

/** `law`: it gives the right; `policy`: a clause promises it; `us`: we do it all the same. */
export type Basis =
  | { readonly by: 'law'; readonly scope: string; readonly fact: Fact }
  | { readonly by: 'policy'; readonly clause: string }
  | { readonly by: 'us'; readonly because: string };

/** Why somebody of a place may use a right; null: we do not offer it there. */
export function basisOf(table: LawTable, place: Place, right: Right, on: Day): Basis | null {
  const row = rightRowOf(table, place, right, on);
  if (row !== null && row.scope !== undefined) return { by: 'law', scope: row.scope, fact: factOf(row) };
  const promise = table.everybody.promised.find((one) => one.right === right);
  if (promise !== undefined) return { by: 'policy', clause: promise.clause };
  const honoured = table.everybody.honoured.find((one) => one.right === right);
  return honoured === undefined ? null : { by: 'us', because: honoured.because };
}

export interface RefusalGround extends Ground {
  /** Null: by the policy alone. */
  readonly law: Fact | null;
  /** Of the policy. */
  readonly clause: string | null;
}

/** The grounds on which a request may be refused, those of the law first; there are no others (ACCESS-4). */
export function refusalGrounds(table: LawTable, place: Place, right: Right, on: Day): RefusalGround[] {
  const rows = under(table, place, on)?.jurisdiction.refusals ?? [];
  const byLaw = rows.filter((row) => row.rights.includes(right) && holds(row, on));
  const byPolicy = table.everybody.refusals.filter((one) => one.rights?.includes(right) ?? true);
  const ids = new Set([...byLaw, ...byPolicy].map(({ ground }) => ground));
  return [...ids].flatMap((id) => {
    const ground = table.grounds.get(id);
    const law = byLaw.find((row) => row.ground === id);
    const clause = byPolicy.find((one) => one.ground === id)?.clause ?? null;
    return ground === undefined ? [] : [{ ...ground, law: law === undefined ? null : factOf(law), clause }];
  });
}

export interface Regulator {
  readonly name: string;
  readonly url: string;
  readonly law: Fact;
}

/** Who takes complaints; null: our tables know nobody. */
export function regulatorOf(table: LawTable, place: Place, on: Day): Regulator | null {
  const found = under(table, place, on);
  const row = found?.member ?? null;
  if (row !== null) return { ...row.regulator, law: factOf(row) };
  const own = inForce(found?.jurisdiction.regulators ?? [], on);
  return own === null ? null : { name: own.name, url: own.url, law: factOf(own) };
}

export interface AppealRule {
  /** Whether the law gives an appeal to us; we take one from everybody. */
  readonly byLaw: boolean;
  /** Until when one may appeal by the law, in words; null: it says nothing. */
  readonly window: string | null;
  /** What is left when it is refused. */
  readonly denied: string | null;
  readonly law: Fact | null;
}

export function appealOf(table: LawTable, place: Place, on: Day): AppealRule {
  const row = inForce(under(table, place, on)?.jurisdiction.appeals ?? [], on);
  return {
    byLaw: givesRight(table, place, 'appeal', on),
    window: row?.window ?? null,
    denied: row?.denied ?? null,
    law: row === null ? null : factOf(row),
  };
}

export interface AgentRule {
  /** Whether the law lets an agent use this right; we let them use every one. */
  readonly byLaw: boolean;
  /** Whether the law counts a browser's signal (Global Privacy Control) as an agent that opts out. */
  readonly signal: boolean;
  readonly proof: string | null;
  readonly asksPerson: boolean;
  readonly law: Fact | null;
}

/** Where the law says nothing, what we ask of an agent (CPPA-3). */
export function agentRule(table: LawTable, place: Place, right: Right, on: Day): AgentRule {
  const row = inForce(under(table, place, on)?.jurisdiction.agents ?? [], on);
  const byLaw = row?.rights.includes(right) ?? false;
  const { proof, asks_person } = byLaw && row !== null ? row : table.everybody.agent;
  return {
    byLaw,
    signal: row?.signal ?? false,
    proof,
    asksPerson: asks_person,
    law: row === null ? null : factOf(row),
  };
}

export interface VerificationRule {
  /** What we ask: nothing wherever we ask nothing of anybody, whatever a law would allow. */
  readonly level: (typeof LEVELS)[number];
  readonly says: string;
  readonly law: Fact | null;
}

export function verificationOf(table: LawTable, place: Place, right: Right, on: Day): VerificationRule {
  const rows = under(table, place, on)?.jurisdiction.verification ?? [];
  const row = rows.find((one) => one.rights.includes(right) && holds(one, on)) ?? null;
  const ours = table.everybody.verification.find((one) => one.rights.includes(right));
  const { level, says } = ours?.level === 'none' ? ours : (row ?? ours ?? STRICTEST);
  return { level, says, law: row === null ? null : factOf(row) };
}

/** Of a right that no table speaks of. */
const STRICTEST = { level: 'high', says: 'We make sure that it is you.' } as const;

export interface FreeRule {
  /** Requests that are free within the period; null: all. */
  readonly count: number | null;
  readonly periodMonths: number | null;
  /** What may come after. */
  readonly after: string;
  readonly law: Fact | null;
}

export function freeOf(table: LawTable, place: Place, on: Day): FreeRule {
  const row = inForce(under(table, place, on)?.jurisdiction.free ?? [], on);
  const { count, period_months: periodMonths, after } = row ?? table.everybody.free;
  return { count, periodMonths, after, law: row === null ? null : factOf(row) };
}

/** For how many months a request and its answer are kept; by no law: `law` null. */
export function recordsKept(
  table: LawTable,
  place: Place,
  on: Day,
): { readonly months: number; readonly law: Fact | null } {
  const row = inForce(under(table, place, on)?.jurisdiction.records ?? [], on);
  return { months: row?.months ?? table.everybody.records_months, law: row === null ? null : factOf(row) };
}

export interface PauseRule {
  readonly while: Jurisdiction['pauses'][number]['while'];
  readonly stops: Jurisdiction['pauses'][number]['stops'];
  readonly says: string;
  readonly law: Fact;
}

/** When the clock stops by the law of the place; nowhere else it ever does. */
export const pausesOf = (table: LawTable, place: Place, on: Day): PauseRule[] =>
  (under(table, place, on)?.jurisdiction.pauses ?? [])
    .filter((row) => holds(row, on))
    .map((row) => ({ while: row.while, stops: row.stops, says: row.says, law: factOf(row) }));
