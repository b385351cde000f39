/** What the system says of itself in the record (its release, its configuration, its keys): once each time that it changes. */
import { and, desc, eq, isNotNull } from 'drizzle-orm';
import { type Canonical, canonicalJson } from '../../record/canonical.ts';
import type { EntryKind } from '../../record/commitment.ts';
import type { RecordEntry, RecordKeeper, Tx } from '../store.ts';
import { recordEntry } from './schema.ts';

export type SystemEntry = Omit<RecordEntry, 'about' | 'kind'> & { readonly kind: EntryKind };

/** Enters what is so now, unless the newest entry of this kind says the same; answers whether it did. */
export function enterIfChanged(record: RecordKeeper, { kind, role, content }: SystemEntry): Promise<boolean> {
  return record.act(async (tx, enter) => {
    const last = await saidLast(tx, kind);
    if (last !== null && canonicalJson(last) === canonicalJson(content as Canonical)) return false;
    await enter({ kind, role, about: null, content });
    return true;
  });
}

async function saidLast(tx: Tx, kind: EntryKind): Promise<Canonical | null> {
  const [row] = await tx
    .select({ open: recordEntry.open })
    .from(recordEntry)
    .where(and(eq(recordEntry.kind, kind), isNotNull(recordEntry.open)))
    .orderBy(desc(recordEntry.at), desc(recordEntry.index))
    .limit(1);
  return row?.open == null ? null : (JSON.parse(row.open) as { content: Canonical }).content;
}
