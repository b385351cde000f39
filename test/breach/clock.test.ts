/**
 * Staff hear of a deadline before and at its end, once each, over starts and stops and jumps of the clock; and of none because of a
 * clock that nobody believes. The clocks of this process and of the database are moved together.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { hireAs } from '../disclosure/cases.ts';
import type { Browser } from '../sign-in/browser.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { hoursAgo, type Register, registerOf } from './register.ts';

const HOUR_MS = 3_600_000;
const trueNow = Date.now;
let aheadMs = 0;

let postgres: TestPostgres;
let control: TestControl;
let register: Register;
let one: Browser;

beforeAll(async () => {
  Date.now = () => trueNow() + aheadMs;
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  register = registerOf(control);
  one = await hireAs(control, 'Grace Enters', 'grace@example.org');
  await hireAs(control, 'Edsger Agrees', 'edsger@example.org', 'admin');
  await hireAs(control, 'Sue Support', 'sue@example.org', 'support');
  for (const statement of [
    'set allow_system_table_mods = on; alter function pg_catalog.clock_timestamp() rename to true_clock',
    `set allow_system_table_mods = on; create function pg_catalog.clock_timestamp() returns timestamptz volatile language sql
       as $$ select pg_catalog.true_clock() + coalesce(nullif(pg_catalog.current_setting('kept.ahead', true), ''), '0')::interval $$`,
  ])
    await control.sql(statement);
}, 60_000);
afterAll(async () => {
  Date.now = trueNow;
  await control?.end();
  await postgres?.stop();
});

/** Both clocks; `seen`: as though Kept had looked at them all along. */
async function jumpTo(hours: number, seen: boolean): Promise<void> {
  await control.stop();
  aheadMs = hours * HOUR_MS;
  await control.sql(
    `do $$ begin execute format('alter database %I set kept.ahead = %L', current_database(), '${hours} hours'); end $$`,
  );
  const at = `pg_catalog.true_clock() + interval '${seen ? hours : hours - 30} hours'`;
  await control.sql(`update clock_mark set seen_at = ${at}, jumped_to = null`);
  await control.start();
}

const reminders = () => register.count("breach_row where event = 'remind'");
const mails = () => register.count("mail where template = 'breach_due'");
const STAFF = 2;

test('each mark once, whatever the clock does', async () => {
  const id = await register.opened(one, { places: 'FR 2', risk: 'risk', aware: hoursAgo(1) });
  expect([await reminders(), await mails()]).toEqual([0, STAFF]);
  const due = (await register.figures()).next;
  expect(Date.parse(due)).toBeGreaterThan(Date.now() + 70 * HOUR_MS);

  await jumpTo(40, true);
  await register.figures();
  expect(await reminders()).toBe(0);

  // Nobody believes it: nobody is told.
  await jumpTo(50, false);
  await expect
    .poll(() => control.lines.some(({ code }) => code === 'clock_jumped'), { timeout: 10_000 })
    .toBe(true);
  expect(await reminders()).toBe(0);

  for (const [hours, marks] of [
    [50, 1],
    [55, 1],
    [66, 2],
    [72, 3],
    [200, 3],
  ] as const) {
    await jumpTo(hours, true);
    await expect.poll(reminders, { timeout: 10_000 }).toBe(marks);
    expect(await mails(), `after ${hours} hours`).toBe(STAFF * (marks + 1));
  }
  expect(await register.figures()).toMatchObject({ open: 1, overdue: 1 });

  // Back, and forward again: nothing is told anew.
  await jumpTo(10, true);
  await jumpTo(210, true);
  await register.figures();
  expect([await reminders(), await mails()]).toEqual([3, STAFF * 4]);
  expect((await register.events(id)).filter((event) => event === 'remind')).toHaveLength(3);
}, 120_000);
