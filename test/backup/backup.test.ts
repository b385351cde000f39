/** A backup gives back what was there, byte for byte, or is refused; what was erased stays erased. */
import { copyFile, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBackup } from '../../src/store/backup/backup.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { restoreUnderWay } from '../../src/store/backup/restore-mark.ts';
import { verifyBackup } from '../../src/store/backup/verify.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { unwrap } from '../../src/store/keys/wrap.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { ErasureLedger } from '../../src/store/ledger/erasure-ledger.ts';
import { readRestores } from '../../src/store/ledger/restores.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';
import {
  addAccount,
  addPerson,
  contents,
  type Folders,
  makeFolders,
  makeInstance,
  makeMigrations,
  optionsFor,
  placeFor,
  type TestInstance,
} from './instance.ts';

const DAMAGES = process.env.KEPT_TEST_ALL ? 400 : 40;

let postgres: TestPostgres;
let instance: TestInstance;
let migrations: string;
let file: string;
let scratch: Folders;
const others: Folders[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  scratch = await makeFolders();
  migrations = await makeMigrations(scratch.root);
  instance = await makeInstance(await postgres.database(), migrations);
  for (let count = 0; count < 20; count += 1) await addPerson(instance);
  await instance.client.query("insert into fixture_price values ('a', 1), ('b', 2)");
  file = join(scratch.root, 'one.backup');
  await writeBackup(instance.source, file);
}, 60_000);

afterAll(async () => {
  await instance?.close();
  await postgres?.stop();
  for (const folders of [scratch, ...others]) await rm(folders.root, { recursive: true, force: true });
});

