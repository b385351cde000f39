/**
 * Keeps folder and rows telling the same, whatever was killed or swept in between: a file whose export is over or is
 * nobody's goes, and an export whose file is gone says so.
 */
import { access, readdir, rm } from 'node:fs/promises';
import { and, eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { archivePath, type ExportParts } from './parts.ts';
import { isOver } from './read-export.ts';
import { exportJob } from './schema.ts';

export async function tidyFolder({ erasing, folder, believed }: ExportParts): Promise<void> {
  const { db } = erasing.services;
  // Files before rows: one that is begun in between is not among these, or has its row.
  const files = await readdir(folder);
  const rows = await db
    .select({ id: exportJob.id, state: exportJob.state, endedAt: exportJob.endedAt })
    .from(exportJob)
    .where(inArray(exportJob.state, ['working', 'ready']));
  if (files.length + rows.length === 0) return;
  const now = await believed();
  const alive = new Set(rows.filter((row) => !isOver(row, now)).map(({ id }) => id));
  for (const name of files) {
    if (!alive.has(name)) await removeArchive(folder, name);
  }
  for (const { id, state } of rows) {
    if (state === 'working' || !alive.has(id) || (await isThere(folder, id))) continue;
    await db
      .update(exportJob)
      .set({ state: 'failed', failure: 'lost', secret: null, bytes: null })
      .where(and(eq(exportJob.id, id), eq(exportJob.state, 'ready')));
  }
}

/** Its key dies with its row: what a disk may still have of it opens no more. */
export const removeArchive = (folder: string, id: Id): Promise<void> =>
  rm(archivePath(folder, id), { force: true });

const isThere = (folder: string, id: Id): Promise<boolean> =>
  access(archivePath(folder, id)).then(
    () => true,
    () => false,
  );
