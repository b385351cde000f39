/**
 * What an erasure does with archives: those of its people, and those that hold data of its accounts, go in its own
 * transaction. Where that is rolled back after all, an export is without its file, says so, and is asked for again.
 */
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { membership } from '../accounts/schema.ts';
import { exportJob } from './schema.ts';
import { removeArchive } from './tidy-folder.ts';

export async function forgetArchives(
  tx: Tx,
  folder: string,
  of: { readonly accounts: readonly Id[]; readonly people: readonly Id[] },
): Promise<void> {
  const members = await tx
    .select({ person: membership.person })
    .from(membership)
    .where(inArray(membership.account, [...of.accounts]));
  const people = [...of.people, ...members.map(({ person }) => person)];
  const gone = await tx
    .delete(exportJob)
    .where(inArray(exportJob.person, people))
    .returning({ id: exportJob.id });
  for (const { id } of gone) await removeArchive(folder, id);
}
