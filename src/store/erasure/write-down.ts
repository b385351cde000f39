/** Writes down that an erasure has begun. */
import { sql } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import { type SubjectName, sqlName } from '../map/rows.ts';
import { entryOf } from '../map/table.ts';
import { prepare, run } from '../prepared.ts';
import type { Tx } from '../store.ts';
import { together } from '../together.ts';
import { newErasure } from './grace.ts';
import { type ErasureRow, erasure } from './schema.ts';

/** The erasure and those of the accounts that end with it; one of these that is scheduled already becomes part of it. */
export async function writeDown(
  tx: Tx,
  row: ErasureRow,
  accounts: readonly SubjectName[],
  role: ActorRole,
  now: number,
): Promise<void> {
  const caused = accounts.map((account) => ({
    ...newErasure(account, role, now, now),
    state: 'begun' as const,
    begunAt: row.begunAt,
    cause: row.id,
  }));
  await together(
    run(tx, LET_GO, { accounts: accounts.map(({ id }) => id) }),
    run(tx, INSERT, { rows: JSON.stringify([row, ...caused].map(inSql)) }),
  );
}

const ENTRY = entryOf(erasure);
const inSql = (row: ErasureRow) =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [sqlName(ENTRY, key), value]));

const LET_GO = prepare(sql`
  delete from erasure
  where account_id = any(${sql.placeholder('accounts')}::uuid[]) and state in ('scheduled', 'begun', 'held')`);

const INSERT = prepare(sql`
  insert into erasure select * from jsonb_populate_recordset(null::erasure, ${sql.placeholder('rows')}::jsonb)
  on conflict (id) do update
  set state = excluded.state, begun_at = excluded.begun_at, suppressed = excluded.suppressed, entry = excluded.entry`);
