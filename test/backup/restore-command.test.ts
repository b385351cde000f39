/** `kept restore` through the front door: what was erased stays erased, what is kept is kept, and nothing is overwritten. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { backupFindings } from '../../src/processes/doctor/backups.ts';
import { readRestores } from '../../src/store/ledger/restores.ts';
import { runSql } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { kept, makePlace, type Place, removePlaces, serve, spawnKept } from './commands.ts';

/** A command takes a second, or ten on a machine that is busy. */
const LOADED_MS = 300_000;
const CHILD = fileURLToPath(new URL('./kill-restore-child.ts', import.meta.url));

let postgres: TestPostgres;
let home: Place;
let file: string;
/** Accounts as the link has them. */
let gone: string;
let stays: string;
let held: string;
let leaves: string;

const count = async (place: Place, table: string, column: string, id: string): Promise<number> => {
  const where = `select count(*)::int as n from ${table} where ${column} = $1::uuid`;
  return (await runSql<{ n: number }>(place.databaseUrl as string, where, [id]))[0]?.n as number;
};
const books = (place: Place) =>
  runSql<{ account: string; balance: string }>(
    place.databaseUrl as string,
    "select replace(id::text, '-', '') as account, balance_microusd as balance from account order by 1",
  );

beforeAll(async () => {
  postgres = await startPostgres();
  home = await makePlace(await postgres.database());
  const control = await serve(postgres, home);
  const people = [];
  for (let each = 0; each < 4; each += 1) people.push(await control.customer());
  const [one, two, three, four] = people as [(typeof people)[0], ...typeof people];
  [gone, stays, held, leaves] = [one.account, two?.account, three?.account, four?.account] as [
    string,
    string,
    string,
    string,
  ];
  const path = (email: string | undefined) => `/accounts/${encodeURIComponent(email ?? '')}`;
  const placed = await control.admin('POST', `${path(three?.email)}/holds`, {
    tables: ['ledger_entry'],
    classes: [],
    reason: 'a dispute',
  });
  expect(placed.status).toBe(201);
  // In the grace: left out of every new copy of the keys.
  expect((await control.admin('POST', `${path(four?.email)}/erase`, { when: 'after grace' })).status).toBe(
    200,
  );
  file = join(home.data, '..', 'a.backup');
  const made = await kept(home, ['backup', file, '--json']);
  expect([made.code, made.err]).toEqual([0, '']);
  for (const { email } of [one, three] as { email: string }[])
    expect((await control.admin('POST', `${path(email)}/erase`, { when: 'now' })).status).toBe(200);
  await control.stop();
  await rm(join(home.data, 'instance.json'));
}, LOADED_MS);

afterAll(async () => {
  await postgres?.stop();
  await removePlaces();
});

/** An empty place with the newest ledger. */
async function elsewhere(): Promise<Place> {
  const place = await makePlace(await postgres.database());
  await cp(home.ledger, place.ledger, { recursive: true });
  return place;
}

test(
  'who was erased is nowhere, others are intact; what a law keeps went apart, what a hold keeps stayed',
  async () => {
    const place = await elsewhere();
    const ran = await kept(place, ['restore', file, '--json']);
    expect(ran).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.out)).toMatchObject({ ledger: 'kept', new_log_after: null });
    // Before anything starts: the rows are out already.
    expect(await count(place, 'account', 'id', gone)).toBe(0);
    expect(await count(place, 'ledger_entry', 'account_id', gone)).toBe(0);
    expect(await count(place, 'ledger_entry', 'account_id', held)).toBe(1);
    expect(await count(place, 'account', 'id', leaves)).toBe(0);
    const sum = 'select sum(rows)::int as rows from retained where source = $1';
    expect(await runSql(place.databaseUrl as string, sum, ['ledger_entry'])).toEqual([{ rows: 2 }]);
    const control = await serve(postgres, place);
    try {
      expect((await books(place)).map(({ account }) => account)).toEqual([stays, held].sort());
      for (const email of ['customer1@example.org', 'customer3@example.org', 'customer4@example.org'])
        expect((await control.admin('GET', `/accounts/${encodeURIComponent(email)}`)).status).toBe(404);
      const account = await control.admin('GET', '/accounts/customer2%40example.org');
      expect(account.body).toMatchObject({ id: `acct_${stays}` });
      const entries = () =>
        runSql(place.databaseUrl as string, "select 1 from record_entry where kind = 'restore'");
      expect(await entries()).toHaveLength(1);
      expect(control.lines.find(({ event }) => event === 'restored')).toMatchObject({ count: 1 });
      // The address is free again, as if nobody had ever had it.
      const again = await control.admin('POST', '/accounts', { email: 'customer1@example.org', name: 'New' });
      expect(again.status).toBe(201);
      await control.stop();
      await control.start();
      expect(await entries()).toHaveLength(1);
    } finally {
      await control.end();
    }
    expect((await kept(place, ['record', 'verify'])).code).toBe(0);
  },
  LOADED_MS,
);

