/** A pool of connections for everything but usage: commands, look-ups, pages, the sweep. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { isStalePlan } from './failures.ts';
import { LOGIN_STATEMENT_MS, ROLES, type RoleName, roleOptions } from './walls/roles.ts';

/** Connections that one pool holds at most. */
const POOL_CONNECTIONS_MAX = 8;
/** Until a connection counts as failed, in milliseconds. */
const CONNECT_MS_MAX = 5_000;
/** The server ends a statement that takes too long; one that is not answered for so long after that counts as lost. */
const ANSWER_MS_MAX = 5_000;
/** A statement of a transaction that takes its role itself. */
const LONGEST_STATEMENT_MS = Math.max(
  LOGIN_STATEMENT_MS,
  ...Object.values(ROLES).map((role) => role.statementMs),
);

export type Db = NodePgDatabase;

export interface Database {
  readonly db: Db;
  /** Whether it answers now. */
  reachable(): Promise<boolean>;
  /** Lends one connection for as long as `work` takes. */
  lend<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a pool; connections are made when they are needed. With a role, all of them work in it (`RESET ROLE` comes back
 * to it), and `url` has to be that of a login which can take it; without one, each transaction takes its own by `asRole`.
 */
export function openDatabase(url: string, role?: RoleName): Database {
  const pool = new pg.Pool({
    connectionString: url,
    ...(role === undefined ? {} : { options: roleOptions(role) }),
    max: POOL_CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: (role === undefined ? LONGEST_STATEMENT_MS : ROLES[role].statementMs) + ANSWER_MS_MAX,
    application_name: 'kept control',
    // What is asked without waiting (`together.ts`) is sent so; elsewhere one statement follows the other as ever.
    pipeline: true,
  });
  // A connection that breaks, idle or between two statements of a transaction, fails at its next statement and is
  // replaced; without listeners on both it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    watch(client);
  });
  return {
    db: drizzle(pool),
    reachable: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
    async lend(work) {
      const client = await pool.connect();
      try {
        return await work(client);
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

/**
 * Drizzle never gives back a connection whose `begin` failed: after eight of them the pool would be empty, and would
 * never end. Whoever began knows nothing of it but the error, so it is given back, and closed, here. One whose plan is
 * stale is closed when it is given back: in a transaction, Drizzle gives it back as though it were good.
 */
function watch(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const watched = (...given: unknown[]): unknown => {
    const answer = query(...given);
    if (!(answer instanceof Promise)) return answer;
    const text = (given[0] as { readonly text?: unknown } | null)?.text;
    const begins = typeof text === 'string' && text.startsWith('begin');
    answer.catch((error: unknown) => {
      if (begins) client.release(true);
      else if (isStalePlan(error)) closeWhenReleased(client);
    });
    return answer;
  };
  client.query = watched as typeof client.query;
}

/** Each loan has a `release` of its own. */
function closeWhenReleased(client: pg.PoolClient): void {
  const { release } = client;
  client.release = () => release.call(client, true);
}
