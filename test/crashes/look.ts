/** What actions look at to tell how something ended. */
import { eq, isNull, sql } from 'drizzle-orm';
import { legalHold, retained } from '../../src/store/retention/schema.ts';
import { openValue } from '../../src/store/sealed-rows.ts';
import { rowsNaming } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import type { Running, Who } from './stage.ts';

export const personOf = ({ person }: Who) => ({ kind: 'person', id: person }) as const;
export const emailOf = async (at: Running, { person }: Who): Promise<string | null> => {
  const [row] = await at.store.db.select().from(fixture.person).where(eq(fixture.person.id, person));
  return row === undefined
    ? null
    : (openValue(at.store.vault, fixture.person, row, 'email')?.reveal() ?? null);
};

/** Rows of the domains' tables that name them. */
export const fixtureRows = async (at: Running, { person, account }: Who): Promise<string[]> =>
  (await rowsNaming(at.stage, [person, account])).filter((row) => row.startsWith('fixture_'));

/** Their notes as they open. */
export async function notesOf(at: Running, { person }: Who): Promise<string[]> {
  const rows = await at.store.db.select().from(fixture.note).where(eq(fixture.note.person, person));
  return rows.map((row) => openValue(at.store.vault, fixture.note, row, 'text')?.reveal() ?? '').sort();
}

export const keysAlive = (at: Running, { person, account }: Who): boolean[] => [
  at.store.keys.has('person', person),
  at.store.keys.has('account', account),
];

export async function retainedRows(at: Running): Promise<number> {
  const [row] = await at.store.db
    .select({ n: sql<string>`coalesce(sum(${retained.rows}), 0)` })
    .from(retained);
  return Number(row?.n);
}

export const holdsOn = async (at: Running, { person }: Who): Promise<number> =>
  (await at.store.db.select().from(legalHold).where(isNull(legalHold.endedAt))).filter(
    (row) => row.person === person,
  ).length;

/** The first of `states` whose facts are these; else the facts, for the failure. */
export function stateOf(facts: unknown, states: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(facts);
  return Object.keys(states).find((name) => JSON.stringify(states[name]) === text) ?? text;
}
