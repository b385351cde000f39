/** Brings the database to this version's tables: forward only, one process at a time. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
/** Name of the advisory lock: "kept" as a number. */
const LOCK = 0x6b657074;

/** The database has migrations that this version does not know. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}

/**
 * Applies what is missing under an advisory lock, so that several controls may start at once. All of it is one
 * transaction: it happens whole or not at all. Returns how many migrations were
 * applied; throws `NewerSchema` before it touches anything.
 */
export async function migrate(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: 'kept migration' });
  // A break between two statements fails at the next one; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const before = await applied(client);
    if (before > (await known())) throw new NewerSchema('the database has migrations of a newer version');
    await applyMigrations(drizzle(client), { migrationsFolder: FOLDER });
    return (await applied(client)) - before;
  } finally {
    await client.end();
  }
}

async function applied(client: pg.Client): Promise<number> {
  const there = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as there");
  if (!there.rows[0].there) return 0;
  const counted = await client.query('select count(*)::int as count from drizzle.__drizzle_migrations');
  return counted.rows[0].count;
}

/** How many migrations this version has, as drizzle-kit's journal counts them. */
async function known(): Promise<number> {
  const journal = JSON.parse(await readFile(`${FOLDER}/meta/_journal.json`, 'utf8')) as {
    entries: unknown[];
  };
  return journal.entries.length;
}
