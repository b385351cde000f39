/** A verified, sealed backup before the tables of a database with people in it are changed: a migration only goes forward. */
import { sql } from 'drizzle-orm';
import type { Checked } from '../../store/backup/check-items.ts';
import { backUp } from '../../store/backup/schedule.ts';
import { openDatabase } from '../../store/database.ts';
import { pendingMigrations } from '../../store/migrate.ts';
import { openKeys } from '../open-keys.ts';
import type { ControlSettings } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';
import { ledgerPlace } from './restore-parts.ts';

/** Databases with fewer migrations are of versions that sealed nothing, had no keys, and knew no backup. */
const SEALED_SINCE_MIGRATIONS = 5;

type Place = Pick<
  ControlSettings,
  'databaseUrl' | 'keysFolder' | 'ledgerFolder' | 'masterKey' | 'masterKeyCommand' | 'backups'
>;

/** Null where no migration is pending or nobody's data are there. Throws `StartFailure`, `NewerSchema`; then nothing was changed. */
export async function backUpBeforeMigrations(place: Place): Promise<Checked | null> {
  const { databaseUrl, ledgerFolder, backups } = place;
  const { applied, pending } = await pendingMigrations(databaseUrl);
  if (pending === 0 || applied < SEALED_SINCE_MIGRATIONS) return null;
  const database = openDatabase(databaseUrl);
  try {
    const people = await database.db.execute(sql`select 1 from person limit 1`);
    if (people.rows.length === 0) return null;
    const keys = await openKeys(place, database.db);
    try {
      const source = { databaseUrl, keys, ledger: ledgerPlace(ledgerFolder), now: Date.now };
      return await backUp(source, backups);
    } catch (error) {
      throw new StartFailure('backup_before_failed', error);
    } finally {
      await keys.close();
    }
  } finally {
    await database.close();
  }
}
