/**
 * A table of the data map. `mapped` is Drizzle's `pgTable` that does not compile unless every column says what it is
 * and what happens to it (`checked.ts`); what types cannot see fails `npm run check` (`mistakes.ts`).
 */
import type { BuildColumns, ColumnBuilderBase } from 'drizzle-orm';
import { getTableName } from 'drizzle-orm';
import {
  type PgTable,
  type PgTableExtraConfigValue,
  type PgTableWithColumns,
  pgTable,
} from 'drizzle-orm/pg-core';
import type { CheckedColumns, CheckedLaw, CheckedRetention, CheckedSubject, Columns } from './checked.ts';
import type { ColumnFacts, Retention, Subject } from './facts.ts';
import type { LawId, SubjectKind } from './words.ts';

type Builders<C extends Columns> = { [K in keyof C]: C[K]['builder'] };

interface Spec<C extends Columns, S, R, L> {
  /** One sentence: what its rows are. */
  readonly about: string;
  readonly subject: S & CheckedSubject<C, S>;
  readonly retention: R & CheckedRetention<C, S, R>;
  readonly law?: L & CheckedLaw<C, L>;
  /** No role reads it but the sweep and statistics' views, whatever its columns say: nobody is told of it. */
  readonly apart?: true;
  readonly columns: C & CheckedColumns<C, S, L>;
}

type Table<N extends string, C extends Columns> = PgTableWithColumns<{
  name: N;
  schema: undefined;
  columns: BuildColumns<N, { [K in keyof C]: C[K]['builder'] & ColumnBuilderBase }, 'pg'>;
  dialect: 'pg';
}>;

/** A table together with its part of the data map. */
export interface MapEntry {
  readonly name: string;
  readonly table: PgTable;
  readonly about: string;
  readonly subject: Subject;
  readonly retention: Retention;
  readonly law: { readonly keeps: LawId; readonly since: string } | null;
  /** No role reads it but the sweep. */
  readonly apart: boolean;
  /** By the property's name, in order. */
  readonly columns: Readonly<Record<string, MappedColumn>>;
}
export interface MappedColumn {
  readonly how: 'sealed' | 'stored' | 'none' | 'refers';
  readonly refersTo: SubjectKind | null;
  readonly facts: ColumnFacts;
}

const entries = new WeakMap<object, MapEntry>();

/** What the map says of a table; throws for a table that is not in the map. */
export function entryOf(table: PgTable): MapEntry {
  const entry = entries.get(table);
  if (entry === undefined) throw new Error(`table ${getTableName(table)} is not in the data map`);
  return entry;
}

/** Makes a table and its entry in the data map. */
export function mapped<
  N extends string,
  const C extends Columns,
  const S extends Subject,
  const R extends Retention,
  const L extends { readonly keeps: LawId; readonly since: string } | undefined = undefined,
>(
  name: N,
  spec: Spec<C, S, R, L>,
  extra?: (columns: BuildColumns<N, Builders<C>, 'pg'>) => PgTableExtraConfigValue[],
): Table<N, C> {
  const columns = spec.columns as Columns;
  const builders = Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column.builder]));
  const table = pgTable(name, builders, extra as never);
  entries.set(table, {
    name,
    table,
    about: spec.about,
    subject: spec.subject,
    retention: spec.retention,
    law: (spec.law as MapEntry['law']) ?? null,
    apart: spec.apart === true,
    columns: Object.fromEntries(
      Object.entries(columns).map(([key, { how, facts, refersTo }]) => [
        key,
        { how, facts, refersTo: refersTo ?? null },
      ]),
    ),
  });
  return table as unknown as Table<N, C>;
}
