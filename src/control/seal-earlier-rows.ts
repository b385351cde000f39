/**
 * The second half of migration 0004: seals names and addresses that an earlier version stored as they were, and drops
 * the columns that held them. Killed anywhere, the next start goes on: what is sealed has no plain value any more.
 */
import { sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../store/database.ts';
import type { KeyStore } from '../store/keys/key-store.ts';
import { sqlName } from '../store/map/rows.ts';
import { entryOf } from '../store/map/table.ts';
import { sealValue } from '../store/sealed-rows.ts';
import type { Vault } from '../store/sealing/vault.ts';
import { account, person } from './accounts/schema.ts';
import { ledgerEntry } from './billing/schema.ts';
import { apiKey } from './keys/schema.ts';

/** Rows that are sealed in one transaction. */
const BATCH_ROWS = 500;
/** Name of the advisory lock under which one of several controls does it: "seal" as a number. */
const LOCK = 0x7365616c;

interface Earlier {
  readonly table: PgTable;
  readonly key: string;
  readonly required: boolean;
}

const EARLIER: readonly Earlier[] = [
  { table: person, key: 'email', required: true },
  { table: person, key: 'name', required: true },
  { table: account, key: 'name', required: true },
  { table: apiKey, key: 'name', required: true },
  { table: apiKey, key: 'networks', required: false },
  { table: ledgerEntry, key: 'reason', required: false },
];

/** As the tables' owner: seals what is left and answers how many values that was; null where no column is left. */
export async function sealEarlierRows(db: Db, keys: KeyStore, vault: Vault): Promise<number | null> {
  if (!(await isLeft(db, 'person', 'email_plain'))) return null;
  return db.transaction(async (lock) => {
    await lock.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    return sealAll(db, keys, vault);
  });
}

async function sealAll(db: Db, keys: KeyStore, vault: Vault): Promise<number | null> {
  if (!(await isLeft(db, 'person', 'email_plain'))) return null;
  await makeKeys(db, keys);
  let count = 0;
  for (const earlier of EARLIER) {
    const plain = `${sqlName(entryOf(earlier.table), earlier.key)}_plain`;
    if (!(await isLeft(db, entryOf(earlier.table).name, plain))) continue;
    for (let sealed = BATCH_ROWS; sealed === BATCH_ROWS; count += sealed) {
      sealed = await sealBatch(db, keys, vault, earlier, plain);
    }
  }
  await dropPlain(db);
  return count;
}

async function isLeft(db: Db, table: string, column: string): Promise<boolean> {
  const found = await db.execute(
    sql`select 1 from information_schema.columns
        where table_schema = current_schema() and table_name = ${table} and column_name = ${column}`,
  );
  return found.rows.length > 0;
}

async function makeKeys(db: Db, keys: KeyStore): Promise<void> {
  for (const { id } of await db.select({ id: person.id }).from(person)) await keys.create('person', id);
  for (const { id } of await db.select({ id: account.id }).from(account)) await keys.create('account', id);
}

async function sealBatch(
  db: Db,
  keys: KeyStore,
  vault: Vault,
  { table, key }: Earlier,
  plain: string,
): Promise<number> {
  const entry = entryOf(table);
  const { subject } = entry;
  if (subject.kind !== 'self' && subject.kind !== 'direct')
    throw new Error(`${entry.name} has no one subject`);
  const from = sql.identifier(plain);
  return db.transaction(async (tx) => {
    const found = await tx.execute<{ at: string; id: string; owner: string; plain: string | string[] }>(sql`
      select ctid::text as at, replace(id::text, '-', '') as id, ${from} as plain,
        replace(${sql.identifier(sqlName(entry, subject.column))}::text, '-', '') as owner
      from ${table} where ${from} is not null limit ${BATCH_ROWS} for update`);
    // The ledger's trigger refuses every change; for this one it steps aside, within this transaction.
    await tx.execute(sql`alter table ${table} disable trigger user`);
    for (const { at, id, owner, plain: value } of found.rows) {
      const text = Array.isArray(value) ? JSON.stringify(value) : value;
      if (key === 'email') await keys.setLookup('email', text, owner);
      const sealed = sealValue(vault, entry, { [subject.column]: owner, id }, key, text);
      await tx.execute(
        sql`update ${table} set ${sql.identifier(sqlName(entry, key))} = ${sealed}, ${from} = null where ctid = ${at}::tid`,
      );
    }
    await tx.execute(sql`alter table ${table} enable trigger user`);
    return found.rows.length;
  });
}

/** The plain columns go, and with them what their pages still held. */
async function dropPlain(db: Db): Promise<void> {
  const tables = new Map(EARLIER.map(({ table }) => [entryOf(table).name, table]));
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`alter table ${ledgerEntry} add constraint ledger_entry_reason check ((kind = 'credit') = (reason is not null))`,
    );
    for (const { table, key, required } of EARLIER) {
      const name = sqlName(entryOf(table), key);
      if (required)
        await tx.execute(sql`alter table ${table} alter column ${sql.identifier(name)} set not null`);
      await tx.execute(sql`alter table ${table} drop column ${sql.identifier(`${name}_plain`)}`);
    }
  });
  for (const table of tables.values()) await db.execute(sql`vacuum full ${table}`);
}
