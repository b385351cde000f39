/** Receipts of a deletion that is done, for whoever has the address of its page: nobody is left who could sign in. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { completedEntry } from '../../store/erasure/complete.ts';
import { erasure } from '../../store/erasure/schema.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import { Problem } from '../problem.ts';
import type { RequestParts } from './parts.ts';
import type { RequestRow } from './schema.ts';

/** `done`: that it was erased here, and what was then open elsewhere. `completed`: that this came to its end, too. */
export const RECEIPTS = ['done', 'completed'] as const;
export type ErasureReceipt = (typeof RECEIPTS)[number];

async function entriesOf(
  { erasing: { services } }: RequestParts,
  { right, effect }: RequestRow,
): Promise<Partial<Record<ErasureReceipt, Id>>> {
  if (right !== 'delete' || effect === null) return {};
  const [row] = await services.db.select().from(erasure).where(eq(erasure.id, effect));
  if (row?.state !== 'done' || row.entry === null) return {};
  const completed = completedEntry(effect);
  const [later] = await services.db
    .select({ id: recordEntry.id })
    .from(recordEntry)
    .where(eq(recordEntry.id, completed));
  return { done: row.entry, ...(later !== undefined && { completed }) };
}

/** Which there are. */
export const receiptsOf = async (parts: RequestParts, row: RequestRow): Promise<ErasureReceipt[]> => {
  const entries = await entriesOf(parts, row);
  return RECEIPTS.filter((which) => entries[which] !== undefined);
};

/** C2SP tlog-proof. Throws `Problem` 404. */
export async function erasureReceipt(parts: RequestParts, row: RequestRow, which: string): Promise<string> {
  const entry = (await entriesOf(parts, row))[which as ErasureReceipt];
  if (entry === undefined) throw new Problem(404, 'no_such_receipt', 'There is no such receipt.');
  return parts.erasing.store.record.receipt(entry);
}
