/** Somebody who has copies of the database, a master key, and tries to open what people had written. */
import { createRequire } from 'node:module';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { dataMap } from '../../../src/control/data-map.ts';
import { load } from '../../../src/store/backup/load.ts';
import { MIGRATIONS_FOLDER } from '../../../src/store/backup/migrations.ts';
import { readId, readItems } from '../../../src/store/backup/read-file.ts';
import { backupKey } from '../../../src/store/backup/verify.ts';
import { openKeyStore } from '../../../src/store/keys/open-key-store.ts';
import { quoted, sealedColumns } from '../../../src/store/map/rows.ts';
import { openValue } from '../../../src/store/sealed-rows.ts';
import { Vault } from '../../../src/store/sealing/vault.ts';

/** Every row with something sealed in it, as a copy of the database holds it. */
export interface Loot {
  readonly table: (typeof dataMap)[number];
  readonly rows: readonly Record<string, unknown>[];
}

export async function copyRows(url: string): Promise<Loot[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const db = drizzle(client);
    const loot: Loot[] = [];
    for (const table of dataMap) {
      if (sealedColumns(table).length > 0) loot.push({ table, rows: await db.select().from(table.table) });
    }
    return loot;
  } finally {
    await client.end();
  }
}

/** All that opens under the keys of a folder, master key in hand. */
export async function openAll(keysFolder: string, master: Buffer, loot: readonly Loot[]): Promise<string[]> {
  const keys = await openKeyStore(keysFolder, master);
  try {
    const vault = new Vault(keys);
    const opened: string[] = [];
    for (const { table, rows } of loot) {
      for (const row of rows) {
        for (const column of sealedColumns(table)) {
          try {
            const value = openValue(vault, table.table, row as never, column as never);
            if (value !== null) opened.push(value.reveal());
          } catch {
            // It does not open: that is what is tried here.
          }
        }
      }
    }
    return opened;
  } finally {
    await keys.close();
  }
}

/** Fills an empty database from a backup as a thief would: nobody's erasure is replayed. */
export async function loadStolen(
  url: string,
  keysFolder: string,
  master: Buffer,
  file: string,
): Promise<void> {
  const keys = await openKeyStore(keysFolder, master);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const key = backupKey(keys, await readId(file));
    await load(client, readItems(file, key), { migrations: MIGRATIONS_FOLDER });
  } finally {
    await client.end();
    await keys.close();
  }
}

/** All tables as a dump has them, by COPY: text, and binary as a replica would. */
export async function dump(url: string): Promise<Record<string, Buffer>> {
  const copyStreams = createRequire(import.meta.url)('pg-copy-streams') as typeof import('pg-copy-streams');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const blobs: Record<string, Buffer> = {};
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of rows) {
      for (const format of ['text', 'binary']) {
        const parts: Buffer[] = [];
        for await (const part of client.query(copyStreams.to(`copy ${name} to stdout (format ${format})`)))
          parts.push(part as Buffer);
        blobs[`dump of ${name} as ${format}`] = Buffer.concat(parts);
      }
    }
  } finally {
    await client.end();
  }
  return blobs;
}

/** Every row of every table that names one of these ids, as text. */
export async function rowsNaming(url: string, ids: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found: string[] = [];
    for (const { name } of dataMap) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${quoted(name)} t`);
      for (const { row } of rows) {
        const bare = row.replaceAll('-', '');
        if (ids.some((id) => bare.includes(id))) found.push(`${name}: ${row}`);
      }
    }
    return found.sort();
  } finally {
    await client.end();
  }
}
