/**
 * Control is killed while everybody is told of a breach, again and again: each person is told once, by one row, one mail and one entry
 * of the record; and staff hear of each deadline once. `KEPT_TEST_SEED` repeats a run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { hireAs } from '../disclosure/cases.ts';
import type { Browser } from '../sign-in/browser.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';
import { hoursAgo, type Register, registerOf } from './register.ts';

const PEOPLE = 110;
const KILLS = 4;
/** A kill comes within so long of a start. */
const WITHIN_MS = 900;

let postgres: TestPostgres;
let control: TestControl;
let register: Register;
let one: Browser;
let other: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  register = registerOf(control);
  one = await hireAs(control, 'Grace Enters', 'grace@example.org');
  other = await hireAs(control, 'Edsger Agrees', 'edsger@example.org');
  for (let at = 0; at < PEOPLE; at++)
    await control.admin('POST', '/accounts', { email: `p${at}@example.org`, name: 'A person' });
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

test('everybody is told once, however often it is killed', async () => {
  await control.sql('update session set authenticated_at = now()');
  const id = await register.opened(one, {
    affected: 'everybody',
    named: '',
    places: 'FR 112',
    aware: hoursAgo(71),
  });
  const words = 'A wombat took it.';
  expect((await register.act(one, id, 'propose', { what: 'tell_people', words })).status).toBe(303);
  const of = await register.waiting(id);
  await control.stop();
  const chance = seeded();
  const running = new ControlProcess(control.settings);
  await running.start();
  await register.act(other, id, 'agree', { of }).catch(() => null);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(chance() * WITHIN_MS);
    await running.end();
    await running.start();
  }
  if (!(await register.events(id)).includes('agree')) await register.act(other, id, 'agree', { of });
  await expect.poll(() => register.events(id), { timeout: 60_000 }).toContain('sent');
  const events = await register.events(id);
  for (const once of ['open', 'propose', 'agree', 'sent'])
    expect(
      events.filter((event) => event === once),
      once,
    ).toHaveLength(1);
  // Two duties, whose last six hours have begun.
  await expect
    .poll(async () => (await register.events(id)).filter((event) => event === 'remind').length)
    .toBe(2);
  const people = PEOPLE + 2;
  const told = await Promise.all(
    ['breach_notice', "mail where template = 'breach_told'", "record_entry where kind = 'breach_notice'"].map(
      register.count,
    ),
  );
  expect(told).toEqual([people, people, people]);
  // At its entry, and once for each duty, to each of the staff.
  expect(await register.count("mail where template = 'breach_due'")).toBe(2 * (1 + 2));
  await running.end('SIGTERM');
}, 240_000);
