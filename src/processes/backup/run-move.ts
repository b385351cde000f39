/** What `kept move` does; loaded by it alone. */
import { type Moved, moveDatabase } from '../../store/backup/move.ts';
import { CommandError } from '../commands/admin-client.ts';
import { print } from '../commands/print.ts';
import { requireDatabase } from '../supervisor/database.ts';
import { requireFit } from '../supervisor/fit.ts';
import { whileDatabase, whileOffline } from './offline.ts';
import { offline } from './offline-command.ts';

const ADDRESS = /^postgres(ql)?:\/\//;

export async function move({ to, json }: { to: string; json?: boolean }): Promise<void> {
  if (!ADDRESS.test(to)) throw new CommandError('--to takes an address that begins with postgres://.');
  const stopped = 'Stopped: the target is as it was, and Kept goes on with its own database.';
  const { tables } = await offline({ json, stopped }, ({ config, progress, signal }): Promise<Moved> => {
    if (config.databaseUrl !== null)
      throw new CommandError(
        'DATABASE_URL is set, so that the database is not the embedded one: unset it to move that, or move yours with the tools of PostgreSQL.',
      );
    return whileOffline(config, async (place) => {
      await requireFit(place.data.path, config);
      await requireDatabase(to);
      return whileDatabase(config, place, (from) =>
        moveDatabase(from, to, {
          signal,
          onProgress: (done, total) => progress.parts('Copying', done, total, 'tables'),
        }),
      );
    });
  });
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  print(json, { tables: tables.length, rows, set: 'DATABASE_URL' }, [
    tables.length === 0
      ? 'It was copied before; only its end was missing.'
      : `Copied and compared: ${rows} rows of ${tables.length} tables.`,
    'From now on set DATABASE_URL to the address that you gave. Keys, ledger and record stay in the data folder.',
    'The old database is left as it is, and nothing starts on it any more; delete the folder `postgres` in the data folder when all is well.',
  ]);
}
