/** What a request, a job or somebody else's SQL can reach in the database when our own checks are forgotten. */
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRole } from '../../src/store/walls/as-role.ts';
import { account, membership, note, order, person, price, visit } from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, NO_RIGHT, randomId, refusal, type Walled, walled } from './walled.ts';

const INSUFFICIENT_ROLE = NO_RIGHT;
const CANCELLED = '57014';
const sealedValue = Buffer.from('sealed') as never;

let postgres: TestPostgres;
let at: Walled;
const anna = randomId();
const bela = randomId();
const shop = randomId();
const other = randomId();

beforeAll(async () => {
  postgres = await startPostgres();
  at = await walled(postgres);
  const { db } = at.pools.system;
  await asRole(db, 'kept_system', {}, async (tx) => {
    await tx.insert(person).values([anna, bela].map((id) => ({ id, email: sealedValue })));
    await tx.insert(account).values([shop, other].map((id) => ({ id, name: sealedValue })));
    await tx.insert(membership).values([
      { person: anna, account: shop, role: 'owner' },
      { person: bela, account: shop, role: 'member' },
      { person: bela, account: other, role: 'owner' },
    ]);
  });
  for (const who of [anna, bela]) {
    await asRole(at.pools.request.db, 'kept_request', { person: who }, (tx) =>
      tx.insert(note).values({ id: randomId(), person: who, text: sealedValue }),
    );
  }
  await asRole(db, 'kept_meter', {}, (tx) =>
    tx.insert(order).values([shop, other].map((owner) => ({ id: randomId(), account: owner, amount: 5 }))),
  );
});
afterAll(async () => {
  await at?.end();
  await postgres?.stop();
});

const request = () => at.pools.request.db;

describe('a forgotten where', () => {
  it('shows a person their own rows and nobody else’s', async () => {
    const rows = await asRole(request(), 'kept_request', { person: anna }, (tx) =>
      tx.select({ person: note.person }).from(note),
    );
    expect(rows).toEqual([{ person: anna }]);
  });

  it('shows an account its own rows and no other account’s', async () => {
    const rows = await asRole(request(), 'kept_request', { person: anna, account: shop }, (tx) =>
      tx.select({ account: order.account }).from(order),
    );
    expect(rows).toEqual([{ account: shop }]);
  });

  it('shows nothing at all to a request that was opened for nobody', async () => {
    for (const table of [person, account, membership, note, order, visit]) {
      const rows = await asRole(request(), 'kept_request', {}, (tx) =>
        tx.select({ one: sql`1` }).from(table),
      );
      expect(rows).toEqual([]);
    }
  });

  it('shows the members of an account where the domain needs it, and of no other account', async () => {
    const rows = await asRole(request(), 'kept_request', { person: anna, account: shop }, (tx) =>
      tx.select({ person: membership.person }).from(membership),
    );
    expect(rows.map((row) => row.person).sort()).toEqual([anna, bela].sort());
  });

  it('shows a letter about several people to each of them only', async () => {
    const id = randomId();
    await at.owner.query(`insert into fixture_letter (id, people, text) values ($1, $2, 'x')`, [id, [anna]]);
    const count = async (who: string) =>
      (
        await asRole(request(), 'kept_request', { person: who }, (tx) =>
          tx.execute(sql`select id from fixture_letter`),
        )
      ).rows.length;
    expect([await count(anna), await count(bela)]).toEqual([1, 0]);
  });
});

describe('writing', () => {
  it('changes and deletes no row of another person', async () => {
    const touched = await asRole(request(), 'kept_request', { person: anna }, async (tx) => [
      (await tx.update(note).set({ text: sealedValue }).where(eq(note.person, bela))).rowCount,
      (await tx.delete(note).where(eq(note.person, bela))).rowCount,
    ]);
    expect(touched).toEqual([0, 0]);
  });

  it('adds no row in another person’s name', async () => {
    const adding = asRole(request(), 'kept_request', { person: anna }, (tx) =>
      tx.insert(note).values({ id: randomId(), person: bela, text: sealedValue }),
    );
    expect(await refusal(adding)).toBe(NO_RIGHT);
  });

  it('gives no row to another person, and changes no column that the map does not let a person correct', async () => {
    const giving = asRole(request(), 'kept_request', { person: anna }, (tx) =>
      tx.update(note).set({ person: bela }).where(eq(note.person, anna)),
    );
    expect(await refusal(giving)).toBe(NO_RIGHT);
  });

  it('adds no credit: what a request does not need it cannot do', async () => {
    const adding = asRole(request(), 'kept_request', { person: anna, account: shop }, (tx) =>
      tx.insert(order).values({ id: randomId(), account: shop, amount: 1_000_000 }),
    );
    expect(await refusal(adding)).toBe(NO_RIGHT);
  });

  it('is not for the meter where it has nothing to do, nor deleting for the system', async () => {
    const { db } = at.pools.system;
    expect(
      await refusal(asRole(db, 'kept_meter', {}, (tx) => tx.execute(sql`select id from fixture_note`))),
    ).toBe(NO_RIGHT);
    expect(await refusal(asRole(db, 'kept_system', {}, (tx) => tx.delete(person)))).toBe(NO_RIGHT);
  });
});

describe('a column that the map hides from the person', () => {
  it('is not readable in a request', async () => {
    const reading = asRole(request(), 'kept_request', { person: anna }, (tx) =>
      tx.select({ internal: note.internal }).from(note),
    );
    expect(await refusal(reading)).toBe(NO_RIGHT);
  });
});

