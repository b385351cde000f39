/** Entries of the record as rows: made and sealed when an act enters them, found and opened for a receipt. */
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { CanonicalObject } from '../../record/canonical.ts';
import {
  type AuditOpening,
  commit,
  entryOfAudit,
  type FullOpening,
  type Header,
} from '../../record/commitment.ts';
import type { Db } from '../database.ts';
import type { SubjectName } from '../map/rows.ts';
import { prepare, run } from '../prepared.ts';
import type { Vault } from '../sealing/vault.ts';
import type { RecordEntry, Tx } from '../store.ts';
import { type EntryRow, recordEntry } from './schema.ts';

/** An entry that stands in the database and not yet in the record. */
export interface PendingEntry {
  readonly id: string;
  readonly entry: Buffer;
  readonly opening: AuditOpening;
}

const INSERT = prepare(
  sql`insert into record_entry (id, kind, role, at, salt1, content_hash, person_id, account_id, secret, open) values (${sql.join(
    ['id', 'kind', 'role', 'at', 'salt1', 'contentHash', 'person', 'account', 'secret', 'open'].map((name) =>
      sql.placeholder(name),
    ),
    sql`, `,
  )})`,
);

const placeOf = (id: string) => ({ table: 'record_entry', column: 'secret', row: id });

/** Inserts an entry in the act's transaction. Throws `KeyGone` where whom it is about is erased. */
export async function insertEntry(tx: Tx, vault: Vault, act: RecordEntry, at: number): Promise<PendingEntry> {
  const header = { kind: act.kind, role: act.role, at } as Header;
  const { entry, salt1, salt2, contentHash } = commit(header, act.content as CanonicalObject);
  const id = act.id ?? randomUUID().replaceAll('-', '');
  const secret = JSON.stringify({ salt2: salt2.toString('base64'), content: act.content });
  await run(tx, INSERT, {
    id,
    kind: act.kind,
    role: act.role,
    at: new Date(at).toISOString(),
    salt1,
    contentHash,
    person: act.about?.kind === 'person' ? act.about.id : null,
    account: act.about?.kind === 'account' ? act.about.id : null,
    secret: act.about === null ? null : vault.seal(act.about, placeOf(id), secret),
    open: act.about === null ? secret : null,
  });
  return { id, entry, opening: { ...header, salt1, contentHash } };
}

/** All of one entry, or null where there is none or its secret has died. Throws `KeyGone` or `Unreadable`. */
export async function findEntry(
  db: Db,
  vault: Vault,
  id: string,
): Promise<{ index: number | null; opening: FullOpening } | null> {
  const [row] = await db.select().from(recordEntry).where(eq(recordEntry.id, id));
  if (row === undefined) return null;
  const text = row.open ?? openSecret(vault, row);
  if (text === null) return null;
  const { salt2, content } = JSON.parse(text) as { salt2: string; content: CanonicalObject };
  const { salt1 } = row;
  return {
    index: row.index,
    opening: { ...headerOf(row), salt1, salt2: Buffer.from(salt2, 'base64'), content },
  };
}

function openSecret(vault: Vault, row: EntryRow): string | null {
  const about: SubjectName | null =
    row.person !== null
      ? { kind: 'person', id: row.person }
      : row.account !== null
        ? { kind: 'account', id: row.account }
        : null;
  if (about === null || row.secret === null) return null;
  return vault.open(about, placeOf(row.id), row.secret).reveal();
}

/** Entries whose place in the record the database does not know, oldest first. */
export async function unplacedEntries(db: Db): Promise<PendingEntry[]> {
  const rows = await db
    .select()
    .from(recordEntry)
    .where(sql`${recordEntry.index} is null`)
    .orderBy(recordEntry.at, recordEntry.id);
  return rows.map((row) => {
    const opening: AuditOpening = { ...headerOf(row), salt1: row.salt1, contentHash: row.contentHash };
    return { id: row.id, entry: entryOfAudit(opening), opening };
  });
}

/** The first place in the record that no row of the database names. */
export async function firstUnknownPlace(db: Db): Promise<number> {
  const [row] = await db.select({ top: sql<string | null>`max(${recordEntry.index})` }).from(recordEntry);
  return row?.top == null ? 0 : Number(row.top) + 1;
}

/**
 * Stores places in the record. They can be found again in the record itself, so the commit does not wait for the disk.
 */
export async function storePlaces(
  db: Db,
  places: readonly { readonly id: string; readonly index: number }[],
): Promise<void> {
  const ids = places.map(({ id }) => id);
  const indexes = places.map(({ index }) => index);
  await run(db, STORE_PLACES, { ids, indexes });
}

const STORE_PLACES = prepare(sql`
  with fast as (select set_config('synchronous_commit', 'off', true))
  update record_entry set index = place.index
  from fast, unnest(${sql.placeholder('ids')}::uuid[], ${sql.placeholder('indexes')}::bigint[]) as place (id, index)
  where record_entry.id = place.id`);

const headerOf = (row: EntryRow): Header =>
  ({ kind: row.kind, role: row.role, at: row.at.getTime() }) as Header;
