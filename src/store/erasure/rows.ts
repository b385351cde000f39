/**
 * What erasing subjects does to the rows of every table of the map: deleted, moved apart and deleted, or let go of. One
 * statement for all tables, at most ROWS_MAX rows of each, so that no transaction is long. Names no table.
 */
import { type SQL, sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { namesOf, quoted, type Row, type SubjectName, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { SUBJECTS, type SubjectKind } from '../map/words.ts';
import { type Prepared, prepare, run } from '../prepared.ts';
import { type HeldTables, isHeld } from '../retention/held-rows.ts';
import { rowFrom, selectRows } from '../rights/select.ts';
import type { Store, Tx } from '../store.ts';
import { together } from '../together.ts';
import { erasure, outbox } from './schema.ts';
import type { MoveApart } from './settings.ts';

/** Rows of one table that one transaction deletes at most. */
export const ROWS_MAX = 1000;

/** What of erasure's settings rows need. */
export interface RowErasure {
  readonly store: Pick<Store, 'map' | 'keys' | 'vault' | 'now'>;
  readonly moveApart: MoveApart;
}

/** What a kind of subject has to do with a table: conditions in SQL with the ids as `$ids`. */
interface Part {
  readonly deleted: readonly string[];
  readonly severed: readonly string[];
  /** The columns of a table about several people. */
  readonly several: { readonly people: string; readonly wraps: string } | null;
}
interface TablePlan {
  readonly entry: MapEntry;
  readonly parts: Readonly<Record<SubjectKind, Part>>;
  /** Tables whose rows point to rows of this one. */
  readonly referencedBy: readonly string[];
}

const plans = new WeakMap<readonly MapEntry[], readonly TablePlan[]>();

/** Read once from the map. */
function planOf(map: readonly MapEntry[]): readonly TablePlan[] {
  const known = plans.get(map);
  if (known !== undefined) return known;
  // Erasure lets go of its own rows last: until then they say what is to be done.
  const entries = map.filter(({ table }) => table !== erasure && table !== outbox);
  const plan = entries.map((entry) => ({
    entry,
    parts: { person: partOf(entry, 'person'), account: partOf(entry, 'account') },
    referencedBy: entries
      .filter((other) => other !== entry && references(other, entry))
      .map((other) => other.name),
  }));
  plans.set(map, plan);
  return plan;
}

function partOf(entry: MapEntry, kind: SubjectKind): Part {
  const names = namesOf(entry, kind).map((key) => ({ key, severs: isSevered(entry, key) }));
  const { subject } = entry;
  return {
    deleted: names.filter(({ severs }) => !severs).map(({ key }) => quoted(sqlName(entry, key))),
    severed: names.filter(({ severs }) => severs).map(({ key }) => quoted(sqlName(entry, key))),
    several:
      subject.kind === 'several' && kind === 'person'
        ? { people: quoted(sqlName(entry, subject.column)), wraps: quoted(sqlName(entry, subject.wraps)) }
        : null,
  };
}

function isSevered(entry: MapEntry, key: string): boolean {
  const facts = entry.columns[key]?.facts;
  return facts !== undefined && 'erase' in facts && facts.erase === 'sever link';
}

const references = (from: MapEntry, to: MapEntry): boolean =>
  getTableConfig(from.table).foreignKeys.some((key) => key.reference().foreignTable === to.table);

/**
 * Deletes and lets go of what is there of these subjects, but for what a legal hold keeps; `more` where some is left for
 * another transaction.
 */
export async function eraseRows(
  tx: Tx,
  settings: RowErasure,
  subjects: readonly SubjectName[],
  held: HeldTables,
): Promise<{ readonly rows: number; readonly more: boolean }> {
  const ids = (kind: SubjectKind): string[] =>
    subjects.filter((subject) => subject.kind === kind).map(({ id }) => id);
  const values: Record<string, string[]> = { person: ids('person'), account: ids('account') };
  const kinds = SUBJECTS.filter((kind) => values[kind]?.length !== 0);
  const { law, all } = statementsFor(settings.store.map, kinds, held);
  if (all === null) return { rows: 0, more: false };
  const kept = await together(...law.map((each) => findKept(tx, each, values)));
  for (const { entry, places } of kept) values[placesOf(entry)] = places;
  // Keys for what is moved apart are made on the disk while the rows go.
  const moving = together(...kept.map(({ entry, rows }) => moved(tx, settings, entry, rows)));
  const going = together(run(tx, PLAN_ONCE), run<Record<string, number>>(tx, all, values));
  const [, [, [counts]]] = await together(moving, going);
  const each = Object.values(counts ?? {});
  return { rows: each.reduce((sum, count) => sum + count, 0), more: each.some((count) => count >= ROWS_MAX) };
}

/**
 * PostgreSQL would plan the statement for all tables anew each time, since it expects more ids than there are; that takes
 * several times as long as running it. Until the end of the transaction.
 */
const PLAN_ONCE = prepare(sql`select set_config('plan_cache_mode', 'force_generic_plan', true)`);

interface Statements {
  /** Finds the rows that a law keeps, of each table that has such. */
  readonly law: readonly { readonly entry: MapEntry; readonly select: Prepared }[];
  /** Deletes and lets go in all tables, and counts; null where no table names such a subject. */
  readonly all: Prepared | null;
}

const known = new WeakMap<readonly MapEntry[], Map<string, Statements>>();

/** The same text each time for the same kinds of subjects, but where something is held. */
function statementsFor(
  map: readonly MapEntry[],
  kinds: readonly SubjectKind[],
  held: HeldTables,
): Statements {
  if (held.size > 0) return makeStatements(map, kinds, held);
  const ofMap = known.get(map) ?? new Map<string, Statements>();
  known.set(map, ofMap);
  const name = kinds.join();
  const made = ofMap.get(name) ?? makeStatements(map, kinds, held);
  ofMap.set(name, made);
  return made;
}

function makeStatements(
  map: readonly MapEntry[],
  kinds: readonly SubjectKind[],
  held: HeldTables,
): Statements {
  const parts: SQL[] = [];
  const names: { readonly table: string; readonly name: string }[] = [];
  const law: { readonly entry: MapEntry; readonly select: Prepared }[] = [];
  const add = (table: string, statement: SQL): void => {
    const name = `step_${names.length}`;
    names.push({ table, name });
    parts.push(sql`${sql.raw(name)} as (${statement} returning 1)`);
  };
  // Tables are looked at in an order in which those that point to others come first.
  for (const { entry, parts: of, referencedBy } of childrenFirst(planOf(map))) {
    const table = sql.raw(quoted(entry.name));
    const named = (columns: 'deleted' | 'severed'): SQL | null =>
      either(kinds.flatMap((kind) => of[kind][columns].map((column) => isOne(column, kind))));
    const kept = isHeld(map, held, entry);
    const spare = kept === null ? sql`` : sql` and (${kept}) is not true`;
    const deleted = named('deleted');
    const severed = named('severed');
    // A row goes only when nothing that points to it can be left.
    const free = names
      .filter((other) => referencedBy.includes(other.table))
      .map(({ name }) => sql` and (select count(*) from ${sql.raw(name)}) < ${sql.raw(String(ROWS_MAX))}`);
    if (deleted !== null && entry.law !== null) {
      law.push({ entry, select: selectLocked(entry, sql`(${deleted})${spare}`) });
      const places = sql`${sql.placeholder(placesOf(entry))}::tid[]`;
      add(entry.name, sql`delete from ${table} where ctid = any(${places})${join(free)}`);
    } else if (deleted !== null) {
      add(
        entry.name,
        sql`delete from ${table} where ctid in (select ctid from ${table} where (${deleted})${spare} limit ${sql.raw(String(ROWS_MAX))})${join(free)}`,
      );
    }
    if (severed !== null) {
      const set = kinds.flatMap((kind) =>
        of[kind].severed.map((column) => {
          const name = sql.raw(column);
          return sql`${name} = case when ${isOne(column, kind)} then null else ${name} end`;
        }),
      );
      const others = deleted === null ? sql`` : sql` and (${deleted}) is not true`;
      add(
        entry.name,
        sql`update ${table} set ${sql.join(set, sql`, `)} where ctid in (select ctid from ${table} where (${severed})${others}${spare} limit ${sql.raw(String(ROWS_MAX))})`,
      );
    }
    const { several } = of.person;
    if (several !== null && kinds.includes('person')) {
      for (const statement of leave(table, several, spare)) add(entry.name, statement);
    }
  }
  if (names.length === 0) return { law, all: null };
  const counts = names.map(({ name }) => sql.raw(`(select count(*)::int from ${name}) as ${name}`));
  return { law, all: prepare(sql`with ${sql.join(parts, sql`, `)} select ${sql.join(counts, sql`, `)}`) };
}

/** The parameter with the places of a table's rows that a law keeps. */
const placesOf = (entry: MapEntry): string => `places of ${entry.name}`;

const selectLocked = (entry: MapEntry, condition: SQL): Prepared =>
  prepare(sql`${selectRows(entry, condition, { limit: ROWS_MAX }, sql`ctid::text as ctid`)} for update`);

/** Rows that a law keeps, and where they stand, locked, so that exactly these are deleted. */
async function findKept(
  tx: Tx,
  { entry, select }: Statements['law'][number],
  values: Readonly<Record<string, string[]>>,
) {
  const found = await run<Record<string, unknown>>(tx, select, values);
  const places = found.map(({ ctid }) => ctid as string);
  return { entry, places, rows: found.map((raw) => rowFrom(entry, raw)) };
}

/** Hands rows that a law keeps to who keeps them. */
async function moved(
  tx: Tx,
  { store, moveApart }: RowErasure,
  entry: MapEntry,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0) await moveApart(tx, store, entry, rows);
}

/** A row about several people stays for the others: the erased leave it with their wrap of its key. */
function leave(table: SQL, of: { readonly people: string; readonly wraps: string }, spare: SQL): SQL[] {
  const [people, wraps] = [sql.raw(of.people), sql.raw(of.wraps)];
  const gone = sql`${sql.placeholder('person')}::uuid[]`;
  const limit = sql.raw(String(ROWS_MAX));
  const rest = (value: string): SQL => sql`(select coalesce(array_agg(${sql.raw(value)} order by place), '{}')
    from unnest(${people}, ${wraps}) with ordinality as each (who, wrap, place) where who <> all(${gone}))`;
  return [
    sql`delete from ${table} where ctid in (select ctid from ${table} where ${people} && ${gone} and ${people} <@ ${gone}${spare} limit ${limit})`,
    sql`update ${table} set ${people} = ${rest('who')}, ${wraps} = ${rest('wrap')} where ctid in (select ctid from ${table} where ${people} && ${gone} and not ${people} <@ ${gone}${spare} limit ${limit})`,
  ];
}

const isOne = (column: string, kind: SubjectKind): SQL =>
  sql`${sql.raw(column)} = any(${sql.placeholder(kind)}::uuid[])`;

const either = (conditions: readonly SQL[]): SQL | null =>
  conditions.length === 0 ? null : sql.join([...conditions], sql` or `);

const join = (parts: readonly SQL[]): SQL => sql.join([...parts], sql``);

function childrenFirst(tables: readonly TablePlan[]): readonly TablePlan[] {
  const byName = new Map(tables.map((each) => [each.entry.name, each]));
  const done = new Set<TablePlan>();
  const visit = (each: TablePlan): void => {
    if (done.has(each)) return;
    for (const name of each.referencedBy) {
      const other = byName.get(name);
      if (other !== undefined) visit(other);
    }
    done.add(each);
  };
  for (const each of tables) visit(each);
  return [...done];
}