test(
  'a place that is not empty is refused and stays as it is; so is one that somebody works on',
  async () => {
    const place = await elsewhere();
    const other = { ...home, data: place.data, keys: place.keys };
    const before = await books(home);
    const filled = await kept(other, ['restore', file]);
    expect(filled).toMatchObject({ code: 1, err: 'The database is not empty; nothing was changed.\n' });
    expect(await books(home)).toEqual(before);
    expect((await kept(place, ['restore', file], { KEPT_MASTER_KEY: '' })).err).toMatch(
      /master key is missing: .*fingerprint [0-9a-f]{8}\.\n$/,
    );
    const working = spawnKept(place, ['restore', file]);
    const closed = once(working, 'close');
    await once(working.stdout as NodeJS.ReadableStream, 'data');
    working.kill('SIGSTOP');
    expect((await kept(place, ['restore', file])).err).toMatch(/is in use by another instance/);
    working.kill('SIGCONT');
    expect((await closed)[0]).toBe(0);
  },
  LOADED_MS,
);

test(
  'only the database was lost: the keys that are there are used, and nobody comes back',
  async () => {
    const place = { ...(await elsewhere()), keys: join(home.data, '..', 'kept-keys') };
    await cp(home.keys, place.keys, { recursive: true });
    const ran = await kept(place, ['restore', file, '--keep-keys', '--json']);
    expect(ran.code, ran.err).toBe(0);
    expect((await books(place)).map(({ account }) => account)).toEqual([stays, held, leaves].sort());
  },
  LOADED_MS,
);

test(
  'a ledger that is too old is refused; with a new log it is red until staff have dealt with it',
  async () => {
    const place = await makePlace(await postgres.database());
    const root = Buffer.alloc(32, 7).toString('base64');
    const words = ['restore', file, '--known', `100000:${root}`];
    const refused = await kept(place, words);
    expect(refused.err).toMatch(/a checkpoint of 100000 is known: erasures may be missing.*--new-log/);
    expect(await readdir(place.ledger).catch(() => [])).toEqual([]);
    const ran = await kept(place, [...words, '--new-log', '--json']);
    expect(ran.code, ran.err).toBe(0);
    expect(JSON.parse(ran.out).new_log_after).toMatchObject({ size: 100_000, root });
    const [note] = await readRestores(place.ledger);
    const control = await serve(postgres, place);
    try {
      const key = await readFile(join(place.ledger, 'verifier-key'), 'utf8');
      expect(key.split('+')[0]).toBe(`localhost:${control.settings.sitePort}/record-${note?.id.slice(0, 8)}`);
      const config = readConfig({ KEPT_DATA: place.data }, place.data);
      const findings = async () =>
        (await backupFindings(config)).filter(({ message }) => message.includes('RETAIN-2'));
      expect(await findings()).toMatchObject([{ name: 'record', state: 'problem' }]);
      expect((await control.admin('POST', '/record/dealt', { reason: ' ' })).status).toBe(400);
      const dealt = await kept(place, ['record', 'dealt', '--reason', 'mail read again', '--json']);
      expect(JSON.parse(dealt.out)).toEqual({ dealt: 1 });
      expect(await findings()).toEqual([]);
      expect((await control.admin('POST', '/record/dealt', { reason: 'again' })).status).toBe(409);
    } finally {
      await control.end();
    }
    // What the database knows stands in the new log as well, and it can be recomputed.
    const verified = await kept(place, ['record', 'verify', '--json']);
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true, kinds: { restore: 2, hold_placed: 1 } });
  },
  LOADED_MS,
);

test(
  'no room for it: it is said as such, nothing is there, and with room the same command works',
  async (context) => {
    const place = await elsewhere();
    const disk = join(place.data, '..', 'small');
    await mkdir(disk);
    const run = promisify(execFile);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'none', disk]);
    } catch {
      console.log('No small disk can be made here: a full one was not tried.');
      return context.skip();
    }
    try {
      const small = { ...place, keys: join(disk, 'keys') };
      const full = await kept(small, ['restore', file]);
      expect(full).toMatchObject({ code: 1, err: expect.stringMatching(/disk.* is full/) });
      expect(await runSql(place.databaseUrl as string, "select to_regclass('person') as there")).toEqual([
        { there: null },
      ]);
      await run('mount', ['-o', 'remount,size=50m', disk]);
      const ran = await kept(small, ['restore', file]);
      expect(ran.code, ran.err).toBe(0);
      expect((await books(place)).map(({ account }) => account)).toContain(stays);
    } finally {
      await run('umount', [disk]);
    }
  },
  LOADED_MS,
);

test(
  'killed under way: nothing starts there, the same command goes on, or it is given up',
  async () => {
    const place = await makePlace(await postgres.database());
    await killedAt(place, 'ledger');
    const start = await kept(place, ['start']);
    expect(start).toMatchObject({ code: 1 });
    expect(start.err).toContain(`\`npx --no kept restore ${file}\` goes on with it.`);
    expect(JSON.parse((await kept(place, ['restore', '--give-up', '--json'])).out)).toEqual({
      given_up: true,
    });
    expect(await readdir(place.ledger)).toEqual([]);
    await killedAt(place, 'committed');
    expect((await kept(place, ['restore', '--give-up'])).err).toMatch(
      /filled already: run the restore again/,
    );
    expect((await kept(place, ['restore', file])).code).toBe(0);
    expect((await books(place)).map(({ account }) => account)).toContain(stays);
    expect(await count(place, 'account', 'id', leaves)).toBe(0);
  },
  LOADED_MS,
);

/** Restores in a process of its own that kills itself after this step. */
async function killedAt(place: Place, step: string): Promise<void> {
  const child = spawn(process.execPath, [CHILD, file, JSON.stringify(place), step], { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}
