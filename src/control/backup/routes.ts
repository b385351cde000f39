/** Admin API of backups. */
import { isAbsolute } from 'node:path';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Log } from '../../log/log.ts';
import { keysFileOf } from '../../store/backup/backup.ts';
import { BackupError } from '../../store/backup/errors.ts';
import { readInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { attestedCopies } from './attested-copies.ts';
import { dealtInput, dealWithNewLogs } from './enter-restores.ts';
import { type Backups, makeBackup } from './make-backup.ts';

const FILE_LENGTH_MAX = 4096;
const input = z.strictObject({
  file: z
    .string()
    .max(FILE_LENGTH_MAX)
    .refine((file) => isAbsolute(file), 'must be a whole path'),
});

export function backupRoutes(backups: Backups, log: Log): Hono {
  const app = new Hono();
  app.post('/record/dealt', async (c) => {
    const { reason } = await readInput(c, dealtInput);
    return c.json(await dealWithNewLogs(backups.store, backups.source.ledger.folder, reason));
  });
  app.get('/backups', async (c) => c.json({ attested: await attestedCopies(backups.store) }));
  return app.post('/backup', async (c) => {
    const { file } = await readInput(c, input);
    try {
      await makeBackup(backups, file, c.req.raw.signal);
    } catch (error) {
      if (error instanceof BackupError) throw new Problem(409, error.code, error.message);
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOTDIR') throw error;
      throw new Problem(
        400,
        'unusable_file',
        `${file} cannot be written: name a file in a folder that is there.`,
      );
    }
    log('info', 'backup_made');
    return c.json({ file, keys: keysFileOf(file) }, 201);
  });
}
