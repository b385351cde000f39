/** What ends in a table of the map, when, and what keeps it from ending; as conditions in SQL. Names no table of a domain. */
import { type SQL, sql } from 'drizzle-orm';
import type { Retention } from '../map/facts.ts';
import { namesOf, quoted, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { DataClass } from '../map/words.ts';
import { restriction } from '../rights/schema.ts';
import type { Tx } from '../store.ts';
import { isHeld, readHeldTables } from './held-rows.ts';

const DAY_MS = 86_400_000;

export const identifier = (name: string): SQL => sql.raw(quoted(name));

/** Rows of a table, or one of its columns, that end so many days after something. */
export interface Ending {
  readonly entry: MapEntry;
  readonly after: Extract<Retention, { kind: 'days after' }>;
  /** Its name in PostgreSQL; it is set to null. Null where the row is deleted. */
  readonly column: string | null;
  /** Of what goes. */
  readonly classes: readonly DataClass[];
}

export function endingsOf(entry: MapEntry): Ending[] {
  const found: Ending[] = [];
  const personal = Object.entries(entry.columns).flatMap(([key, { facts }]) =>
    'erase' in facts ? [{ key, facts }] : [],
  );
  if (entry.retention.kind === 'days after') {
    const classes = [...new Set(personal.map(({ facts }) => facts.class))].sort();
    found.push({ entry, after: entry.retention, column: null, classes });
  }
  for (const { key, facts } of personal) {
    if (facts.retention?.kind !== 'days after') continue;
    const column = sqlName(entry, key);
    found.push({ entry, after: facts.retention, column, classes: [facts.class] });
  }
  return found;
}

/** The condition that its days are over at `now` (milliseconds since 1970). */
export function hasEnded({ entry, after, column }: Ending, now: number): SQL {
  const of = (key: string): SQL => sql`${identifier(entry.name)}.${identifier(sqlName(entry, key))}`;
  const at = sql`${new Date(now - after.days * DAY_MS).toISOString()}::timestamptz`;
  const first = sql`${of(after.event)} <= ${at}`;
  // Two conditions instead of a coalesce, so that an index on the first column serves.
  const ended =
    after.or === undefined
      ? first
      : sql`(${first} or (${of(after.event)} is null and ${of(after.or)} <= ${at}))`;
  return column === null ? ended : sql`${identifier(column)} is not null and ${ended}`;
}

/** ` and not …`: what a hold keeps, and what is restricted. Nobody can place a hold until the transaction ends. */
export async function sparing(tx: Tx, map: readonly MapEntry[], entry: MapEntry): Promise<SQL> {
  const kept = [isHeld(map, await readHeldTables(tx, map), entry), await isRestricted(tx, map, entry)];
  return sql.join(
    kept.flatMap((condition) => (condition === null ? [] : [sql` and not ${condition}`])),
    sql``,
  );
}

async function isRestricted(tx: Tx, map: readonly MapEntry[], entry: MapEntry): Promise<SQL | null> {
  if (!map.some(({ table }) => table === restriction)) return null;
  const column = (key: string): SQL => sql`${identifier(entry.name)}.${identifier(sqlName(entry, key))}`;
  const names = [
    ...namesOf(entry, 'person').map((key) => sql`(r.account_id is null and r.person_id = ${column(key)})`),
    ...namesOf(entry, 'account').map((key) => sql`r.account_id = ${column(key)}`),
  ];
  if (entry.subject.kind === 'several')
    names.push(sql`(r.account_id is null and r.person_id = any(${column(entry.subject.column)}))`);
  if (names.length === 0) return null;
  const { rows } = await tx.execute(sql`select 1 from restriction limit 1`);
  if (rows.length === 0) return null;
  return sql`exists (select 1 from restriction r where ${sql.join(names, sql` or `)})`;
}
