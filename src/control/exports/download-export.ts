/** Gives somebody their archive, opened piece by piece. */
import { Readable } from 'node:stream';
import type { Id } from '../../link/ids.ts';
import { faultFields } from '../../log/log.ts';
import { Problem } from '../problem.ts';
import { archivePath, type ExportParts } from './parts.ts';
import { exportOf, isOver, isTheirs } from './read-export.ts';
import { openArchive } from './sealed-archive.ts';
import { openSecret } from './secret.ts';

export interface Download {
  readonly stream: ReadableStream;
  readonly bytes: number;
}

/** Throws `Problem`: 404 where they have none of this id, 409 (not ready, or an account in it is no longer theirs), 410 (over). */
export async function downloadExport(
  { erasing: { services, store }, folder }: ExportParts,
  person: Id,
  id: string,
): Promise<Download> {
  const job = await exportOf(services.db, person);
  if (job === null || job.id !== id)
    throw new Problem(404, 'no_such_export', 'There is no such export of yours.');
  if (isOver(job, store.now())) throw over();
  const secret = openSecret(services.vault, job);
  if (job.state !== 'ready' || secret === null || job.bytes === null)
    throw new Problem(409, 'export_not_ready', 'It is not ready. Its page says how far it is.');
  if (!(await isTheirs(services, job)))
    throw new Problem(
      409,
      'accounts_changed',
      'An account whose data are in it is no longer yours. Ask for a new export.',
    );
  const pieces = await openArchive({ path: archivePath(folder, id), id, key: secret.key }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? over() : error;
    },
  );
  const told = telling(pieces, (error) => services.log('error', 'export_failed', faultFields(error)));
  return { stream: Readable.toWeb(Readable.from(told)) as ReadableStream, bytes: job.bytes };
}

/** A file that was altered breaks the download off: what has been sent so far is no whole archive. */
async function* telling(
  pieces: AsyncIterable<Buffer>,
  onFault: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    onFault(error);
    throw error;
  }
}

const over = (): Problem => new Problem(410, 'export_over', 'The archive is gone. Ask for a new export.');
