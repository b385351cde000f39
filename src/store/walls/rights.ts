/**
 * What each role may do to each table of the data map, column by column: derived from the map where the map says it,
 * declared as a need where only the domain knows (what the meter writes, for one). Least privilege: what is neither
 * derived nor needed is not granted.
 */
import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { entryOf, type MapEntry, type MappedColumn } from '../map/table.ts';
import { ROLE_NAMES, type RoleName } from './roles.ts';
import type { View } from './views.ts';

export type Command = 'select' | 'insert' | 'update' | 'delete';
const COMMANDS: readonly Command[] = ['select', 'insert', 'update', 'delete'];

/** What a domain says one of the roles needs of one of its tables, beyond what follows from the map. */
export interface Need {
  readonly role: Exclude<RoleName, 'kept_statistics'>;
  readonly table: PgTable;
  /** Properties of the table, or all. */
  readonly select?: readonly string[] | 'all';
  readonly insert?: boolean;
  readonly update?: readonly string[] | 'all';
  readonly delete?: boolean;
  /** For `kept_request`: references by which it also reads rows that are about others, such as the members of its account. */
  readonly readBy?: readonly string[];
}

/** A library's table in our database: nobody's role touches it, and it says why it is there. */
export interface Adopted {
  /** With its schema. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly why: string;
}

export const ADOPTED: readonly Adopted[] = [
  {
    name: 'drizzle.__drizzle_migrations',
    columns: ['id', 'hash', 'created_at'],
    why: "Drizzle's list of the migrations that were applied: hashes of files of ours, about nobody",
  },
  {
    name: 'drizzle.restored_from',
    columns: ['backup', 'at'],
    why: 'which backups this database was restored from (`src/store/backup/restore-mark.ts`): random numbers, about nobody',
  },
];

/** Everything that the walls of a database follow from. */
export interface Walls {
  readonly map: readonly MapEntry[];
  readonly needs: readonly Need[];
  readonly adopted?: readonly Adopted[];
  /** All that `kept_statistics` reads: it has no right to any table. */
  readonly views?: readonly View[];
}

/** What one role may do to one table; properties of the table. */
export interface Rights {
  readonly select: ReadonlySet<string>;
  readonly insert: ReadonlySet<string>;
  readonly update: ReadonlySet<string>;
  readonly delete: boolean;
}

/** What this role may do to this table. */
export function rightsOf(walls: Walls, entry: MapEntry, role: RoleName): Rights {
  const derived = DERIVED[role]?.(entry) ?? {};
  const needs = walls.needs.filter((need) => need.role === role && entryOf(need.table) === entry);
  const all = Object.keys(entry.columns);
  const wanted = (given: readonly string[] | 'all' | undefined): readonly string[] =>
    given === 'all' ? all : known(entry, given ?? []);
  return {
    select: new Set([...(derived.select ?? []), ...needs.flatMap((need) => wanted(need.select))]),
    insert: new Set(needs.some((need) => need.insert === true) ? all : []),
    update: new Set([...(derived.update ?? []), ...needs.flatMap((need) => wanted(need.update))]),
    delete: derived.delete === true || needs.some((need) => need.delete === true),
  };
}

/** Properties by which `kept_request` also reads rows that are not about it. */
export const readBy = (walls: Walls, entry: MapEntry): readonly string[] =>
  known(
    entry,
    walls.needs
      .filter((need) => need.role === 'kept_request' && entryOf(need.table) === entry)
      .flatMap((need) => need.readBy ?? []),
  );

export const commandsOf = (rights: Rights): readonly Command[] =>
  COMMANDS.filter((command) => (command === 'delete' ? rights.delete : rights[command].size > 0));

interface Derived {
  readonly select?: readonly string[];
  readonly update?: readonly string[];
  readonly delete?: boolean;
}

const DERIVED: Partial<Record<RoleName, (entry: MapEntry) => Derived>> = {
  kept_request: ofRequest,
  kept_system: ofSystem,
  kept_sweep: ofSweep,
};

/** A person reads what the map lets them see, and changes what it lets them correct. */
function ofRequest(entry: MapEntry): Derived {
  const { subject } = entry;
  if (subject.kind === 'nobody' || entry.apart) return {};
  const readable = properties(
    entry,
    (column, key) =>
      column.how === 'none' ||
      column.how === 'refers' ||
      keyOf(entry).includes(key) ||
      (subject.kind === 'several'
        ? key === subject.column || key === subject.wraps
        : key === subject.column) ||
      ('access' in column.facts && column.facts.access === 'yes'),
  );
  return { select: readable, update: correctable(entry) };
}

/** The operator's commands show, export and correct: they read whole rows about somebody, and change what may be corrected. */
function ofSystem(entry: MapEntry): Derived {
  if (entry.subject.kind === 'nobody' || entry.apart) return {};
  return { select: Object.keys(entry.columns), update: correctable(entry) };
}

const correctable = (entry: MapEntry): readonly string[] =>
  properties(
    entry,
    ({ facts }) => 'correct' in facts && typeof facts.correct === 'object' && 'as' in facts.correct,
  );

/**
 * The sweep finds and deletes what has ended, and sets to null what ends alone. PostgreSQL lets nobody lock a row for
 * update who may not update a column of it, so it may also update the primary key of what it may delete.
 */
function ofSweep(entry: MapEntry): Derived {
  const { subject } = entry;
  const ends = subject.kind !== 'nobody' || entry.retention.kind === 'days after';
  if (!ends) return {};
  // Who leaves a row about several people takes their wrap of its key along.
  const shared = subject.kind === 'several' ? [subject.column, subject.wraps] : [];
  const nulled = properties(
    entry,
    ({ facts }) => 'erase' in facts && (facts.erase === 'sever link' || facts.retention !== undefined),
  );
  return {
    select: Object.keys(entry.columns),
    update: [...new Set([...keyOf(entry), ...shared, ...nulled])],
    delete: true,
  };
}

/** The properties of the primary key; by name, since Drizzle makes other column objects for a composite key. */
function keyOf(entry: MapEntry): readonly string[] {
  const composite = getTableConfig(entry.table).primaryKeys.flatMap((key) =>
    key.columns.map(({ name }) => name),
  );
  return Object.entries(getTableColumns(entry.table))
    .filter(([, column]) => column.primary || composite.includes(column.name))
    .map(([key]) => key);
}

const properties = (
  entry: MapEntry,
  wanted: (column: MappedColumn, key: string) => boolean,
): readonly string[] =>
  Object.entries(entry.columns)
    .filter(([key, column]) => wanted(column, key))
    .map(([key]) => key);

function known(entry: MapEntry, keys: readonly string[]): readonly string[] {
  const unknown = keys.find((key) => entry.columns[key] === undefined);
  if (unknown !== undefined)
    throw new Error(`a role needs column ${unknown} of ${entry.name}, which has none`);
  return keys;
}

/** Every table, role and what it may do there. */
export const allRights = (walls: Walls): readonly { entry: MapEntry; role: RoleName; rights: Rights }[] =>
  walls.map.flatMap((entry) =>
    ROLE_NAMES.map((role) => ({ entry, role, rights: rightsOf(walls, entry, role) })),
  );