async function elsewhere(): Promise<Folders> {
  const folders = await makeFolders();
  others.push(folders);
  return folders;
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('a restored instance holds every row byte for byte, its keys open them, its ledger and record are there', async () => {
  const folders = await elsewhere();
  const url = await postgres.database();
  await restoreBackup(file, placeFor(folders, url, instance.master), optionsFor(file, migrations));
  const before = await contents(instance.client);
  expect(before.fixture_note).toHaveLength(60);
  await connected(url, async (client) => {
    expect(await contents(client)).toEqual(before);
    const { rows } = await client.query('select id, email from fixture_person');
    const keys = await openKeyStore(folders.keys, instance.master);
    for (const { id, email } of rows) {
      const key = keys.key('person', id.replaceAll('-', '')) as Buffer;
      expect(unwrap(email, key, Buffer.from('test'))).toHaveLength(32);
    }
    await keys.close();
  });
  const state = join('record', 'state');
  expect(await readFile(join(folders.ledger.folder, state), 'latin1')).toBe(
    await readFile(join(instance.ledger.folder, state), 'latin1'),
  );
  expect(await restoreUnderWay(folders.data)).toBeNull();
}, 30_000);

test('verify reads all of it and counts the rows', async () => {
  const { totals } = await verifyBackup(file, instance.keys_);
  const rows = Object.fromEntries(totals.tables.map(({ name, rows }) => [name, rows]));
  expect(rows).toMatchObject({ fixture_person: 20, fixture_note: 60, fixture_visit: 20, fixture_price: 2 });
});

test('a file that is cut off or altered anywhere is refused, and nothing is made of it', async () => {
  const random = seeded();
  const whole = await readFile(file);
  const broken = join(scratch.root, 'broken.backup');
  const refused: unknown[] = [];
  for (let round = 0; round < DAMAGES; round += 1) {
    const at = Math.floor(random() * whole.length);
    const bytes = round % 2 === 0 ? whole.subarray(0, at) : Buffer.from(whole);
    if (round % 2 === 1) bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    await writeFile(broken, bytes);
    await verifyBackup(broken, instance.keys_).catch((error) => refused.push(error.code));
  }
  expect(refused).toHaveLength(DAMAGES);
  expect(refused.every((code) => code === 'damaged' || code === 'keys_do_not_fit')).toBe(true);
  await writeFile(broken, Buffer.concat([whole, Buffer.from('x')]));
  await expect(verifyBackup(broken, instance.keys_)).rejects.toMatchObject({ code: 'damaged' });
  const folders = await elsewhere();
  const url = await postgres.database();
  await writeFile(broken, whole.subarray(0, whole.length - 1));
  await expect(
    restoreBackup(broken, placeFor(folders, url, instance.master), optionsFor(file, migrations)),
  ).rejects.toMatchObject({ code: 'damaged' });
  expect(await readdir(folders.keys).catch(() => [])).toEqual([]);
  expect(await restoreUnderWay(folders.data)).toBeNull();
}, 30_000);

test('chunks that change places, or come from another backup, are refused', async () => {
  const other = join(scratch.root, 'other.backup');
  await writeBackup(instance.source, other);
  const [one, two] = [await readFile(file), await readFile(other)];
  const mixed = join(scratch.root, 'mixed.backup');
  await writeFile(mixed, Buffer.concat([one.subarray(0, 24), two.subarray(24)]));
  await expect(verifyBackup(mixed, instance.keys_)).rejects.toMatchObject({ code: 'damaged' });
});

test('a place that is not empty is refused and stays as it is', async () => {
  const folders = await elsewhere();
  const options = optionsFor(file, migrations);
  const place = placeFor(folders, instance.url, instance.master);
  const before = await contents(instance.client);
  await expect(restoreBackup(file, place, options)).rejects.toMatchObject({ code: 'not_empty' });
  expect(await contents(instance.client)).toEqual(before);
  await mkdir(folders.keys, { recursive: true });
  await writeFile(join(folders.keys, 'people'), 'something');
  const url = await postgres.database();
  await expect(restoreBackup(file, placeFor(folders, url, instance.master), options)).rejects.toMatchObject({
    code: 'not_empty',
  });
  expect(await readFile(join(folders.keys, 'people'), 'utf8')).toBe('something');
});

test('another master key is refused by its fingerprint before anything is touched', async () => {
  const folders = await elsewhere();
  const place = placeFor(folders, await postgres.database(), Buffer.alloc(32, 1));
  await expect(restoreBackup(file, place, optionsFor(file, migrations))).rejects.toMatchObject({
    code: 'wrong_master_key',
  });
  expect(await readdir(folders.root)).toEqual([]);
});

test('who is erased after the backup stays erased, others lose nothing', async () => {
  const gone = await addPerson(instance);
  const stays = await addPerson(instance);
  const later = join(scratch.root, 'later.backup');
  await writeBackup(instance.source, later);
  const folders = await elsewhere();
  // The ledger of today, not the one in the backup.
  await instance.ledgerOf.begun([{ kind: 'person', id: gone }], Date.now());
  await mkdir(join(folders.ledger.folder), { recursive: true });
  await copyLedger(instance, folders);
  const url = await postgres.database();
  const { erased } = await restoreBackup(
    later,
    placeFor(folders, url, instance.master),
    optionsFor(later, migrations),
  );
  expect(erased).toBe(1);
  await connected(url, async (client) => {
    const rows = async (table: string, column: string, person: string) =>
      (await client.query(`select count(*)::int as n from ${table} where ${column} = $1`, [person])).rows[0]
        .n;
    expect(await rows('fixture_person', 'id', gone)).toBe(0);
    expect(await rows('fixture_note', 'person_id', gone)).toBe(0);
    expect(await rows('fixture_note', 'person_id', stays)).toBe(3);
  });
  const keys = await openKeyStore(folders.keys, instance.master);
  expect(keys.has('person', gone)).toBe(false);
  expect(keys.has('person', stays)).toBe(true);
  await keys.close();
}, 30_000);

test('who is in the grace before erasure does not open from a backup', async () => {
  const leaving = await addPerson(instance);
  await instance.keys_.setGrace([leaving], true);
  const graced = join(scratch.root, 'grace.backup');
  await writeBackup(instance.source, graced);
  const folders = await elsewhere();
  await restoreBackup(
    graced,
    placeFor(folders, await postgres.database(), instance.master),
    optionsFor(graced, migrations),
  );
  const keys = await openKeyStore(folders.keys, instance.master);
  expect(keys.key('person', leaving)).toBeNull();
  await keys.close();
}, 30_000);

test('rows of erased accounts that a law keeps go apart before they are deleted, or nothing is restored', async () => {
  const account = await addAccount(instance);
  const lawful = join(scratch.root, 'lawful.backup');
  await writeBackup(instance.source, lawful);
  const folders = await elsewhere();
  await copyLedger(instance, folders);
  const ledger = await ErasureLedger.open(join(folders.ledger.folder, 'erasures'), realDisk);
  await ledger.begun([{ kind: 'account', id: account }], Date.now());
  const url = await postgres.database();
  const place = placeFor(folders, url, instance.master);
  const options = optionsFor(lawful, migrations);
  const full = { ...options.erasing, moveApart: () => Promise.reject(new Error('no room')) };
  await expect(restoreBackup(lawful, place, { ...options, erasing: full })).rejects.toThrow('no room');
  expect(await restoreUnderWay(folders.data)).toBeNull();
  await connected(url, async (client) => {
    const { rows } = await client.query("select to_regclass('fixture_order') as there");
    expect(rows[0].there).toBeNull();
  });
  const apart: unknown[] = [];
  await restoreBackup(lawful, place, {
    ...options,
    erasing: {
      ...options.erasing,
      moveApart: async (_, __, entry, rows) => void apart.push(entry.name, ...rows.map((row) => row.amount)),
    },
  });
  expect(apart).toEqual(['fixture_order', 1234]);
  await connected(url, async (client) => {
    const { rows } = await client.query('select count(*)::int as n from fixture_order');
    expect(rows[0].n).toBe(0);
  });
}, 30_000);

test('a ledger older than a checkpoint that is known is refused, unless a new log begins', async () => {
  const known = [{ size: 10_000, root: Buffer.alloc(32).toString('base64') }];
  const folders = await elsewhere();
  const url = await postgres.database();
  const place = placeFor(folders, url, instance.master);
  const options = { ...optionsFor(file, migrations), known };
  await expect(restoreBackup(file, place, options)).rejects.toMatchObject({ code: 'ledger_too_old' });
  expect(await readdir(folders.keys).catch(() => [])).toEqual([]);
  const { oldLog } = await restoreBackup(file, place, { ...options, newLog: true });
  expect(oldLog).toEqual({ ...known[0], origin: null });
  const [note] = await readRestores(folders.ledger.folder);
  expect(await readdir(folders.ledger.folder)).toEqual([
    `record-until-10000-${note?.id.slice(0, 8)}`,
    'restores',
  ]);
}, 30_000);

test('a record that disagrees with what was seen of it is refused', async () => {
  const place = placeFor(await elsewhere(), await postgres.database(), instance.master);
  const known = [{ size: 256, root: Buffer.alloc(32).toString('base64') }];
  await expect(restoreBackup(file, place, { ...optionsFor(file, migrations), known })).rejects.toMatchObject({
    code: 'other_record',
  });
});

test('a backup of an older schema is brought to ours; one of a newer schema, or of another line, is refused', async () => {
  const newer = await makeMigrations(
    scratch.root,
    "alter table fixture_price add column note text default 'x'",
  );
  const url = await postgres.database();
  await restoreBackup(file, placeFor(await elsewhere(), url, instance.master), optionsFor(file, newer));
  await connected(url, async (client) => {
    const { rows } = await client.query('select note from fixture_price');
    expect(rows).toEqual([{ note: 'x' }, { note: 'x' }]);
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ahead = join(scratch.root, 'ahead.backup');
  await writeBackup({ ...instance.source, databaseUrl: url }, ahead);
  await client.end();
  const place = placeFor(await elsewhere(), await postgres.database(), instance.master);
  await expect(restoreBackup(ahead, place, optionsFor(ahead, migrations))).rejects.toMatchObject({
    code: 'newer_schema',
  });
}, 30_000);

test('a backup is never written over, and a run that was cut off leaves nothing for long', async () => {
  await expect(writeBackup(instance.source, file)).rejects.toMatchObject({ code: 'exists' });
  const next = join(scratch.root, 'next.backup');
  await writeFile(`${next}.part`, 'left by a kill');
  const stop = new AbortController();
  stop.abort();
  await expect(writeBackup(instance.source, next, { signal: stop.signal })).rejects.toThrow();
  const names = await readdir(scratch.root);
  expect(names.filter((name) => name.startsWith('next'))).toEqual([]);
  expect(instance.keys_.size().keys.backup).toBeGreaterThan(0);
});

test('while its keys are there, a lost database comes back from FILE alone', async () => {
  const folders = { ...instance, data: (await elsewhere()).data };
  await instance.keys_.close();
  const url = await postgres.database();
  const options = { ...optionsFor(file, migrations), keysFile: null };
  await restoreBackup(file, placeFor(folders, url, instance.master), options);
  await connected(url, async (client) => {
    const { rows } = await client.query('select count(*)::int as n from fixture_note');
    expect(rows[0].n).toBe(60);
  });
});

async function copyLedger(from: Folders, to: Folders): Promise<void> {
  for (const entry of await readdir(from.ledger.folder, { recursive: true })) {
    const place = join(from.ledger.folder, entry);
    if ((await stat(place)).isDirectory()) await mkdir(join(to.ledger.folder, entry), { recursive: true });
    else {
      await mkdir(join(to.ledger.folder, entry, '..'), { recursive: true });
      await copyFile(place, join(to.ledger.folder, entry));
    }
  }
  await (await open(to.ledger.folder)).close();
}
