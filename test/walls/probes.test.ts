/** Who is a probe: PostgreSQL lets the sweep read it, and whoever makes one write it; every other role of every login is refused. */
import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { walls } from '../../src/control/walls.ts';
import { newId } from '../../src/link/ids.ts';
import { type Migrated, migrateAndWall } from '../../src/store/migrate.ts';
import { urlAs } from '../../src/store/walls/logins.ts';
import { LOGIN_NAMES, LOGINS, type RoleName } from '../../src/store/walls/roles.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, keysFolder, NO_RIGHT, ownedDatabase, refusal } from './walled.ts';

let postgres: TestPostgres;
let migrated: Migrated;
let owner: pg.Client;
let folder: string;
let url: string;
const person = newId();

beforeAll(async () => {
  postgres = await startPostgres();
  const owned = await ownedDatabase(postgres);
  await owned.superuser.end();
  url = owned.url;
  folder = await keysFolder();
  migrated = await migrateAndWall(url, walls, folder);
  owner = await connect(url);
  await owner.query('insert into person (id) values ($1)', [person]);
  await owner.query('insert into probe (person_id, stays, at) values ($1, true, now())', [person]);
}, 60_000);
afterAll(async () => {
  await owner?.end();
  await postgres?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const STATEMENTS = {
  read: 'select person_id from probe',
  join: 'select 1 from person where id in (select person_id from probe)',
  count: 'select count(*) from probe',
  write: `insert into probe (person_id, stays, at) values (gen_random_uuid(), false, now())`,
  change: 'update probe set stays = false',
  take: 'delete from probe',
} as const;
type Statement = keyof typeof STATEMENTS;

/** What each role may, beyond what it is refused. `write` fails on whom it names, who is nobody. */
const MAY: Partial<Record<RoleName, readonly Statement[]>> = {
  kept_system: ['write'],
  kept_sweep: ['read', 'join', 'count', 'take'],
};

const cases = LOGIN_NAMES.flatMap((login) =>
  [null, ...LOGINS[login]].flatMap((role) =>
    (Object.keys(STATEMENTS) as Statement[]).map((statement) => ({ login, role, statement })),
  ),
);

test.each(cases)('login $login in role $role: $statement', async ({ login, role, statement }) => {
  const client = await connect(urlAs(url, migrated.logins[login]));
  try {
    await client.query('begin');
    if (role !== null) await client.query(`set local role ${role}`);
    // As a page is at work for somebody: for the probe itself.
    await client.query(`select set_config('kept.person', $1, true)`, [person]);
    const code = await refusal(client.query(STATEMENTS[statement]));
    const may = role !== null && MAY[role]?.includes(statement) === true;
    if (may) expect(code).not.toBe(NO_RIGHT);
    else expect(code).toBe(NO_RIGHT);
  } finally {
    await client.end();
  }
});

test('no login takes a role that is not its own', async () => {
  for (const login of LOGIN_NAMES) {
    const client = await connect(urlAs(url, migrated.logins[login]));
    const others = Object.values(LOGINS)
      .flat()
      .filter((role) => !(LOGINS[login] as readonly RoleName[]).includes(role));
    for (const role of others)
      expect(await refusal(client.query(`set role ${role}`)), `${login} ${role}`).toBe(NO_RIGHT);
    await client.end();
  }
});

test('statistics leave probes out through their views, without a right to the table', async () => {
  const client = await connect(urlAs(url, migrated.logins.system));
  await client.query('set role kept_statistics');
  expect(await refusal(client.query('select * from statistic_joined'))).toBeNull();
  expect(await refusal(client.query('select * from statistic_use'))).toBeNull();
  await client.end();
});
