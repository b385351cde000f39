/** Walls at the start: together with the migrations or not at all, by several controls at once, with and without the right. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { migrateAndWall } from '../../src/store/migrate.ts';
import { printRoleSql, RolesNotAllowed } from '../../src/store/walls/apply-walls.ts';
import { urlAs } from '../../src/store/walls/logins.ts';
import type { Walls } from '../../src/store/walls/rights.ts';
import { Writer } from '../../src/store/writer.ts';
import { letter } from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, keysFolder, NO_RIGHT, ownedDatabase, refusal } from './walled.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => postgres?.stop());

/** No table is needed to try what has to do with roles; the product's own are then without an entry. */
const NO_TABLES: Walls = { map: [], needs: [] };

describe('the migrator', () => {
  it('migrates and puts up walls once, when several start at once on several databases of one server', async () => {
    const databases = await Promise.all(Array.from({ length: 3 }, () => postgres.database()));
    const folder = await keysFolder();
    const starts = databases.flatMap((url) => [1, 2].map(() => migrateAndWall(url, NO_TABLES, folder)));
    const done = await Promise.all(starts);
    const again = await migrateAndWall(databases[0] as string, NO_TABLES, folder);
    expect(again).toMatchObject({ applied: 0, repaired: 0 });
    for (let i = 0; i < databases.length; i++) {
      const [one, other] = [done[2 * i], done[2 * i + 1]];
      expect(Math.min(one?.applied as number, other?.applied as number)).toBe(0);
      expect(Math.max(one?.applied as number, other?.applied as number)).toBeGreaterThan(3);
      expect(one?.logins).toEqual(other?.logins);
    }
    expect(new Set(done.map(({ logins }) => logins.system.role)).size).toBe(databases.length);
  });

  it('undoes the migrations when the walls cannot be put up', async () => {
    const url = await postgres.database();
    const broken: Walls = { map: [], needs: [{ role: 'kept_meter', table: letter, select: ['none'] }] };
    const withTable: Walls = { ...broken, map: [entryOf(letter)] };
    await expect(migrateAndWall(url, withTable, await keysFolder())).rejects.toThrow('has none');
    const client = await connect(url);
    const { rows } = await client.query(
      `select count(*)::int as count from pg_class where relname = 'account'`,
    );
    expect(rows).toEqual([{ count: 0 }]);
    await client.end();
    expect((await migrateAndWall(url, NO_TABLES, await keysFolder())).applied).toBeGreaterThan(3);
  });
});

describe('a user of PostgreSQL that may not make roles', () => {
  it('is told the SQL that an administrator has to run; after that it starts', async () => {
    const { url, superuser } = await ownedDatabase(postgres, 'nocreaterole');
    const folder = await keysFolder();
    const refused = await migrateAndWall(url, NO_TABLES, folder).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RolesNotAllowed);
    const { sql, message } = refused as RolesNotAllowed;
    expect(message).toContain(sql);
    const client = await connect(url);
    expect((await client.query(`select to_regclass('account') as there`)).rows).toEqual([{ there: null }]);
    expect(await printRoleSql(client, folder)).toBe(sql);
    await client.end();

    await superuser.query(sql);
    await superuser.end();
    const { logins, applied } = await migrateAndWall(url, NO_TABLES, folder);
    expect(applied).toBeGreaterThan(3);
    expect(sql).not.toContain(logins.system.password);
    const login = await connect(urlAs(url, logins.system));
    expect(await refusal(login.query('select id from account'))).toBe(NO_RIGHT);
    await login.end();
  });
});

describe('the logins', () => {
  it('need their password, which lies in a file that only its owner may read', async () => {
    const { url, superuser } = await ownedDatabase(postgres, 'nocreaterole');
    const folder = await keysFolder();
    const admin = url.replace(/owner_\d+@/, 'kept@');
    const { logins } = await migrateAndWall(admin, NO_TABLES, folder);
    await superuser.end();
    const file = join(folder, `database-logins-${logins.system.role.split('_')[2]}`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(logins.system.password);
    const client = await connect(urlAs(url, logins.system));
    expect((await client.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '5s' }]);
    await client.end();
    const wrong = urlAs(url, { ...logins.system, password: '0'.repeat(64) });
    expect(await refusal(connect(wrong))).toBe('28P01');
  });

  it('get new passwords where the file with them is lost or damaged', async () => {
    const url = await postgres.database();
    const folder = await keysFolder();
    const { logins } = await migrateAndWall(url, NO_TABLES, folder);
    const file = join(folder, `database-logins-${logins.system.role.split('_')[2]}`);
    let before = logins.system.password;
    for (const damage of ['', '{"request":', JSON.stringify({ request: { password: 'x', salt: 'x' } })]) {
      await writeFile(file, damage);
      const again = (await migrateAndWall(url, NO_TABLES, folder)).logins;
      expect(again.system.password).not.toBe(before);
      before = again.system.password;
      const client = await connect(urlAs(url, again.system));
      await client.end();
    }
  });

  it('enter no other database of the server', async () => {
    const [here, there] = await Promise.all([ownedDatabase(postgres), ownedDatabase(postgres)]);
    const admin = (url: string) => url.replace(/owner_\d+@/, 'kept@');
    const { logins } = await migrateAndWall(admin(here.url), NO_TABLES, await keysFolder());
    await migrateAndWall(admin(there.url), NO_TABLES, await keysFolder());
    expect(await refusal(connect(urlAs(there.url, logins.system)))).toBe(NO_RIGHT);
    await Promise.all([here.superuser.end(), there.superuser.end()]);
  });

  it.each([
    [
      'postgres://kept:secret@host:5432/db?sslmode=require',
      'postgres://login:word@host:5432/db?sslmode=require',
    ],
    ['postgresql://host/db?user=a&password=b&x=1', 'postgresql://login:word@host/db?x=1'],
    ['postgres://kept@/db?host=%2Ftmp%2Fa', 'postgres://login:word@/db?host=%2Ftmp%2Fa'],
    ['postgres://a@/db?options=-c%20role%3Dadmin&host=%2Ftmp', 'postgres://login:word@/db?host=%2Ftmp'],
    ['postgres:///db', 'postgres://login:word@/db'],
  ])('take the place of the owner in the address %s', (url, expected) => {
    expect(urlAs(url, { role: 'login', password: 'word', verifier: '' })).toBe(expected);
  });
});

describe('a connection of one role', () => {
  it('comes back to its role when the role is reset, in a pool and in the writer', async () => {
    const url = await postgres.database();
    const { logins } = await migrateAndWall(url, NO_TABLES, await keysFolder());
    const address = urlAs(url, logins.system);
    const database = openDatabase(address, 'kept_sweep');
    const events = { onConnect: async () => {}, onLost: () => {}, onBack: () => {} };
    const writer = new Writer(address, 'kept_meter', events);
    await database.db.execute('reset role');
    expect((await database.db.execute('select current_user as me')).rows).toEqual([{ me: 'kept_sweep' }]);
    const me = await writer.once(async (client: pg.Client) => {
      await client.query('reset role');
      return (await client.query('select current_user as me')).rows[0].me;
    });
    expect(me).toBe('kept_meter');
    await writer.stop();
    await database.close();
    const request = openDatabase(urlAs(url, logins.request), 'kept_system');
    await expect(request.reachable()).resolves.toBe(false);
    await request.close();
  });
});
