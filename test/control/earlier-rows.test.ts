/** A database of the version that stored names and addresses as they were: sealed at the first start, nothing lost. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSql, startTestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MIGRATIONS = fileURLToPath(new URL('../../src/store/migrations', import.meta.url));
const PEOPLE = 520;
const uuid = (kind: number, at: number): string =>
  `${String(kind).repeat(8)}-0000-4000-8000-${String(at).padStart(12, '0')}`;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

/** The tables as the first four migrations made them, known to Drizzle's journal. */
async function earlierDatabase(): Promise<string> {
  const url = await postgres.database();
  const journal = JSON.parse(await readFile(`${MIGRATIONS}/meta/_journal.json`, 'utf8')) as {
    entries: { tag: string; when: number }[];
  };
  await runSql(url, 'create schema drizzle');
  await runSql(
    url,
    'create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  for (const { tag, when } of journal.entries.slice(0, 4)) {
    const text = await readFile(`${MIGRATIONS}/${tag}.sql`, 'utf8');
    for (const statement of text.split('--> statement-breakpoint')) await runSql(url, statement);
    await runSql(url, 'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      tag,
      when,
    ]);
  }
  return url;
}

test('what was stored as it was is sealed, found by its address as before, and nowhere in the tables', async () => {
  const databaseUrl = await earlierDatabase();
  const people = Array.from({ length: PEOPLE }, (_, at) => at + 1);
  const values = people.map((at) => `('${uuid(1, at)}', 'earlier${at}@example.org', 'Earlier Person ${at}')`);
  await runSql(databaseUrl, `insert into person (id, email, name) values ${values}`);
  const accounts = people.map((at) => `('${uuid(2, at)}', 'Earlier Person ${at}', 'operator')`);
  await runSql(databaseUrl, `insert into account (id, name, way) values ${accounts}`);
  const members = people.map((at) => `('${uuid(1, at)}', '${uuid(2, at)}', 'owner')`);
  await runSql(databaseUrl, `insert into membership values ${members}`);
  await runSql(
    databaseUrl,
    `insert into api_key (id, account_id, hash, name, networks) values ($1, $2, '\\x01', 'Earlier key', '{192.0.2.0/24,10.0.0.0/8}')`,
    [uuid(3, 1), uuid(2, 1)],
  );
  await runSql(
    databaseUrl,
    "insert into ledger_entry (account_id, kind, amount_microusd, reason) values ($1, 'credit', 5, 'Earlier reason')",
    [uuid(2, 1)],
  );
  const keysFolder = await mkdtemp(join(tmpdir(), 'kept-earlier-'));
  await writeFile(join(keysFolder, 'pepper'), '0'.repeat(64));
  const control = await startTestControl(postgres, { databaseUrl, keysFolder });
  const account = await control.admin(
    'GET',
    `/accounts/${encodeURIComponent(`earlier${PEOPLE}@example.org`)}`,
  );
  expect(account.body).toMatchObject({ name: `Earlier Person ${PEOPLE}` });
  const keys = await control.admin('GET', '/accounts/earlier1%40example.org/keys');
  expect(keys.body.keys).toMatchObject([{ name: 'Earlier key', networks: ['192.0.2.0/24', '10.0.0.0/8'] }]);
  const ledger = await control.admin('GET', '/accounts/earlier1%40example.org/ledger');
  expect(ledger.body.entries).toMatchObject([{ reason: 'Earlier reason', amount_microusd: 5 }]);

  const left = await control.sql(
    "select 1 from information_schema.columns where column_name like '%_plain' and table_schema = 'public'",
  );
  expect(left).toEqual([]);
  const [text] = await control.sql<{ all: string }>(
    `select (select string_agg(p::text, '') from person p) || (select string_agg(a::text, '') from account a)
      || (select string_agg(k::text, '') from api_key k) || (select string_agg(l::text, '') from ledger_entry l) as all`,
  );
  for (const plain of ['earlier', 'Earlier']) {
    expect(text?.all).not.toContain(plain);
    expect(text?.all).not.toContain(Buffer.from(plain).toString('hex'));
  }
  await expect(control.sql('update ledger_entry set amount_microusd = 6')).rejects.toThrow('only appends');
  await control.end();
  await rm(keysFolder, { recursive: true });
});
