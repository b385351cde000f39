/**
 * Verification by a clock that is wrong: what was seen counts for a day by every clock there is, one that jumps ahead makes it
 * old, one that goes back makes nothing young, and what has no age any more is looked at again by itself.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { openVerification } from '../../src/verify/index.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { visibleText } from '../support/visible-text.ts';
import { type Lookout, lookoutAt } from './lookout.ts';

const HOUR_MS = 3_600_000;
const CLAUSES = ['CHANGE-2', 'STATE-9'];
/** Its first look comes 20 seconds after the start. */
const BY_ITSELF = { timeout: 60_000, interval: 500 };
const trueNow = Date.now;
let ahead = 0;

let postgres: TestPostgres;
let control: TestControl;
let lookout: Lookout;

beforeAll(async () => {
  Date.now = () => trueNow() + ahead * HOUR_MS;
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite, openVerification);
  const { siteUrl, adminSocket } = control.settings;
  lookout = lookoutAt(siteUrl, () => adminSocket);
}, 60_000);
afterAll(async () => {
  Date.now = trueNow;
  await control?.end();
  await postgres?.stop();
});

const shown = async () => {
  const { clauses } = await lookout.shown();
  return Object.fromEntries(
    clauses.filter(({ id }) => CLAUSES.includes(id)).map(({ id, verdict }) => [id, verdict]),
  );
};
const page = async () =>
  visibleText(await (await fetch(`${control.settings.siteUrl}/privacy/promises/CHANGE-2`)).text());
const KEPT = { 'CHANGE-2': 'kept', 'STATE-9': 'kept' };
const GREY = { 'CHANGE-2': null, 'STATE-9': null };

test('ahead: what was seen is old; seen again it counts; back: it has no age, and is looked at by itself', async () => {
  await lookout.verify(CLAUSES);
  expect(await shown()).toEqual(KEPT);
  ahead = 23;
  expect(await shown()).toEqual(KEPT);
  ahead = 25;
  expect(await shown()).toEqual(GREY);
  expect(await page()).toContain('not seen yet');

  await lookout.verify(CLAUSES);
  expect(await shown()).toEqual(KEPT);
  ahead = 0;
  expect(await shown()).toEqual(GREY);
  expect((await lookout.shown()).oldest).toBeNull();
  expect(await page()).toContain('not seen yet');

  await expect.poll(shown, BY_ITSELF).toEqual(KEPT);
  const { clauses } = await lookout.shown();
  const looks = clauses.flatMap(({ checks }) => checks.map(({ at }) => Date.parse(at)));
  expect(Math.max(...looks)).toBeLessThanOrEqual(trueNow());
}, 120_000);

test('what a wrong clock saw begins a row of its own, and what is right goes on in one', async () => {
  await lookout.verify(CLAUSES);
  await lookout.verify(CLAUSES);
  const rows = await control.sql<{ later: boolean; looks: number }>(
    `select since > now() as later, looks from observation where check_id = 'policy-date' order by since`,
  );
  expect(rows.filter(({ later }) => later)).toHaveLength(1);
  const right = rows.filter(({ later }) => !later);
  expect(right).toHaveLength(1);
  expect(right[0]?.looks).toBeGreaterThanOrEqual(4);
});

test('keys of the probe that stays are gone a day after their looks', async () => {
  await lookout.verify(['INFER-1']);
  const old = await control.sql(
    `update api_key set revoked_at = revoked_at - interval '25 hours' where state = 'revoked' returning id`,
  );
  expect(old.length).toBeGreaterThan(0);
  const left = () => control.sql('select from api_key where id = any($1)', [old.map(({ id }) => id)]);
  await expect.poll(left, { ...BY_ITSELF, timeout: 90_000 }).toEqual([]);
});
