/**
 * A restore under way: a file in the data folder while it runs, and its id in the database from the same transaction
 * as the rows. While the file is there nothing may start on this data folder; the same restore, run again, goes on.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { syncFolder } from '../keys/files.ts';

const NAME = 'restore-under-way';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

const shape = z.strictObject({
  /** The backup's id. */
  backup: z.string(),
  /** Where its file was, as a whole path. */
  file: z.string(),
  /** The restore's own id, and when it was begun (milliseconds since 1970). */
  restore: z.string(),
  at: z.number(),
  /** When the backup was made. */
  of: z.number(),
  /** Whether what is in the ledger folder came from the backup. */
  ledgerIsOurs: z.boolean(),
  /** The record that ends with this restore; null where it goes on. */
  oldLog: z.strictObject({ origin: z.string().nullable(), size: z.number(), root: z.string() }).nullable(),
});
export type RestoreMark = z.infer<typeof shape>;

/** The restore that has not ended on this data folder, or null. */
export async function restoreUnderWay(dataFolder: string): Promise<RestoreMark | null> {
  try {
    return shape.parse(JSON.parse(await readFile(join(dataFolder, NAME), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function markRestore(dataFolder: string, mark: RestoreMark): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: FOLDER_MODE });
  const path = join(dataFolder, NAME);
  const file = await open(`${path}.new`, 'w', FILE_MODE);
  try {
    await file.writeFile(JSON.stringify(mark));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

export async function unmarkRestore(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, NAME), { force: true });
  await syncFolder(dataFolder);
}

/** Says in the database itself which backup it came from. */
export async function noteOrigin(client: pg.ClientBase, backup: string): Promise<void> {
  await client.query(
    'create table if not exists drizzle.restored_from (backup text primary key, at timestamptz not null default now())',
  );
  await client.query('insert into drizzle.restored_from (backup) values ($1)', [backup]);
}

/** The backup that this database was restored from last, or null. */
export async function originOf(client: pg.ClientBase): Promise<string | null> {
  const there = await client.query("select to_regclass('drizzle.restored_from') is not null as there");
  if (!there.rows[0].there) return null;
  const { rows } = await client.query<{ backup: string }>(
    'select backup from drizzle.restored_from order by at desc limit 1',
  );
  return rows[0]?.backup ?? null;
}
