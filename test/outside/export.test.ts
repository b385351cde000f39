/** An export says which systems outside may hold its person, and whether they were looked through; without any it says nothing of them. */
import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { unzip } from '../store-rights/archive.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { hire, officeOf, tasksIn } from './office.ts';

let postgres: TestPostgres;
let control: TestControl;
let privacy: Browser;
let ada: Browser;
const ADA = 'ada@example.org';

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  privacy = await hire(control, 'privacy', 'privacy');
  ada = await somebody(control, ADA);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

function archive(): Promise<Buffer> {
  const path = `/accounts/${encodeURIComponent(ADA)}/export`;
  return new Promise((resolve, reject) => {
    get({ socketPath: control.settings.adminSocket, path, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts)));
    }).on('error', reject);
  });
}
async function told() {
  const files = await unzip(await archive());
  const { outside } = JSON.parse(String(files.get('manifest.json'))) as { outside?: unknown };
  return { outside, readme: String(files.get('README.txt')) };
}

test('none, not asked, open, and looked through', async () => {
  const office = officeOf(control);
  const site = requestsOf(control);
  const none = await told();
  expect(none.outside).toBeUndefined();
  expect(none.readme).not.toContain('other systems');
  await office.registered(privacy, { name: 'Sales' });
  await office.registered(privacy, { name: 'Of staff', holds_customers: 'no', holds_staff: 'yes' });
  expect((await told()).outside).toEqual([{ system: 'Sales', state: 'not_asked' }]);
  await site.asked(ada, 'access');
  await site.until('carrying_out');
  const open = await told();
  expect(open.outside).toEqual([{ system: 'Sales', state: 'open' }]);
  expect(open.readme).toContain('Sales: our staff are asked to look there, and have not yet');
  const [task] = await tasksIn(control);
  await office.post(privacy, `/desk/tasks/${task?.id}`, { do: 'look' });
  await office.post(privacy, `/desk/tasks/${task?.id}`, { do: 'finish', outcome: 'nothing_found' });
  expect((await told()).outside).toEqual([{ system: 'Sales', state: 'nothing_found' }]);
});
