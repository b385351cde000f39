/** A ledger that only appends lets the sweep take away what the law's end or an erasure moved apart, and nobody else. */
import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tx } from '../../src/store/store.ts';
import { asRole } from '../../src/store/walls/as-role.ts';
import { order } from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, randomId, refusal, type Walled, walled } from './walled.ts';

const REFUSED = '23001';
const MIGRATIONS = new URL('../../src/store/migrations/', import.meta.url);

/** The trigger's function as the newest migration that speaks of it has it. */
function newestFunction(): string {
  const found = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .flatMap((name) => readFileSync(new URL(name, MIGRATIONS), 'utf8').split('--> statement-breakpoint'))
    .filter((statement) => /CREATE (OR REPLACE )?FUNCTION "ledger_refuses_change"/.test(statement));
  return found.at(-1) as string;
}

let postgres: TestPostgres;
let at: Walled;
let superuser: pg.Client;
const shop = randomId();

beforeAll(async () => {
  postgres = await startPostgres();
  at = await walled(postgres);
  superuser = await connect(at.url.replace(/owner_\d+@/, 'kept@'));
  await at.owner.query(newestFunction());
  await at.owner.query(
    'create trigger stays before update or delete on fixture_order for each row execute function ledger_refuses_change()',
  );
  await at.owner.query(
    'create trigger is_not_emptied before truncate on fixture_order for each statement execute function ledger_refuses_change()',
  );
  await at.owner.query(`insert into fixture_account (id, name) values ($1, 'x')`, [shop]);
  await at.owner.query(
    'insert into fixture_order (id, account_id, amount) select gen_random_uuid(), $1, 1 from generate_series(1, 3)',
    [shop],
  );
});
afterAll(async () => {
  await superuser?.end();
  await at?.end();
  await postgres?.stop();
});

test('nobody changes, deletes or empties it: not the meter with a right to, not the owner, not a superuser', async () => {
  await at.owner.query('grant delete, update on fixture_order to kept_meter');
  await at.owner.query('create policy too_much on fixture_order to kept_meter using (true)');
  const meter = asRole(at.pools.system.db, 'kept_meter', {}, (tx) => tx.delete(order));
  expect(await refusal(meter)).toBe(REFUSED);
  for (const client of [at.owner, superuser]) {
    expect(await refusal(client.query('delete from fixture_order'))).toBe(REFUSED);
    expect(await refusal(client.query('update fixture_order set amount = 2'))).toBe(REFUSED);
    expect(await refusal(client.query('truncate fixture_order'))).toBe(REFUSED);
  }
});

test('the sweep deletes in a transaction that has moved the rows apart, and still changes nothing', async () => {
  const sweep = (movedApart: string, work: (tx: Tx) => Promise<unknown>) =>
    asRole(at.pools.system.db, 'kept_sweep', {}, async (tx) => {
      await tx.execute(sql`select set_config('kept.moved_apart', ${movedApart}, true)`);
      return work(tx);
    });
  const change = (tx: Tx) => tx.update(order).set({ payer: null });
  expect(await refusal(sweep('fixture_order', change))).toBe(REFUSED);
  const remove = (tx: Tx) => tx.delete(order);
  expect(await refusal(sweep('', remove))).toBe(REFUSED);
  expect(await refusal(sweep('fixture_note', remove))).toBe(REFUSED);
  expect(await sweep('fixture_order', remove)).toMatchObject({ rowCount: 3 });
});
