/** A pool for each way in which control works with the database (docs/database.md). */
import { type Database, openDatabase } from '../store/database.ts';
import { type bringUp, requireLogin } from './open-database.ts';

interface Databases {
  readonly database: Database;
  readonly sweeping: Database;
  readonly signingIn: Database;
  /** Each transaction takes its role, for one person and account. */
  readonly requests: Database;
}

/** Closed again with `opened`. Throws `StartFailure` where one may not sign in. */
export async function openDatabases(
  urls: Awaited<ReturnType<typeof bringUp>>,
  opened: AsyncDisposableStack,
): Promise<Databases> {
  const open = (...how: Parameters<typeof openDatabase>): Database => {
    const database = openDatabase(...how);
    opened.defer(() => database.close());
    return database;
  };
  const databases = {
    database: open(urls.system, 'kept_system'),
    sweeping: open(urls.system, 'kept_sweep'),
    signingIn: open(urls.sign_in, 'kept_sign_in'),
    requests: open(urls.request),
  };
  const { database, signingIn, requests } = databases;
  for (const each of [database, signingIn, requests]) await requireLogin(each);
  return databases;
}
