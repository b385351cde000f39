/** The search in rows of a database elsewhere: what was written since is found, as text and as bytes; what was there before is not unpacked. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Eyes } from '../../src/verify/eyes.ts';
import { markNow, searchEverywhere } from '../../src/verify/reach.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-reach-'));
const [BEFORE, AFTER, BYTES, FILE, NOWHERE] = [
  'canaryb1f0e7a2c4d6',
  'canarya9d3e5f7c1b2',
  'canaryc7e1d9b3f5a8',
  'canaryf2a4c6e8d0b1',
  'canaryd5b7f9a1c3e0',
] as const;

let postgres: TestPostgres;
let client: pg.Client;
let eyes: Eyes;

beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.database();
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'create table said (words text); create table packed (bytes bytea); create view heard as select words from said',
  );
  const places = ['exports', 'keys', 'ledger'].map((name) => path.join(folder, name));
  for (const place of places) mkdirSync(place);
  const [exportsFolder, keysFolder, ledgerFolder] = places;
  eyes = {
    settings: { exportsFolder, keysFolder, ledgerFolder, databaseUrl, linkSocket: '/run/kept/link' },
    rows: async (statement: string, values: unknown[] = []) => (await client.query(statement, values)).rows,
  } as unknown as Eyes;
}, 60_000);
afterAll(async () => {
  await client?.end();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('words since the mark are found in text, in bytes and in files; those before it are not', async () => {
  await client.query(`insert into said values ('${BEFORE}')`);
  const mark = await markNow(eyes);
  expect((await searchEverywhere(eyes, [BEFORE], mark)).places).toEqual([]);
  await client.query(`insert into said values ('so: ${AFTER}')`);
  await client.query(`insert into packed values (convert_to('${BYTES}', 'UTF8'))`);
  writeFileSync(path.join(folder, 'ledger', 'notes'), FILE);
  const words = [BEFORE, AFTER, BYTES, FILE];
  const { places, reach } = await searchEverywhere(eyes, words, mark);
  expect(places.toSorted()).toEqual(['/ledger/notes', 'table packed', 'table said']);
  expect(reach).toContain('Reach: rows');
  expect((await searchEverywhere(eyes, [NOWHERE], mark)).places).toEqual([]);
});
