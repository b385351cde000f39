/** Control is killed while it makes an export: the next start begins it anew, and nothing else of it is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { unzip } from '../store-rights/archive.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { exportsOf } from './people.ts';

const EMAIL = 'ada@example.org';
let postgres: TestPostgres;
let control: TestControl;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  ada = await somebody(control, EMAIL);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

test('killed twice at its work, it ends whole, with one file, one mail and one entry', async () => {
  const site = exportsOf(control);
  await site.use(EMAIL, 150_000);
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  await site.post(ada);
  for (const pause of [0, 300]) {
    await site.until('working');
    await sleep(pause);
    await running.end();
    await running.start();
  }
  const { id, tries } = await site.until('ready');
  expect([tries, site.files()]).toEqual([3, [id]]);
  const archive = Buffer.from(await (await site.download(ada, id)).arrayBuffer());
  const usage = (await unzip(archive)).get('data/usage_record.json');
  expect(JSON.parse(String(usage))).toHaveLength(150_000);
  expect(await control.sql("select from mail where template = 'export_ready'")).toHaveLength(1);
  expect(await control.sql("select from record_entry where kind = 'export'")).toHaveLength(1);
  await running.end('SIGTERM');
}, 240_000);
