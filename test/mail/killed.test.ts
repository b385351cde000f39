/** A campaign whose control is killed in the middle, over and over: nobody is written to twice, and each at most once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlProcess } from '../support/control-process.ts';
import { campaignsOf, sentTo, startWorld, type World } from './world.ts';

const PEOPLE = process.env.KEPT_TEST_ALL ? 10_000 : 400;
const KILLS = 4;
let world: World;

beforeAll(async () => {
  world = await startWorld();
  const { control } = world;
  const emails = Array.from({ length: PEOPLE }, (_, n) => `p${n}@example.org`);
  for (let at = 0; at < PEOPLE; at += 20)
    await Promise.all(
      emails
        .slice(at, at + 20)
        .map((email) => control.admin('POST', '/accounts', { email, name: 'Somebody' })),
    );
  await control.sql('update person set email_verified_at = now()');
  await control.sql(
    `insert into consent (id, person_id, purpose, version, answer, at, way, entry)
     select gen_random_uuid(), id, 'promotional_mail', 2, 'given', now(), 'web', gen_random_uuid()
     from person where staff_role is null`,
  );
}, 600_000);
afterAll(() => world?.stop());

test('killed in the middle', { timeout: 600_000 }, async () => {
  const { control, mails } = world;
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  await control.stop();
  const running = new ControlProcess(control.settings);
  for (let kill = 0; kill < KILLS; kill++) {
    const before = sentTo(mails).length;
    await running.start();
    while (sentTo(mails).length < before + PEOPLE / 10) await sleep(5);
    await running.end();
  }
  await running.start();
  await desk.done(id);
  await running.end();
  const got = sentTo(mails);
  expect(new Set(got).size).toBe(got.length);
  const rows = await control.sql<{ state: string; n: number }>(
    'select state, count(*)::int as n from promotional_mail group by state order by state',
  );
  const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
  expect(of('sent') + of('unknown')).toBe(PEOPLE);
  // What was under way at a kill may have arrived or not: at most the four that go at once.
  expect(of('unknown')).toBeLessThanOrEqual(KILLS * 4);
  expect(got.length).toBeGreaterThanOrEqual(of('sent'));
  expect(got.length).toBeLessThanOrEqual(PEOPLE);
});
