/**
 * Control is killed at any moment between a demand and what people are told of it: each step happened whole or not at all, each is an
 * entry of the record once, and whom it is about is told once. `KEPT_TEST_SEED` repeats a run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';
import { type Cases, CHECKED, casesOf, DEMAND, hireAs, ORDER, SILENT } from './cases.ts';

let postgres: TestPostgres;
let control: TestControl;
let cases: Cases;
let one: Browser;
let other: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  cases = casesOf(control);
  one = await hireAs(control, 'Grace Prepares', 'grace@example.org');
  other = await hireAs(control, 'Edsger Approves', 'edsger@example.org');
  await somebody(control, 'ada@example.org');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

/** A kill comes within so long of what is sent. */
const WITHIN_MS = 60;
const ROUNDS = 4;

test('whatever is killed, a case goes its way once', async () => {
  const chance = seeded();
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  /** Sent, and killed meanwhile; sent again until it is so. */
  const done = async (send: () => Promise<unknown>, isSo: () => Promise<boolean>) => {
    let kills = 1;
    while (!(await isSo())) {
      await control.sql('update session set authenticated_at = now()');
      const sent = send().catch(() => null);
      if (kills-- > 0) {
        await sleep(chance() * WITHIN_MS);
        await running.end();
        await sent;
        await running.start();
      } else await sent;
    }
  };
  const ids = async () =>
    (
      await control.sql<{ id: string }>(
        "select replace(id::text, '-', '') as id from disclosure_case order by opened_at, id",
      )
    ).map(({ id }) => id);
  for (let round = 0; round < ROUNDS; round++) {
    const gag = round % 2 === 1;
    const before = (await ids()).length;
    const form = { ...DEMAND, named: 'ada@example.org', hold: 'yes', ...(gag && cases.gag(30)) };
    await done(
      () => cases.tryOpen(one, form, gag ? cases.GAG_FILES : { document: ORDER }),
      async () => (await ids()).length > before,
    );
    const id = (await ids()).at(-1) ?? '';
    const isAt =
      (...states: string[]) =>
      async () =>
        states.includes((await cases.row(id)).state);
    await done(() => cases.act(one, id, 'prepare', gag ? SILENT : CHECKED), isAt('prepared'));
    await done(() => cases.act(other, id, 'approve'), isAt('approved'));
    if (!gag)
      await expect.poll(async () => (await cases.row(id)).announced_at, { timeout: 20_000 }).not.toBeNull();
    await cases.letTimePass(id);
    await done(() => cases.act(one, id, 'build'), isAt('closed'));
    if (gag) {
      await cases.letGagEnd(id);
      await sleep(chance() * 100 * WITHIN_MS);
      await running.end();
      await running.start();
    }
    await expect.poll(async () => (await cases.row(id)).told_at, { timeout: 30_000 }).not.toBeNull();
    const steps = await cases.steps(id);
    const once = ['open', 'prepare', 'approve', 'build', 'tell', ...(gag ? ['gag_end'] : ['announce'])];
    expect(steps.toSorted(), `round ${round}`).toEqual(once.toSorted());
  }
  const [counted] = await control.sql<Record<string, number>>(
    `select (select count(*)::int from disclosure) as told,
      (select count(*)::int from mail where template = 'data_demanded') as demanded,
      (select count(*)::int from mail where template = 'data_disclosed') as disclosed,
      (select count(*)::int from disclosure_file where role = 'package') as packages,
      (select count(*)::int from legal_hold where ended_at is null) as holds,
      (select count(*)::int from disclosure_step s join record_entry e on e.id = s.id) as entered,
      (select count(*)::int from disclosure_step) as steps`,
  );
  const all = await ids();
  const steps = counted?.steps;
  expect(counted).toEqual({
    told: all.length,
    demanded: all.length - ROUNDS / 2,
    disclosed: all.length,
    packages: all.length,
    holds: 0,
    entered: steps,
    steps,
  });
  expect(all).toHaveLength(ROUNDS);
  await running.end('SIGTERM');
}, 240_000);
