/** The search in rows of a database elsewhere: what was written since is found, as text and as bytes; what was there before is not unpacked. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newWord } from '../../src/control/probes/index.ts';
import type { Eyes } from '../../src/verify/eyes.ts';
import { markNow, searchEverywhere } from '../../src/verify/reach.ts';
import { readerOf } from '../../src/verify/search/reader.ts';
import { Scanner } from '../../src/verify/search/scanner.ts';
import { searchLeaks } from '../../src/verify/search/search-leaks.ts';
import { slowPassOf } from '../../src/verify/slow.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-reach-'));
const [BEFORE, AFTER, BYTES, FILE, NOWHERE] = [
  'canaryb1f0e7a2c4d6',
  'canarya9d3e5f7c1b2',
  'canaryc7e1d9b3f5a8',
  'canaryf2a4c6e8d0b1',
  'canaryd5b7f9a1c3e0',
] as const;
const [OLD, GONE] = ['canary18d2c4b6a7e9', 'canary3b5d7f91a2c4'] as const;

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
    store: {},
    settings: { exportsFolder, keysFolder, ledgerFolder, databaseUrl, linkSocket: '/run/kept/link' },
    ...readerOf(client),
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
  expect((await searchEverywhere(eyes, [BEFORE], mark, 'prompts')).places).toEqual([]);
  await client.query(`insert into said values ('so: ${AFTER}')`);
  await client.query(`insert into packed values (convert_to('${BYTES}', 'UTF8'))`);
  writeFileSync(path.join(folder, 'ledger', 'notes'), FILE);
  const words = [BEFORE, AFTER, BYTES, FILE];
  const { places, reach } = await searchEverywhere(eyes, words, mark, 'prompts');
  expect(places.toSorted()).toEqual(['/ledger/notes', 'table packed', 'table said']);
  expect(reach).toContain('Reach: rows');
  expect((await searchEverywhere(eyes, [NOWHERE], mark, 'people')).places).toEqual([]);
});

test('a slow pass finds what was there before, in rows and in files, and lets go of what is gone', async () => {
  eyes = { ...eyes, store: {} } as Eyes;
  const slow = slowPassOf(eyes);
  expect(slow.age()).toContain('has not begun');
  writeFileSync(path.join(folder, 'keys', 'old'), `old: ${OLD}`);
  const words = [BEFORE, OLD];
  await searchEverywhere(eyes, words, await markNow(eyes), 'people');
  await slow.step(60_000, AbortSignal.timeout(60_000));
  expect(slow.found('people').toSorted()).toEqual([path.join(folder, 'keys', 'old'), 'table said']);
  const { places, reach } = await searchEverywhere(eyes, [NOWHERE], await markNow(eyes), 'people');
  expect(places.toSorted()).toEqual(['/keys/old', 'table said']);
  expect(reach).toMatch(/A slow pass went through everything else between \d min ago and \d min ago/);
  await client.query('delete from said');
  rmSync(path.join(folder, 'keys', 'old'));
  await slow.step(60_000, AbortSignal.timeout(60_000));
  expect(slow.found('people')).toEqual([]);
});

test('a word is found wherever it lies in a long value, across what is searched at once', async () => {
  eyes = { ...eyes, store: {} } as Eyes;
  const mark = await markNow(eyes);
  const BLOCK = 1024 ** 2;
  for (const at of [BLOCK - 100, BLOCK - 30, BLOCK, 2 * BLOCK - 50, 3 * BLOCK]) {
    const filled = `repeat('.', ${at}) || '${AFTER}' || repeat('.', 1000)`;
    await client.query(`insert into packed values (convert_to(${filled}, 'UTF8'))`);
    const { places } = await searchEverywhere(eyes, [AFTER], mark, 'prompts');
    expect(places, `at ${at}`).toEqual(['table packed']);
    await client.query('delete from packed');
    await client.query('vacuum packed');
  }
});

test('in what is full of digits and letters, chance makes none of the words that probes say', () => {
  const words = Array.from({ length: 64 }, newWord);
  const scanner = new Scanner(words);
  const bytes = randomBytes(16 * 1024 ** 2);
  for (const text of [bytes.toString('hex'), bytes.toString('base64')])
    expect(scanner.scan(Buffer.from(text))).toEqual([]);
  const [word = ''] = words;
  const found = (text: string, least?: number) => new Scanner(words, least).scan(Buffer.from(text)).length;
  expect([found(`.${word.slice(0, 9)}.`), found(`.${word.slice(0, 9)}.`, 12)]).toEqual([1, 0]);
  expect(found(`.${word.slice(6, 19)}.`, 12)).toBe(1);
});

test('a connection that breaks in the middle of a slow pass is made anew, and none stays open', async () => {
  await client.query(`insert into said select repeat('word ', 400) from generate_series(1, 20000)`);
  await client.query(`insert into said values ('${OLD}')`);
  const connections = `select pid from pg_stat_activity where application_name = 'kept verify'`;
  const open = async () => (await client.query(connections)).rowCount;
  await expect.poll(open, { timeout: 10_000 }).toBe(0);
  eyes = { ...eyes, store: {} } as Eyes;
  const slow = slowPassOf(eyes);
  slow.remember('people', [OLD]);
  await slow.step(1, AbortSignal.timeout(60_000));
  const { rowCount } = await client.query(`select pg_terminate_backend(pid) from (${connections}) s`);
  expect(rowCount).toBe(1);
  await slow.step(60_000, AbortSignal.timeout(60_000)).catch(() => {});
  await slow.step(60_000, AbortSignal.timeout(60_000));
  expect(slow.found('people')).toEqual(['table said']);
  await expect.poll(open, { timeout: 10_000 }).toBe(0);
  await client.query('truncate said');
});

test('where pageinspect may be used, raw pages are searched: a row that was deleted lies there still', async () => {
  eyes = { ...eyes, store: {} } as Eyes;
  await client.query('create extension pageinspect');
  const mark = await markNow(eyes);
  await client.query(`insert into said values ('gone: ${GONE}'); delete from said`);
  const { places, reach } = await searchEverywhere(eyes, [GONE], mark, 'prompts');
  expect(places).toEqual(['pages of table said']);
  expect(reach).toContain('Reach: rows, pages.');
  await client.query('drop extension pageinspect');
});

test('of files of tables only pages that were written since are looked at, and not more than may be read', async () => {
  const tables = path.join(folder, 'base', '7');
  mkdirSync(tables, { recursive: true });
  rmSync(path.join(folder, 'keys', 'old'), { force: true });
  const pageOf = (lsn: number, words: string): Buffer => {
    const page = Buffer.alloc(8192);
    page.writeUInt32LE(2, 0);
    page.writeUInt32LE(lsn, 4);
    page.write(words, 100);
    return page;
  };
  writeFileSync(path.join(tables, '1259'), Buffer.concat([pageOf(0x0f, OLD), pageOf(0x10, GONE)]));
  writeFileSync(path.join(folder, 'large'), Buffer.alloc(100_000));
  const plan = { canaries: [OLD, GONE], folders: [folder], pagesSince: '2/10', bytesMax: 90_000 };
  const { finds, leftBytes } = await searchLeaks(plan);
  expect(finds.map(({ canary, at }) => [canary, at])).toEqual([[GONE, 8192 + 100]]);
  expect(leftBytes).toBe(100_000);
});
