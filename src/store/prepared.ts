/**
 * Statements that each connection parses and plans once. Their text must be the same each time: what differs goes in as
 * a parameter (`sql.placeholder`). Made once and kept: making one costs as much as running it. They go to the driver
 * past Drizzle's session, whose layers cost more than the driver.
 */
import { createHash } from 'node:crypto';
import { fillPlaceholders, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Db } from './database.ts';
import type { Tx } from './store.ts';

export interface Prepared {
  /** Follows from the text: PostgreSQL refuses another text under the same name. */
  readonly name: string;
  readonly text: string;
  readonly params: unknown[];
  readonly types: pg.CustomTypesConfig;
}

/** PostgreSQL's names end at 63 bytes. */
const NAME_DIGITS = 32;
const { DATE, INTERVAL, TIMESTAMP, TIMESTAMPTZ } = pg.types.builtins;
const MOMENTS: ReadonlySet<number> = new Set([DATE, INTERVAL, TIMESTAMP, TIMESTAMPTZ]);

/** Moments stay text, as Drizzle's columns want them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: unknown) =>
    MOMENTS.has(type) ? (text: string) => text : pg.types.getTypeParser(type, format as 'text'),
};

const dialect = new PgDialect();

export function prepare(statement: SQL): Prepared {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  const name = `kept ${createHash('sha256').update(text).digest('hex').slice(0, NAME_DIGITS)}`;
  return { name, text, params, types };
}

/** What Drizzle's session over `pg` works on. */
interface Session {
  readonly client: pg.Pool | pg.ClientBase;
}

/**
 * Runs it with a value for each placeholder; answers the rows as the driver gives them. It is sent before this returns:
 * what is asked of one transaction without waiting in between is answered in that order (`together.ts`).
 */
export async function run<R extends object>(
  on: Db | Tx,
  { name, text, params, types }: Prepared,
  values: Readonly<Record<string, unknown>> = {},
): Promise<R[]> {
  const { client } = on._.session as unknown as Session;
  const query = { name, text, types, values: fillPlaceholders(params, values) };
  return (await client.query<R>(query)).rows;
}