describe('statistics', () => {
  const statistics = (statement: ReturnType<typeof sql>) =>
    asRole(at.pools.system.db, 'kept_statistics', {}, (tx) => tx.execute(statement));

  it('counts and sums up what its views show', async () => {
    const { rows } = await statistics(
      sql`select count(*)::int as count, sum(amount)::int as sum from fixture_orders`,
    );
    expect(rows).toEqual([{ count: 2, sum: 10 }]);
  });

  it('reads no table, and writes nothing', async () => {
    for (const statement of [
      sql`select person_id from fixture_note`,
      sql`select amount from fixture_order`,
      sql`select id from fixture_person`,
      sql`select account_id from fixture_order`,
      sql`select payer_id from fixture_order`,
      sql`select email from fixture_person`,
      sql`select people from fixture_letter`,
      sql`select * from fixture_visit`,
      sql`select fixture_note from fixture_note`,
      sql`delete from fixture_visit`,
      sql`insert into fixture_price values ('m', 1)`,
    ]) {
      expect(await refusal(statistics(statement)), JSON.stringify(statement)).toBe(NO_RIGHT);
    }
  });
});

describe('SQL that slips into a request', () => {
  it('gets nothing by leaving its role: the login has no rights of its own', async () => {
    for (const leaving of ['reset role', 'set role none', 'set session authorization default']) {
      const client = await connect(at.as('request'));
      await client.query('begin');
      await client.query('set local role kept_request');
      await client.query(`select set_config('kept.person', $1, true)`, [anna]);
      await client.query(leaving);
      expect(await refusal(client.query('select id from fixture_note')), leaving).toBe(NO_RIGHT);
      await client.end();
    }
  });

  it('takes no other role, by statement or by function', async () => {
    const client = await connect(at.as('request'));
    await client.query('set role kept_request');
    for (const role of ['kept_system', 'kept_meter', 'kept_sweep', 'kept_sign_in', 'kept_statistics']) {
      expect(await refusal(client.query(`set role ${role}`))).toBe(INSUFFICIENT_ROLE);
      expect(await refusal(client.query(`select set_config('role', $1, true)`, [role]))).toBe(
        INSUFFICIENT_ROLE,
      );
    }
    await client.end();
  });

  it('cannot take down a wall, make a table, or write a temporary one', async () => {
    const client = await connect(at.as('request'));
    await client.query('set role kept_request');
    for (const statement of [
      'alter table fixture_note disable row level security',
      'drop policy kept_request_select on fixture_note',
      'create policy mine on fixture_note using (true)',
      'create table mine (x int)',
      'create temporary table mine (x int)',
      'truncate fixture_note',
      'grant kept_system to current_user',
      'select rolpassword from pg_authid',
    ]) {
      expect(await refusal(client.query(statement)), statement).toBe(NO_RIGHT);
    }
    await client.query('set row_security = off');
    // With row security off PostgreSQL refuses what a policy would have filtered, rather than show it.
    expect(await refusal(client.query('select id from fixture_note'))).toBe(NO_RIGHT);
    await client.end();
  });

  it('can name another person in its own transaction: what is believed is what asRole was told (not a wall)', async () => {
    const client = await connect(at.as('request'));
    await client.query('set role kept_request');
    await client.query(`select set_config('kept.person', $1, false)`, [bela]);
    const found = await client.query('select person_id from fixture_note');
    expect(found.rows).toHaveLength(1);
    await client.end();
  });
});

describe('the connection after a transaction', () => {
  it('has forgotten for whom it worked', async () => {
    const { db } = at.pools.request;
    await asRole(db, 'kept_request', { person: anna, account: shop }, (tx) => tx.execute(sql`select 1`));
    await asRole(db, 'kept_request', { person: anna }, async () => {
      throw new Error('as planned');
    }).catch(() => {});
    for (let i = 0; i < 4; i++) {
      const { rows } = await db.execute(
        sql`select current_user as "user", current_setting('kept.person', true) as person`,
      );
      expect(rows[0]?.user).toBe(at.logins.request.role);
      expect(rows[0]?.person || null).toBe(null);
    }
  });

  it('names people by 32 hex digits only', async () => {
    const naming = asRole(request(), 'kept_request', { person: "x' or true --" }, async () => {});
    await expect(naming).rejects.toThrow(TypeError);
  });
});

describe('each role', () => {
  it('has a time after which its statements end', async () => {
    const limit = async (role: 'kept_request' | 'kept_system') =>
      asRole(role === 'kept_request' ? request() : at.pools.system.db, role, {}, (tx) =>
        tx.execute(sql`show statement_timeout`),
      );
    expect((await limit('kept_request')).rows).toEqual([{ statement_timeout: '5s' }]);
    expect((await limit('kept_system')).rows).toEqual([{ statement_timeout: '15s' }]);
    const slow = asRole(request(), 'kept_request', {}, async (tx) => {
      await tx.execute(sql`set local statement_timeout = 50`);
      await tx.execute(sql`select pg_sleep(5)`);
    });
    expect(await refusal(slow)).toBe(CANCELLED);
  });

  it('sweeps what has ended, row by row, under locks', async () => {
    await at.owner.query(`insert into fixture_visit (id, person_id) values ($1, $2)`, [randomId(), anna]);
    const swept = await asRole(at.pools.system.db, 'kept_sweep', {}, async (tx) => {
      const found = await tx.execute(sql`select id from fixture_visit for update skip locked`);
      await tx.update(visit).set({ address: null });
      await tx.update(order).set({ payer: null });
      await tx.delete(visit);
      return found.rows.length;
    });
    expect(swept).toBe(1);
    const beyond = asRole(at.pools.system.db, 'kept_sweep', {}, (tx) => tx.update(order).set({ amount: 1 }));
    expect(await refusal(beyond)).toBe(NO_RIGHT);
    const prices = asRole(at.pools.system.db, 'kept_sweep', {}, (tx) => tx.delete(price));
    expect(await refusal(prices)).toBe(NO_RIGHT);
  });
});
