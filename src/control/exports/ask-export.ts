/** Somebody asks for their export, or wants it no more. */
import { and, eq, inArray } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { databaseCode } from '../../store/failures.ts';
import { Problem } from '../problem.ts';
import type { ExportParts } from './parts.ts';
import type { ExportQueue } from './queue.ts';
import { exportJob } from './schema.ts';
import { removeArchive } from './tidy-folder.ts';

const UNIQUE_VIOLATION = '23505';

/** The archive of an earlier one goes. Answers its id. Throws `Problem` 409 while one is under way. */
export async function askExport(parts: ExportParts, queue: ExportQueue, person: Id): Promise<Id> {
  const { services, store } = parts.erasing;
  const made = newId();
  const before = await services.db
    .transaction(async (tx) => {
      const gone = await tx
        .delete(exportJob)
        .where(and(eq(exportJob.person, person), inArray(exportJob.state, ['ready', 'failed', 'cancelled'])))
        .returning({ id: exportJob.id });
      await tx
        .insert(exportJob)
        .values({ id: made, person, state: 'waiting', askedAt: new Date(store.now()) });
      return gone;
    })
    .catch((error: unknown) => {
      if (databaseCode(error) !== UNIQUE_VIOLATION) throw error;
      throw new Problem(409, 'export_under_way', 'An export of yours is being made already.');
    });
  for (const { id } of before) await removeArchive(parts.folder, id);
  queue.wake();
  return made;
}

/** Ends it wherever it is; nothing of the archive stays. Throws `Problem` 404 where they have none of this id. */
export async function cancelExport(
  { erasing: { services, store } }: ExportParts,
  queue: ExportQueue,
  person: Id,
  id: string,
): Promise<void> {
  const ended = await services.db
    .update(exportJob)
    .set({ state: 'cancelled', secret: null, bytes: null, endedAt: new Date(store.now()) })
    .where(
      and(
        eq(exportJob.person, person),
        eq(exportJob.id, id),
        inArray(exportJob.state, ['waiting', 'working', 'ready']),
      ),
    )
    .returning({ id: exportJob.id });
  if (ended.length === 0) throw new Problem(404, 'no_such_export', 'There is no such export of yours.');
  await queue.breakOff(id);
}
