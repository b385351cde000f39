/** Control is killed between a decision and its tasks, while they are opened, and while they are ended: none is lost, none is there twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { hire, officeOf, tasksIn } from './office.ts';

let postgres: TestPostgres;
let control: TestControl;
let privacy: Browser;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  privacy = await hire(control, 'privacy', 'privacy');
  ada = await somebody(control, 'ada@example.org');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const SYSTEMS = ['A', 'B', 'C'] as const;
/** Milliseconds after the form was sent. */
const KILLS = [5, 20, 35, 60, 100] as const;
const ASKED = ['restrict', 'access', 'object', 'portability', 'delete'] as const;

test('killed at any moment, each request has one task for each system, and each is ended once', async () => {
  const site = requestsOf(control);
  const office = officeOf(control);
  for (const name of SYSTEMS) await office.registered(privacy, { name });
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  for (const [at, right] of ASKED.entries()) {
    await control.sql('update session set authenticated_at = now()');
    const sent = site.ask(ada, right, { agreed: 'yes', words: 'A use' }).catch(() => null);
    await sleep(KILLS[at] ?? 0);
    await running.end();
    await sent;
    await running.start();
  }
  const carried = async () => (await site.rows()).filter(({ state }) => state === 'carrying_out');
  await expect
    .poll(async () => (await tasksIn(control)).length - 3 * (await carried()).length, { timeout: 30_000 })
    .toBe(0);
  await control.sql('update session set authenticated_at = now()');
  for (const { id } of await tasksIn(control)) {
    await office.post(privacy, `/desk/tasks/${id}`, { do: 'look' });
    const sent = office
      .post(privacy, `/desk/tasks/${id}`, { do: 'finish', outcome: 'nothing_found' })
      .catch(() => null);
    if (Math.random() < 0.3) {
      await sleep(Math.random() * 20);
      await running.end();
      await running.start();
    }
    await sent;
  }
  for (const { id, state } of await tasksIn(control))
    if (state === 'open')
      await office.post(privacy, `/desk/tasks/${id}`, { do: 'finish', outcome: 'nothing_found' });
  const rows = await tasksIn(control);
  expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'nothing_found'));
  const entries = await control.sql("select 1 from record_entry where kind = 'outside_task'");
  expect(entries).toHaveLength(2 * rows.length);
  await expect
    .poll(async () => (await carried()).filter(({ right }) => right !== 'delete'), { timeout: 60_000 })
    .toEqual([]);
  for (const row of await site.rows()) {
    const steps = await site.steps(row.id);
    expect(steps, row.right).toHaveLength(row.steps + 1);
    expect(new Set(steps).size, row.right).toBe(steps.length);
  }
  await running.end('SIGTERM');
}, 240_000);
