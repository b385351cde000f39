/**
 * The schema of a copy: which migrations made it, and bringing an empty database to exactly those and then to ours,
 * inside the transaction that also loads the rows. Forward only; never skips one.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type pg from 'pg';
import { BackupError } from './errors.ts';
import type { SchemaMark } from './items.ts';

/** This version's own. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));

const markOf = (hashes: readonly string[]): SchemaMark => ({
  migrations: hashes.length,
  hash: createHash('sha256').update(hashes.join('\n')).digest('hex'),
});

/** Which migrations a database has, by drizzle's journal. */
export async function schemaOf(client: pg.ClientBase): Promise<SchemaMark> {
  const there = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as there");
  if (!there.rows[0].there) return markOf([]);
  const { rows } = await client.query<{ hash: string }>(
    'select hash from drizzle.__drizzle_migrations order by id',
  );
  return markOf(rows.map((row) => row.hash));
}

/** Throws `newer_schema` or `other_schema` where the copy's schema is not one of ours. */
export function demandKnown(mark: SchemaMark, folder: string): void {
  const hashes = readMigrationFiles({ migrationsFolder: folder }).map((migration) => migration.hash);
  if (mark.migrations > hashes.length)
    throw new BackupError(
      'newer_schema',
      `The backup has ${mark.migrations} migrations, this Kept knows ${hashes.length}: restore it with the version that made it, or a newer one.`,
    );
  if (markOf(hashes.slice(0, mark.migrations)).hash !== mark.hash)
    throw new BackupError('other_schema', 'The backup was made by another line of migrations than ours.');
}

/** Applies migrations number `from` up to, not including, `to`; all of them without `to`. */
export async function applyMigrations(
  client: pg.ClientBase,
  folder: string,
  from: number,
  to?: number,
): Promise<void> {
  await client.query('create schema if not exists drizzle');
  await client.query(
    'create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  for (const migration of readMigrationFiles({ migrationsFolder: folder }).slice(from, to)) {
    for (const statement of migration.sql) await client.query(statement);
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      migration.hash,
      migration.folderMillis,
    ]);
  }
}
