/** An erasure sends statements together. What it reads under a lock still comes after the lock, whatever else changes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestControl, type TestControl } from '../support/control.ts';
import { type LossyPostgres, relayTo } from '../support/lossy-postgres.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let relay: LossyPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  relay = await relayTo(await postgres.database());
  control = await startTestControl(postgres, { databaseUrl: relay.url });
}, 60_000);
afterAll(async () => {
  await control.end();
  await relay.close();
  await postgres.stop();
});

/** Each is first asked after the one before it. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  'who is erased': [
    'pg_advisory_xact_lock(hashtext',
    "::uuid and state in ('scheduled'",
    'insert into erasure',
    'step_0 as',
  ],
  'what ends with them': ['pg_advisory_xact_lock(hashtext', 'exists (select from "membership"', 'step_0 as'],
  'what is held': ['pg_advisory_xact_lock_shared', 'unnest(tables)', 'step_0 as'],
  'what was booked': ['from "account" where "account"."id" = any', 'from "ledger_entry"', 'step_0 as'],
  'what a law keeps': ['kept.moved_apart', 'step_0 as'],
  'how it is planned': ['force_generic_plan', 'step_0 as'],
};

test('locks are taken before what is read under them', async () => {
  const { email } = await control.customer({ credit: '5' });
  const statements: string[] = [];
  relay.decide((statement) => {
    statements.push(statement);
    return 'pass';
  });
  const { body } = await control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, {
    when: 'now',
  });
  relay.decide(null);
  expect(body.state).toBe('done');
  for (const [what, chain] of Object.entries(CHAINS)) {
    const places = chain.map((text) => statements.findIndex((statement) => statement.includes(text)));
    expect(places, what).not.toContain(-1);
    expect(places, what).toEqual(places.toSorted((one, other) => one - other));
  }
});
