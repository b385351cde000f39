/**
 * Corrects one value (GDPR Art. 16, ACCESS-3): checked as at its first entry, sealed, the earlier value kept only where
 * the map says so, and entered in the record in the same transaction. Repeating it changes nothing.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { ColumnFacts } from '../map/facts.ts';
import { type Row, type SubjectName, subjectOf } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { openValue, sealRow, sealValue } from '../sealed-rows.ts';
import { Unreadable } from '../sealing/errors.ts';
import type { Store, Tx } from '../store.ts';
import { Refused } from './failures.ts';
import { accountCorrection, correction } from './schema.ts';
import { columnSql, identifier, isRow, keyOf, parameter, rowFrom, rowLabel, selectRows } from './select.ts';
import { untilOf } from './until.ts';

/** Longer than any check of a first entry lets through; keeps a hostile value away from the checks. */
const VALUE_CHARACTERS_MAX = 100_000;

export interface Correction {
  /** Who may correct it: the person, and the accounts that they own. */
  readonly subjects: readonly SubjectName[];
  /** The table's name, the row's primary key, the property's name. */
  readonly table: string;
  readonly key: readonly unknown[];
  readonly column: string;
  readonly value: string;
  /** The role of who acts. */
  readonly role: 'person' | 'owner' | 'support' | 'privacy' | 'operator';
}

/** What somebody is found by, such as an e-mail address. */
export interface Lookups {
  readonly is: (entry: MapEntry, column: string) => boolean;
  /** Lets the owner be found by this value beside the earlier one; `taken` when somebody else has it. */
  readonly claim: (
    entry: MapEntry,
    column: string,
    value: string,
    owner: SubjectName,
  ) => Promise<'set' | 'taken'>;
  /** From now on the owner is found by this value only. */
  readonly keep: (entry: MapEntry, column: string, value: string, owner: SubjectName) => Promise<void>;
}

interface Found {
  readonly entry: MapEntry;
  readonly row: Row;
  readonly subject: SubjectName;
  /** Null: there was none, or it could not be opened. */
  readonly before: string | null;
}

/**
 * Corrects a value. Where somebody is found by it, they are found by both values until the new one is committed, so
 * that a kill loses nobody; what is taken changes nothing. Throws `Refused`.
 */
export async function correct(store: Store, wish: Correction, lookups?: Lookups): Promise<void> {
  const entry = store.map.find((candidate) => candidate.name === wish.table);
  const facts = entry?.columns[wish.column]?.facts;
  if (entry === undefined || facts === undefined) throw new Refused('not_found', 'no such table or column');
  const value = checked(facts, wish);
  const lookup = lookups?.is(entry, wish.column) === true ? lookups : null;
  const first = await find(store, store.db, entry, wish, false);
  if ((await lookup?.claim(entry, wish.column, value, first.subject)) === 'taken') {
    throw new Refused('taken', 'somebody else has this value');
  }
  if (first.before !== value) {
    try {
      await store.record.act(async (tx, enter) => {
        const found = await find(store, tx, entry, wish, true);
        await change(store, tx, found, wish.column, value);
        if (keepsHistory(facts)) await keepEarlier(store, tx, found, wish.column);
        await enter({
          kind: 'correction',
          role: wish.role,
          about: found.subject,
          content: { table: entry.name, column: wish.column, row: rowLabel(entry, found.row) },
        });
      });
    } catch (error) {
      if (lookup !== null) await keepWhatTheRowHolds(store, first, wish, lookup);
      throw error;
    }
  }
  await lookup?.keep(entry, wish.column, value, first.subject);
}

/**
 * After a failure: what the row holds decides, since it may have been committed without our knowing. Where it cannot be
 * read they stay found by both; repeating the correction ends that.
 */
