/**
 * 200 made-up people come in by every way that takes a value about somebody; then everything that was written anywhere
 * is searched for them: the database's files with dead rows, its log and free space, keys, ledger, record, a dump, a
 * backup with its keys, and what was printed. Half of them are erased, and a thief with the master key and copies of
 * everything but the keys as they are now tries to open what they had written. The search is proven by a planted leak.
 */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { searchLeaks } from '../../src/verify/search/search-leaks.ts';
import { callAdmin, runSql } from '../support/control.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { enter, type MadeUp, wordsOf } from './people/made-up.ts';
import { copyRows, dump, type Loot, loadStolen, openAll, rowsNaming } from './people/thief.ts';

const PEOPLE = 200;
const AT_ONCE = 4;
let engine: LyingEngine;
let other: TestPostgres;
let kept: Instance;
let home: string;
let people: MadeUp[];
let gone: MadeUp[];
let stay: MadeUp[];
/** Before anybody was erased. */
let loot: Loot[];
let rowsOfStay: string[];
let dumps: Record<string, Buffer> = {};

const at = (...names: string[]): string => path.join(home, ...names);
const keysFolder = (): string => at('data', 'keys');
const master = (): Buffer =>
  Buffer.from(readFileSync(path.join(keysFolder(), 'master-key'), 'utf8').trim(), 'hex');
const facts = () => JSON.parse(readFileSync(at('data', 'instance.json'), 'utf8')) as { adminSocket: string };
const databaseUrl = (): string => {
  const password = readFileSync(path.join(keysFolder(), 'postgres-password'), 'utf8').trim();
  const folder = path.join(path.dirname(facts().adminSocket), 'postgres');
  return `postgres://kept:${password}@/kept?host=${encodeURIComponent(folder)}`;
};
const idsOf = (some: readonly MadeUp[]) => some.map(({ account }) => account.replace('acct_', ''));

beforeAll(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'kept-people-'));
  // Its temporary folder is for every user of the instance.
  chmodSync(home, 0o755);
  mkdirSync(at('tmp'));
  chmodSync(at('tmp'), 0o777);
  mkdirSync(at('copies'));
  [engine, other] = await Promise.all([startLyingEngine(), startPostgres()]);
  kept = await startKept({ dataFolder: at('data'), engineUrl: engine.url, env: { TMPDIR: at('tmp') } });
  people = await enter(facts().adminSocket, PEOPLE);
  [gone, stay] = [people.slice(0, PEOPLE / 2), people.slice(PEOPLE / 2)];
}, 180_000);
afterAll(async () => {
  await kept?.stop().catch(() => {});
  await Promise.all([engine?.stop(), other?.stop()]);
  rmSync(home, { recursive: true, force: true });
});

/** Everything on the disk, and what was printed; what could not be read is a failure. */
async function found(canaries: readonly string[], folder = home, blobs = dumps): Promise<string[]> {
  const { finds, unread, bytes } = await searchLeaks({
    canaries,
    folders: [folder],
    blobs: { ...blobs, stdout: kept.stdout(), stderr: kept.stderr() },
  });
  expect(unread).toEqual([]);
  expect(bytes).toBeGreaterThan(10_000_000);
  return finds.map(({ form, where }) => `${form} in ${where}`);
}

/** Networks as text, exactly: too few random digits for the search in forms. */
function networksFound(): string[] {
  const needles = people.map(({ network }) => Buffer.from(network));
  const holds = (bytes: Buffer): boolean =>
    bytes.includes('2001:db8:') && needles.some((needle) => bytes.includes(needle));
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => at(name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() && holds(readFileSync(file)));
  return [...files, ...Object.keys(dumps).filter((name) => holds(dumps[name] as Buffer))];
}

