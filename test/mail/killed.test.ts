/** A campaign whose control is killed in the middle, over and over: nobody is written to twice, and each at most once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlProcess } from '../support/control-process.ts';
import { seeded } from '../support/seeded.ts';
import { type Sink, seedReaders, startSink } from './readers.ts';
import { testDkim } from './signing.ts';
import { campaignsOf, startWorld, type World } from './world.ts';

const PEOPLE = process.env.KEPT_TEST_ALL ? 100_000 : 400;
const KILLS = 4;
const HOUR_MS = 3_600_000;
const READER = /^[0-9a-f]{32}@/;
let world: World;
let sink: Sink;

beforeAll(async () => {
  sink = await startSink();
  const mail = { smtpUrl: sink.url, from: null, dkim: testDkim(), campaignsPerSecond: 1000 };
  world = await startWorld({ mail });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  await sink?.stop();
});

test('killed in the middle', { timeout: HOUR_MS }, async () => {
  const random = seeded();
  const { control } = world;
  const desk = campaignsOf(world);
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '2999-01-01T00:00' });
  const soon = new Date(Date.now() + 120_000).toISOString().slice(0, 16);
  expect((await desk.tell(id, 'schedule', { at: soon })).status).toBe(303);
  await control.stop();
  await seedReaders(control, PEOPLE);
  await control.sql('update campaign set send_at = now() where id = $1::uuid', [id]);
  const running = new ControlProcess(control.settings);
  for (let kill = 0; kill < KILLS; kill++) {
    const until = sink.total() + (PEOPLE / (KILLS + 1)) * (0.3 + random() * 0.7);
    await running.start();
    while (sink.total() < until) await sleep(5);
    await running.end();
  }
  await running.start();
  while ((await desk.stateOf(id)) !== 'done') await sleep(100);
  await running.end();
  // Whoever wrote the campaign is mailed as well, about their account: service mail, which may come twice after a kill.
  const toReaders = [...sink.counts].filter(([to]) => READER.test(to));
  expect(toReaders.filter(([, times]) => times > 1)).toEqual([]);
  const rows = await control.sql<{ state: string; n: number }>(
    'select state, count(*)::int as n from promotional_mail group by state order by state',
  );
  const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
  expect(of('sent') + of('unknown')).toBe(PEOPLE);
  // What was under way at a kill may have arrived or not: at most the four that go at once.
  expect(of('unknown')).toBeLessThanOrEqual(KILLS * 4);
  expect(toReaders.length).toBeGreaterThanOrEqual(of('sent'));
  expect(toReaders.length).toBeLessThanOrEqual(PEOPLE);
});
