/** A ledger that only appends lets the sweep take away what the law's end or an erasure moved apart, and nobody else. */
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

/** What a migration has to say so that the sweep may delete. */
const SWEEP_MAY_DELETE = `
CREATE OR REPLACE FUNCTION "ledger_refuses_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_user = 'kept_sweep' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the ledger only appends; put a mistake right by another entry' USING ERRCODE = 'restrict_violation';
END $$`;

let postgres: TestPostgres;
let at: Walled;
let superuser: pg.Client;
const shop = randomId();

beforeAll(async () => {
  postgres = await startPostgres();
  at = await walled(postgres);
  superuser = await connect(at.url.replace(/owner_\d+@/, 'kept@'));
  const newest = newestFunction();
  await at.owner.query(newest.includes('kept_sweep') ? newest : SWEEP_MAY_DELETE);
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

test('the sweep deletes, and still changes nothing', async () => {
  const changing = asRole(at.pools.system.db, 'kept_sweep', {}, (tx) =>
    tx.update(order).set({ payer: null }),
  );
  expect(await refusal(changing)).toBe(REFUSED);
  const gone = await asRole(at.pools.system.db, 'kept_sweep', {}, (tx) => tx.delete(order));
  expect(gone.rowCount).toBe(3);
});
