/** A significant change is told everybody by mail, once each, however often control is killed in between (CHANGE-1). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedReaders } from '../mail/readers.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { publish, saying } from './texts.ts';

let postgres: TestPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

test('everybody is told once, readers too, killed in the middle over and over', {
  timeout: 120_000,
}, async () => {
  await control.stop();
  await seedReaders(control, 400);
  const running = new ControlProcess(control.settings);
  await running.start();
  const text = saying('To tell you about what changes.');
  expect((await publish(control, text, {})).status).toBe(201);
  const count = async () =>
    (
      await control.sql<{ n: number }>(
        "select count(*)::int as n from mail where template = 'policy_changes'",
      )
    )[0]?.n ?? 0;
  for (const until of [50, 250]) {
    while ((await count()) < until) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.end();
    await running.start();
  }
  const open = () => control.sql('select 1 from announcement where ended_at is null');
  await expect.poll(open, { timeout: 60_000 }).toEqual([]);
  await running.end();
  expect(await count()).toBe(400);
  const twice = await control.sql(
    "select 1 from mail where template = 'policy_changes' group by person_id having count(*) > 1",
  );
  expect(twice).toEqual([]);
  await control.start();
});
