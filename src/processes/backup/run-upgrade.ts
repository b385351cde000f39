/** What `kept upgrade` does; loaded by it alone. */
import path from 'node:path';
import { print } from '../commands/print.ts';
import { MAJOR, majorOf } from '../postgres/cluster.ts';
import { databaseUser } from '../postgres/identity.ts';
import { olderBinaries } from '../postgres/older.ts';
import { StartError } from '../start-error.ts';
import { embeddedPlace } from '../supervisor/database.ts';
import { whileOffline } from './offline.ts';
import { offline, wholePath } from './offline-command.ts';
import { upgradeCluster } from './upgrade-cluster.ts';

export async function upgrade({ binaries, json }: { binaries?: string; json?: boolean }): Promise<void> {
  const stopped = 'Stopped: the old database is as it was; the same command begins anew.';
  const done = await offline({ json, stopped }, ({ config, progress, signal }) =>
    whileOffline(config, async ({ data, runFolder }) => {
      const { binaries: current, place } = embeddedPlace(data, runFolder);
      const from = majorOf(place.folder);
      if (from === null && majorOf(`${place.folder}.upgraded`) === null)
        throw new StartError(`There is no embedded database in ${data.path}.`);
      const links = path.join(data.path, 'postgres-libraries-older');
      const needed = from !== null && from !== MAJOR;
      const old = needed ? olderBinaries(binaries ? wholePath(binaries) : null, from, links) : current;
      const user = databaseUser([place.folder, runFolder], [current.postgres, old.postgres]);
      const upgraded = await upgradeCluster({
        place: { ...place, user },
        socketFolder: runFolder,
        old,
        current,
        onProgress: (at, total) => progress.parts('Copying', at, total, 'tables'),
        signal,
      });
      return { from, upgraded };
    }),
  );
  const { from, upgraded } = done;
  const rows = upgraded?.tables.reduce((sum, table) => sum + table.rows, 0) ?? 0;
  print(json, { from, to: MAJOR, rows, old_folder: upgraded?.oldFolder ?? null }, [
    upgraded === null
      ? `The database is of PostgreSQL ${MAJOR} already: there is nothing to do.`
      : `Copied and compared: ${rows} rows. The database is of PostgreSQL ${MAJOR} now; the old one is in ${upgraded.oldFolder}: delete it when all is well.`,
  ]);
}
