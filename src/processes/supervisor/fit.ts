/** Whether a data folder may be started on at all, seen before anything is touched. */
import path from 'node:path';
import type { Config } from '../../config/index.ts';
import { restoreUnderWay } from '../../store/backup/restore-mark.ts';
import { requireMajor } from '../postgres/cluster.ts';
import { StartError } from '../start-error.ts';

/** Refuses one whose restore has not ended, and one whose database is of another PostgreSQL. */
export async function requireFit(
  folder: string,
  { databaseUrl }: Pick<Config, 'databaseUrl'>,
): Promise<void> {
  const mark = await restoreUnderWay(folder);
  if (mark !== null)
    throw new StartError(
      `A restore has begun on ${folder} and not ended: \`npx --no kept restore ${mark.file}\` goes on with it.`,
    );
  if (databaseUrl === null) requireMajor(path.join(folder, 'postgres'));
}
