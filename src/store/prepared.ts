/**
 * Statements that each connection parses and plans once. Their text must be the same each time: what differs goes in as
 * a parameter (`sql.placeholder`). Made once and kept: making one costs as much as running it.
 */
import { createHash } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Db } from './database.ts';
import type { Tx } from './store.ts';

export interface Prepared {
  /** Follows from the text: PostgreSQL refuses another text under the same name. */
  readonly name: string;
  readonly sql: string;
  readonly params: unknown[];
}

/** PostgreSQL's names end at 63 bytes. */
const NAME_DIGITS = 32;

const dialect = new PgDialect();

export function prepare(statement: SQL): Prepared {
  const { sql, params } = dialect.sqlToQuery(statement);
  return {
    name: `kept ${createHash('sha256').update(sql).digest('hex').slice(0, NAME_DIGITS)}`,
    sql,
    params,
  };
}

/** Runs it with a value for each placeholder; answers the rows as the driver gives them. */
export async function run<R>(
  on: Db | Tx,
  { name, sql, params }: Prepared,
  values: Readonly<Record<string, unknown>> = {},
): Promise<R[]> {
  const query = on._.session.prepareQuery({ sql, params }, undefined, name, false);
  const { rows } = (await query.execute(values)) as { rows: R[] };
  return rows;
}
