/** Control is killed while requests are received and carried out: the next start goes on, and each step is there once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { requestsOf } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  ada = await somebody(control, 'ada@example.org');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

/** Milliseconds after the form was sent. */
const KILLS = [0, 15, 40, 80, 150] as const;
const ASKED = ['restrict', 'access', 'withdraw_consent', 'confirm', 'delete'] as const;

test('killed at any moment of a request, nothing is half: not begun, or carried out with each step once', async () => {
  const site = requestsOf(control);
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  for (const [at, right] of ASKED.entries()) {
    await control.sql('update session set authenticated_at = now()');
    const sent = site.ask(ada, right, { agreed: 'yes' }).catch(() => null);
    await sleep(KILLS[at] ?? 0);
    await running.end();
    await sent;
    await running.start();
  }
  const ended = ['delivered', 'closed', 'joined'];
  await expect
    .poll(
      async () =>
        (await site.rows()).filter(
          ({ right, state }) => !ended.includes(state) && !(right === 'delete' && state === 'carrying_out'),
        ),
      { timeout: 60_000, interval: 500 },
    )
    .toEqual([]);
  const rows = await site.rows();
  for (const row of rows) {
    const steps = await site.steps(row.id);
    expect(steps, row.right).toHaveLength(row.steps + 1);
    expect(new Set(steps).size, row.right).toBe(steps.length);
  }
  expect(await site.entries()).toBe(rows.reduce((sum, { steps }) => sum + steps + 1, 0));
  const deletions = await control.sql("select 1 from erasure where state = 'scheduled'");
  expect(deletions).toHaveLength(rows.filter(({ right }) => right === 'delete').length);
  await running.end('SIGTERM');
}, 240_000);
