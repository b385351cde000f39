/**
 * Staff read what is sealed through this one door: it demands actor, purpose and reason, enters the read in the record,
 * and only then opens: columns of one row, or everything that is held about a person. Nothing else opens for staff.
 */
import { sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type Row, type SubjectName, subjectOf } from '../map/rows.ts';
import { entryOf, type MapEntry } from '../map/table.ts';
import { PURPOSES_UNDER_RESTRICTION, type Purpose } from '../map/words.ts';
import { openValue } from '../sealed-rows.ts';
import type { Decrypted } from '../sealing/decrypted.ts';
import { KeyGone, Unreadable } from '../sealing/errors.ts';
import type { Store, Tx } from '../store.ts';
import { type AccessOptions, access, type Section } from './access.ts';
import { Refused } from './failures.ts';
import { demandPurpose } from './read-for.ts';
import { isRestricted } from './restrict.ts';
import { isRow, rowFrom, rowLabel, selectRows } from './select.ts';
import type { Viewer } from './show.ts';

const REASON_CHARACTERS_MAX = 500;

export interface StaffRead {
  /** The staff member, by the random id of the person; null for the operator, whom the commands do not tell apart. */
  readonly actor: string | null;
  readonly role: 'support' | 'privacy' | 'admin' | 'operator';
  readonly purpose: Purpose;
  /** Why, in their words: 1 to 500 characters. */
  readonly reason: string;
}

export type Unsealed = Readonly<Record<string, Decrypted<string> | 'unreadable' | null>>;

/**
 * Opens sealed columns of one row for a member of staff. Throws `Refused`: `reason_missing`, `wrong_purpose`,
 * `restricted`, `not_found`, `erased`; then nothing was entered and nothing opened.
 */
export async function unsealForStaff(
  store: Store,
  read: StaffRead,
  table: PgTable,
  key: readonly unknown[],
  columns: readonly string[],
): Promise<Unsealed> {
  const entry = entryOf(table);
  demandReason(read);
  demandSealed(entry, columns);
  demandPurpose(entry, columns, read.purpose);
  const row = await store.record.act(async (tx, enter) => {
    const { found, subject } = await find(store, tx, entry, key);
    if (!PURPOSES_UNDER_RESTRICTION.includes(read.purpose) && (await isRestricted(tx, subject))) {
      throw new Refused('restricted', `data of this ${subject.kind} are restricted`);
    }
    await enter({
      kind: 'staff_read',
      role: read.role,
      about: subject,
      content: {
        actor: read.actor,
        purpose: read.purpose,
        reason: read.reason.trim(),
        table: entry.name,
        row: rowLabel(entry, found),
        columns: [...columns],
      },
    });
    return found;
  });
  return Object.fromEntries(columns.map((column) => [column, opened(store, entry, row, column)]));
}

function demandSealed(entry: MapEntry, columns: readonly string[]): void {
  const sealed = columns.filter((column) => entry.columns[column]?.how === 'sealed');
  if (columns.length === 0 || sealed.length < columns.length) {
    throw new Refused('not_found', `name sealed columns of ${entry.name}`);
  }
}

/**
 * Everything that is held about a person, shown to staff who answer them (GDPR Art. 15; the purpose is `rights`, which
 * goes on under restriction). Throws `Refused`: `reason_missing`, `erased`; then nothing was entered and nothing opened.
 */
export async function accessForStaff(
  store: Store,
  by: Omit<StaffRead, 'purpose'>,
  viewer: Viewer,
  options: AccessOptions = {},
): Promise<Section[]> {
  const read: StaffRead = { ...by, purpose: 'rights' };
  demandReason(read);
  const subject = { kind: 'person', id: viewer.person } as const;
  await store.record.act(async (_tx, enter) => {
    if (!store.keys.has(subject.kind, subject.id)) throw new Refused('erased', 'erased');
    const { actor, role, purpose } = read;
    const content = {
      actor,
      purpose,
      reason: read.reason.trim(),
      what: 'everything that is held about them',
    };
    await enter({ kind: 'staff_read', role, about: subject, content });
  });
  return access(store, viewer, options);
}

function demandReason({ actor, role, reason }: StaffRead): void {
  if (actor === null ? role !== 'operator' : !/^[0-9a-f]{32}$/.test(actor))
    throw new Refused('reason_missing', 'a staff read names who reads');
  const length = reason.trim().length;
  if (length === 0 || length > REASON_CHARACTERS_MAX) {
    throw new Refused(
      'reason_missing',
      `a staff read needs a reason of 1 to ${REASON_CHARACTERS_MAX} characters`,
    );
  }
}

async function find(
  store: Store,
  tx: Tx,
  entry: MapEntry,
  key: readonly unknown[],
): Promise<{ found: Row; subject: SubjectName }> {
  const { rows } = await tx.execute(sql`${selectRows(entry, isRow(entry, key))} for key share`);
  const found = rows[0] === undefined ? null : rowFrom(entry, rows[0]);
  const subject = found === null ? null : subjectOf(entry, found);
  if (found === null || subject === null) throw new Refused('not_found', 'no such row');
  if (!store.keys.has(subject.kind, subject.id)) throw new Refused('erased', 'erased');
  return { found, subject };
}

function opened(
  store: Store,
  entry: MapEntry,
  row: Row,
  column: string,
): Decrypted<string> | 'unreadable' | null {
  try {
    return openValue(store.vault, entry.table, row as never, column as never);
  } catch (error) {
    if (error instanceof Unreadable || error instanceof KeyGone) return 'unreadable';
    throw error;
  }
}
