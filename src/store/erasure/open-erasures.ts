/** Finds erasures that are not over. */
import { sql } from 'drizzle-orm';
import type { SubjectName } from '../map/rows.ts';
import { entryOf } from '../map/table.ts';
import type { SubjectKind } from '../map/words.ts';
import { prepare, run } from '../prepared.ts';
import { columnSql, rowFrom, selectRows } from '../rights/select.ts';
import type { Tx } from '../store.ts';
import { type ErasureRow, erasure } from './schema.ts';

/** Whom an erasure is about; null once it is done. */
export function refersTo(row: ErasureRow): SubjectName | null {
  if (row.person !== null) return { kind: 'person', id: row.person };
  return row.account === null ? null : { kind: 'account', id: row.account };
}

/** The subject's erasure that is scheduled, begun or held; there is one at most. */
export async function findOpen(tx: Tx, subject: SubjectName): Promise<ErasureRow | null> {
  const [raw] = await run<Record<string, unknown>>(tx, OPEN[subject.kind], { id: subject.id });
  return raw === undefined ? null : (rowFrom(ENTRY, raw) as ErasureRow);
}

const ENTRY = entryOf(erasure);
const openOf = (kind: SubjectKind) =>
  prepare(
    selectRows(
      ENTRY,
      sql`${columnSql(ENTRY, kind)} = ${sql.placeholder('id')}::uuid and state in ('scheduled', 'begun', 'held')`,
    ),
  );
const OPEN = { person: openOf('person'), account: openOf('account') };