async function keepWhatTheRowHolds(
  store: Store,
  { entry, subject }: Found,
  wish: Correction,
  lookup: Lookups,
): Promise<void> {
  const now = await find(store, store.db, entry, wish, false).catch(() => null);
  if (now === null || now.before === null) return;
  await lookup.keep(entry, wish.column, now.before, subject).catch(() => {});
}

const keepsHistory = (facts: ColumnFacts): boolean =>
  'correct' in facts && 'history' in facts.correct && facts.correct.history === true;

function checked(facts: ColumnFacts, wish: Correction): string {
  if (facts.class === 'none' || !('correct' in facts)) {
    throw new Refused('not_correctable', `${wish.table}.${wish.column} is about nobody`);
  }
  if ('no' in facts.correct) throw new Refused('not_correctable', facts.correct.no);
  if (wish.value.length > VALUE_CHARACTERS_MAX) throw new Refused('invalid', 'the value is too long');
  const result = facts.correct.as.safeParse(wish.value);
  if (result.success) return result.data;
  const codes = [...new Set(result.error.issues.map((issue) => issue.code))].join(', ');
  throw new Refused('invalid', `${wish.table}.${wish.column} does not pass its check: ${codes}`);
}

async function find(
  store: Store,
  tx: Store['db'] | Tx,
  entry: MapEntry,
  wish: Correction,
  lock: boolean,
): Promise<Found> {
  const missing = new Refused('not_found', 'no such row of this person');
  const condition = rowCondition(entry, wish.key);
  if (condition === null) throw missing;
  const { rows } = await tx.execute(sql`${selectRows(entry, condition)} ${lock ? sql`for update` : sql``}`);
  const raw = rows[0];
  if (raw === undefined) throw missing;
  const row = rowFrom(entry, raw);
  const subject = subjectOf(entry, row);
  const allowed = wish.subjects.some(({ kind, id }) => kind === subject?.kind && id === subject.id);
  if (subject === null || !allowed) throw missing;
  if (!store.keys.has(subject.kind, subject.id)) throw new Refused('erased', 'erased meanwhile');
  return { entry, row, subject, before: valueBefore(store, entry, row, wish.column) };
}

/** A key from outside that is none of this table's is like a row that is not there. */
function rowCondition(entry: MapEntry, key: readonly unknown[]) {
  try {
    return isRow(entry, key);
  } catch {
    return null;
  }
}

function valueBefore(store: Store, entry: MapEntry, row: Row, column: string): string | null {
  if (entry.columns[column]?.how !== 'sealed') return typeof row[column] === 'string' ? row[column] : null;
  try {
    return openValue(store.vault, entry.table, row as never, column as never)?.reveal() ?? null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

async function change(
  store: Store,
  tx: Tx,
  { entry, row }: Found,
  column: string,
  value: string,
): Promise<void> {
  const next =
    entry.columns[column]?.how === 'sealed' ? sealValue(store.vault, entry, row, column, value) : value;
  await tx.execute(
    sql`update ${identifier(entry.name)} set ${columnSql(entry, column)} = ${parameter(entry, column, next)} where ${isRow(entry, keyOf(entry, row))}`,
  );
}

/** Kept as long as the row: until its end, or, where that is the erasure, until the erasure. */
async function keepEarlier(store: Store, tx: Tx, found: Found, column: string): Promise<void> {
  const { entry, row, subject, before } = found;
  if (before === null) return;
  const until = untilOf(entry, column, row);
  const values = {
    id: randomBytes(16).toString('hex'),
    table: entry.name,
    column,
    row: rowLabel(entry, row),
    earlier: before,
    at: new Date(store.now()),
    endsAt: until.kind === 'at' ? new Date(until.at) : null,
  };
  if (subject.kind === 'person') {
    await tx.insert(correction).values(sealRow(store.vault, correction, { ...values, person: subject.id }));
  } else {
    const sealedRow = sealRow(store.vault, accountCorrection, { ...values, account: subject.id });
    await tx.insert(accountCorrection).values(sealedRow);
  }
}
