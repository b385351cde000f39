/** Makes the archive of one export: from `waiting` by way of `working` to `ready`, with a mail that says so. */
import { randomBytes } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { minuteOf } from '../minute.ts';
import { startExport } from '../rights/index.ts';
import { archivePath, type ExportParts } from './parts.ts';
import { endOf } from './read-export.ts';
import { type ExportJob, exportJob } from './schema.ts';
import { writeArchive } from './sealed-archive.ts';
import { sealSecret } from './secret.ts';

const KEY_BYTES = 32;

export interface MakeOptions {
  readonly signal: AbortSignal;
  /** Accounts whose data will be in it, told before the first is read. */
  readonly onBegun: (accounts: readonly Id[]) => void;
  readonly onProgress: (rows: number, of: number) => void;
}

/**
 * False: it was cancelled meanwhile, or its person is gone, and the file is nobody's. Throws `Refused` (`busy` before
 * anything is changed, `erased`, `too_long`), and what database and disk throw; then the row is as far as it came.
 */
export async function makeArchive(
  parts: ExportParts,
  job: ExportJob,
  { signal, onBegun, onProgress }: MakeOptions,
): Promise<boolean> {
  const { services, store } = parts.erasing;
  const { stream, done, accounts } = await startExport(parts.erasing, job.person, { signal, onProgress });
  onBegun(accounts);
  const key = randomBytes(KEY_BYTES);
  try {
    const began = await services.db
      .update(exportJob)
      .set({
        state: 'working',
        tries: job.tries + 1,
        secret: sealSecret(services.vault, job, { key, accounts }),
      })
      .where(and(eq(exportJob.id, job.id), eq(exportJob.state, 'waiting')))
      .returning({ id: exportJob.id });
    if (began.length === 0) return false;
    const bytes = await writeArchive({ path: archivePath(parts.folder, job.id), id: job.id, key }, stream);
    await done;
    return await finish(parts, job, bytes, store.now());
  } finally {
    key.fill(0);
    stream.destroy();
    // Its snapshot and its locks end before anybody goes on.
    await done.catch(() => {});
  }
}

async function finish(parts: ExportParts, job: ExportJob, bytes: number, now: number): Promise<boolean> {
  const { services } = parts.erasing;
  const isReady = await services.db.transaction(async (tx) => {
    const ready = await tx
      .update(exportJob)
      .set({ state: 'ready', bytes, endedAt: new Date(now) })
      .where(and(eq(exportJob.id, job.id), eq(exportJob.state, 'working')))
      .returning({ id: exportJob.id });
    if (ready.length === 0) return false;
    const until = minuteOf(endOf(now));
    const values = { until, url: `${parts.siteUrl}/console/export` };
    await parts.notices.send(tx, { template: 'export_ready', person: job.person, values });
    return true;
  });
  parts.notices.wake();
  return isReady;
}
