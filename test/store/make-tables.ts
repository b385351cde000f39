/** Makes the tables of a data map in a test's database: SQL from the Drizzle tables themselves, never written twice. */
import { createRequire } from 'node:module';
import type { PgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';

/** drizzle-kit's own generator, loaded as CommonJS: its ES module cannot be imported. */
const { generateDrizzleJson, generateMigration } = createRequire(import.meta.url)(
  'drizzle-kit/api',
) as typeof import('drizzle-kit/api');

/** The statements that make these tables in an empty database. */
export async function statementsFor(tables: readonly PgTable[]): Promise<string[]> {
  const imports = Object.fromEntries(tables.map((table, index) => [`table${index}`, table]));
  return await generateMigration(generateDrizzleJson({}), generateDrizzleJson(imports));
}

export async function makeTables(client: pg.Client | pg.Pool, tables: readonly PgTable[]): Promise<void> {
  for (const statement of await statementsFor(tables)) await client.query(statement);
}