/** What opens with a copy of the keys folder as it is now. */
async function openCopy(name: string, files: Record<string, string> = {}): Promise<string> {
  const copy = at(`keys ${name}`);
  cpSync(keysFolder(), copy, { recursive: true });
  for (const [file, from] of Object.entries(files)) cpSync(from, path.join(copy, file));
  try {
    return (await openAll(copy, master(), loot)).join('\n');
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const missingIn = (opened: string, some: readonly MadeUp[]): string[] =>
  wordsOf(some).filter((word) => !opened.includes(word));

function expectHalf(opened: string): void {
  expect(wordsOf(gone).filter((word) => opened.includes(word))).toEqual([]);
  expect(gone.filter(({ network }) => opened.includes(network))).toEqual([]);
  expect(missingIn(opened, stay)).toEqual([]);
}

test('all that was entered is there for who may read it, and opens with the keys', async () => {
  const url = databaseUrl();
  const [first] = gone as [MadeUp];
  const shown = await callAdmin(facts().adminSocket, 'GET', `/accounts/${encodeURIComponent(first.email)}`);
  expect(JSON.stringify(shown.body)).toContain(first.values.name);
  const backup = await kept.kept(['backup', at('copies', 'before.backup')]);
  expect([backup.code, backup.stderr]).toEqual([0, '']);
  loot = await copyRows(url);
  rowsOfStay = await rowsNaming(url, idsOf(stay));
  dumps = await dump(url);
  for (const file of ['people', 'lookups']) cpSync(path.join(keysFolder(), file), at('copies', file));
  expect(missingIn(await openCopy('at first'), people)).toEqual([]);
}, 180_000);

test('after half of them were erased, no copy from before opens with the master key; the others are as they were, byte for byte', async () => {
  const [byCommand, ...rest] = gone as [MadeUp, ...MadeUp[]];
  expect((await kept.kept(['erase', '--account', byCommand.email, '--now'])).code).toBe(0);
  const queue = [...rest];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const of = `/accounts/${encodeURIComponent(one.email)}/erase`;
      expect((await callAdmin(facts().adminSocket, 'POST', of, { when: 'now' })).body.state).toBe('done');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(await rowsNaming(databaseUrl(), idsOf(gone))).toEqual([]);
  expect(await rowsNaming(databaseUrl(), idsOf(stay))).toEqual(rowsOfStay);
  for (const [name, bytes] of Object.entries(await dump(databaseUrl()))) dumps[`later ${name}`] = bytes;
  expectHalf(await openCopy('after'));
}, 240_000);

test('nothing of any of them lies in a file, a dump, a backup or the output', async () => {
  // The database writes all that it has to its files.
  await kept.stop();
  expect(await found(wordsOf(people))).toEqual([]);
  expect(networksFound()).toEqual([]);
}, 240_000);

test('a backup from before, without its keys file, gives nothing of the erased back', async () => {
  const url = await other.database();
  const keys = at('stolen keys');
  cpSync(keysFolder(), keys, { recursive: true });
  await loadStolen(url, keys, master(), at('copies', 'before.backup'));
  const rows = await copyRows(url);
  expect(rows.find(({ table }) => table.name === 'person')?.rows).toHaveLength(PEOPLE);
  expectHalf((await openAll(keys, master(), rows)).join('\n'));
}, 120_000);

test('old blocks of the key files open until the next epoch, as the page says, and not after it', async () => {
  const old = { people: at('copies', 'people'), lookups: at('copies', 'lookups') };
  expect(missingIn(await openCopy('of this epoch', old), gone)).toEqual([]);
  const store = await openKeyStore(keysFolder(), master());
  await store.rollEpoch();
  await store.close();
  expect(await openCopy('of the next epoch', old)).toBe('');
  expectHalf(await openCopy('now'));
}, 120_000);

test('the search finds one unsealed copy in a table, also when its row is dead', async () => {
  kept = await startKept({ dataFolder: at('data'), engineUrl: engine.url, env: { TMPDIR: at('tmp') } });
  const url = databaseUrl();
  const [victim] = stay as [MadeUp, ...MadeUp[]];
  await runSql(url, 'create table planted (value text)');
  await runSql(url, 'insert into planted values ($1)', [victim.email]);
  await runSql(url, 'delete from planted');
  await kept.stop();
  const finds = await found([victim.values.email as string], at('data', 'postgres'), {});
  expect(finds.filter((find) => find.includes(`${path.sep}base${path.sep}`))).not.toEqual([]);
  expect(finds.filter((find) => find.includes('pg_wal'))).not.toEqual([]);
}, 120_000);
