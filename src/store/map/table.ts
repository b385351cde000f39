/**
 * A table of the data map. `mapped` is Drizzle's `pgTable` that does not compile unless every column says what it is
 * and what happens to it; the sentences of `Mistake` are what the compiler prints. What types cannot see is checked by
 * `mistakes.ts`.
 */
import type { BuildColumns, ColumnBuilderBase } from 'drizzle-orm';
import { getTableName } from 'drizzle-orm';
import {
  type PgTable,
  type PgTableExtraConfigValue,
  type PgTableWithColumns,
  pgTable,
} from 'drizzle-orm/pg-core';
import type { Mapped } from './columns.ts';
import type { ColumnFacts, Retention, Subject } from './facts.ts';
import type { LawId, SubjectKind } from './words.ts';

/** Shown by the compiler in place of the type that was expected. */
export interface Mistake<Sentence extends string> {
  readonly mistake: Sentence;
}

// biome-ignore lint/suspicious/noExplicitAny: any column with any facts
type AnyColumn = Mapped<any, any, any>;
type Columns = Record<string, AnyColumn>;
type Builders<C extends Columns> = { [K in keyof C]: C[K]['builder'] };

type KeysOf<C extends Columns, Kind extends SubjectKind> = {
  [K in keyof C]: C[K] extends { how: 'refers'; refersTo: Kind } ? K : never;
}[keyof C] &
  string;
type KeyOf<C extends Columns> = keyof C & string;

/** The path from a row to its subject; `column` is one of the row's own. */
type SubjectOf<C extends Columns> =
  | { readonly kind: 'self'; readonly of: SubjectKind; readonly column: KeyOf<C> }
  | { readonly kind: 'direct'; readonly of: 'person'; readonly column: KeysOf<C, 'person'> }
  | { readonly kind: 'direct'; readonly of: 'account'; readonly column: KeysOf<C, 'account'> }
  | { readonly kind: 'several'; readonly column: KeyOf<C>; readonly wraps: KeyOf<C> }
  | { readonly kind: 'nobody'; readonly why: string };

type SubjectKindOf<S> = S extends { kind: infer K } ? K : never;
type NotNullOf<B> = B extends { _: { notNull: infer N } } ? N : false;
type EraseOf<M> = M extends { facts: { erase: infer E } } ? E : never;

/** A column, or the sentence that says what is wrong with it. */
type Checked<M extends AnyColumn, S, L> = M['how'] extends 'none'
  ? M
  : SubjectKindOf<S> extends 'nobody'
    ? Mistake<'a personal column stands in a table about nobody: say whom its rows are about'>
    : EraseOf<M> extends 'key death'
      ? M['how'] extends 'sealed'
        ? M
        : M['how'] extends 'refers'
          ? Mistake<'a reference would outlive its person: erase by "delete row", or by "sever link" if it may be null'>
          : Mistake<'"key death" erases only what is sealed: seal it, or erase by "delete row" or "sever link"'>
      : EraseOf<M> extends 'sever link'
        ? NotNullOf<M['builder']> extends true
          ? Mistake<'"sever link" sets it to null, but the column is not null'>
          : M
        : EraseOf<M> extends 'keep minimised until'
          ? L extends { keeps: LawId }
            ? M
            : Mistake<'kept minimised, but the table names no law that keeps it'>
          : M;

type CheckedColumns<C extends Columns, S, L> = { [K in keyof C]: Checked<C[K], S, L> };

type CheckedRetention<S, Event extends string> =
  SubjectKindOf<S> extends 'nobody' ? Retention<Event> : Exclude<Retention<Event>, { kind: 'with instance' }>;

interface Spec<C extends Columns, S, L> {
  /** One sentence: what its rows are. */
  readonly about: string;
  readonly subject: S & SubjectOf<C>;
  readonly retention: CheckedRetention<S, KeyOf<C>>;
  readonly law?: L & { readonly since: KeyOf<C> };
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
  const S extends { readonly kind: string },
  const L extends { readonly keeps: LawId; readonly since: string } | undefined = undefined,
>(
  name: N,
  spec: Spec<C, S, L>,
  extra?: (columns: BuildColumns<N, Builders<C>, 'pg'>) => PgTableExtraConfigValue[],
): Table<N, C> {
  const columns = spec.columns as Columns;
  const builders = Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column.builder]));
  const table = pgTable(name, builders, extra as never);
  entries.set(table, {
    name,
    table,
    about: spec.about,
    subject: spec.subject as MapEntry['subject'],
    retention: spec.retention as Retention,
    law: (spec.law as MapEntry['law']) ?? null,
    columns: Object.fromEntries(
      Object.entries(columns).map(([key, { how, facts, refersTo }]) => [
        key,
        { how, facts, refersTo: refersTo ?? null },
      ]),
    ),
  });
  return table as unknown as Table<N, C>;
}
