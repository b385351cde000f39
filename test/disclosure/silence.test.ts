/**
 * An order that forbids telling: until it ends, whatever anybody outside the desk sees is byte for byte what it would be without the
 * case; afterwards it shows by itself, once, whatever the clock does.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { unzip } from '../store-rights/archive.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Cases, casesOf, hireAs, SILENT } from './cases.ts';

let postgres: TestPostgres;
let control: TestControl;
let cases: Cases;
let one: Browser;
let other: Browser;
let ada: Browser;
let account: string;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  cases = casesOf(control);
  one = await hireAs(control, 'Grace Prepares', 'grace@example.org');
  other = await hireAs(control, 'Edsger Approves', 'edsger@example.org');
  ada = await somebody(control, 'ada@example.org');
  account = (await control.admin('GET', '/accounts/ada@example.org')).body.id;
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

/** What a page says without what is another each time that it is asked for. */
const still = (html: string): string =>
  html.replaceAll(/nonce(?:="|":")[\w+/=]*"/g, 'nonce').replaceAll(/\d+(?:\.\d+)? ms/g, '');

const PUBLIC = [
  '/',
  '/privacy',
  '/privacy/transparency',
  '/api/transparency',
  '/privacy/promises',
  '/status',
  '/record/checkpoint',
];
const OWN = [
  '/console/profile',
  '/console/disclosures',
  '/console/security',
  '/console/export',
  '/console/profile/legal_hold',
  '/console/profile/disclosure',
  '/console/profile/disclosure_subject',
  '/console/profile/delete',
];

/** Where they part, with what stands around it; empty where they are the same. */
function firstDifference(one: string, other: string): string {
  if (one === other) return '';
  let at = 0;
  while (one[at] === other[at]) at++;
  return `${one.slice(at - 80, at + 80)} | ${other.slice(at - 80, at + 80)}`;
}

async function everything(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const path of PUBLIC) pages.set(path, still(await cases.text(null, path)));
  for (const path of [
    ...OWN,
    `/console/${account}`,
    `/console/${account}/requests`,
    `/console/${account}/members`,
  ]) {
    const page = await cases.page(ada, path);
    pages.set(path, `${page.status} ${still(await page.text())}`);
  }
  return pages;
}

/** What the person takes with them, but for when it was made and its receipt. */
async function exported(): Promise<Map<string, string>> {
  await control.sql('delete from export_job');
  await control.sql("delete from record_entry where kind = 'export'");
  await control.sql("delete from mail where template = 'export_ready'");
  expect((await cases.post(ada, '/console/export', {})).status).toBe(303);
  const ready = () =>
    control.sql<{ id: string }>(
      "select replace(id::text, '-', '') as id from export_job where state = 'ready'",
    );
  await expect.poll(async () => (await ready()).length, { timeout: 15_000 }).toBe(1);
  const [job] = await ready();
  const archive = await cases.page(ada, `/console/export/${job?.id}/archive`);
  const files = await unzip(Buffer.from(await archive.arrayBuffer()));
  const stable = [...files].filter(([path]) => !/manifest|receipt|README|export_job|session|mail/.test(path));
  return new Map(stable.map(([path, bytes]) => [path, String(bytes)]));
}

const told = async (id: string) => (await cases.row(id)).told_at;

test('not one byte is another while it may not be told, in no state of the case, and no mail goes', async () => {
  const export_ = await exported();
  const before = await everything();
  const mails = await control.sql('select 1 from mail');
  const look = async (when: string) => {
    const now = await everything();
    for (const [path, text] of before)
      expect(firstDifference(text, now.get(path) ?? ''), `${path}, ${when}`).toBe('');
  };
  const id = await cases.opened(
    one,
    { named: `ada@example.org\n${account}`, hold: 'yes', ...cases.gag(30) },
    cases.GAG_FILES,
  );
  await look('entered');
  await cases.approved(one, other, id, SILENT);
  await look('approved');
  await cases.built(one, id);
  await look('handed over');
  const refused = await cases.opened(one, { named: 'ada@example.org', ...cases.gag(30) }, cases.GAG_FILES);
  await cases.act(one, refused, 'refuse', { reason: 'Not valid' });
  await look('refused');
  const held = await cases.opened(
    one,
    { named: 'ada@example.org', hold: 'yes', ...cases.gag(30) },
    cases.GAG_FILES,
  );
  await control.sql(
    "update disclosure_case set closed_at = closed_at - interval '200 days' where closed_at is not null",
  );
  // What is kept in memory is made anew, and the cases' half-year is over.
  await control.sql(
    "update record_entry set at = at - interval '400 days' where id = (select id from record_entry order by at limit 1)",
  );
  await control.stop();
  await control.start();
  const report = (await (await cases.page(null, '/api/transparency')).json()) as { periods: unknown[] };
  expect(report.periods.length).toBeGreaterThan(0);
  expect(JSON.stringify(report)).not.toMatch(/"at_most":[1-9]/);
  expect(await cases.text(null, '/privacy')).toMatch(/not once/);
  expect(await control.sql('select 1 from mail')).toHaveLength(mails.length);
  expect(await control.sql('select 1 from disclosure')).toEqual([]);
  for (const [path, text] of await exported()) expect(text, path).toBe(export_.get(path));
  for (const each of [id, refused, held]) expect(await told(each)).toBeNull();
  await cases.act(one, held, 'refuse', { reason: 'Not valid' });
  // It ends for one of them, and for no other.
  await cases.letGagEnd(id);
  await expect.poll(() => told(id), { timeout: 15_000 }).not.toBeNull();
  expect(await told(refused)).toBeNull();
  const mine = await cases.text(ada, '/console/disclosures');
  expect(mine).toContain('handed over');
  expect(mine).toContain('District Court of Example');
  expect(await cases.text(null, '/privacy')).toMatch(/>?once/);
  await expect
    .poll(async () => JSON.stringify(await (await cases.page(null, '/api/transparency')).json()))
    .toContain('"at_least":1,"at_most":9');
  expect(await control.sql("select 1 from mail where template = 'data_disclosed'")).toHaveLength(1);
  const files = await exported();
  expect(files.get('data/disclosure.json')).toContain('District Court of Example');
  const acts = await cases.text(ada, '/console/profile');
  expect(acts).toContain('Demand for your data told to you');
}, 120_000);

test('a clock that jumps ahead ends no silence; believed, it ends it once, over stops and starts', async () => {
  const id = await cases.opened(one, { named: 'ada@example.org', ...cases.gag(30) }, cases.GAG_FILES);
  await cases.approved(one, other, id, SILENT);
  await cases.built(other, id);
  const waits = await cases.opened(one, { kind: 'emergency', named: 'nobody@example.org' });
  await cases.approved(one, other, waits);
  const letters = () => control.sql("select 1 from mail where template = 'data_disclosed'");
  const before = (await letters()).length;
  await control.stop();
  await control.sql("update clock_mark set seen_at = now() - interval '40 days', jumped_to = null");
  await cases.letGagEnd(id);
  await control.start();
  await expect.poll(() => control.lines.some(({ code }) => code === 'clock_jumped')).toBe(true);
  expect(await told(id)).toBeNull();
  expect((await cases.act(one, waits, 'build')).status).toBe(503);
  expect((await cases.page(null, '/privacy/transparency')).status).toBe(200);
  expect(await (await cases.page(null, '/api/transparency')).json()).toEqual({ periods: [] });
  expect(await letters()).toHaveLength(before);
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
  await expect.poll(() => told(id), { timeout: 20_000 }).not.toBeNull();
  await control.stop();
  await control.start();
  expect(await letters()).toHaveLength(before + 1);
  expect((await cases.steps(id)).filter((event) => event === 'tell')).toHaveLength(1);
}, 60_000);

test('longer: one proposes with a document, another agrees; sooner: it is lifted', async () => {
  const id = await cases.opened(one, { named: 'ada@example.org', ...cases.gag(30) }, cases.GAG_FILES);
  expect((await cases.act(one, id, 'gag_propose', { gag_next: '2099-01-01' })).status).toBe(400);
  expect((await cases.proposeGag(one, id, 10)).status).toBe(400);
  expect((await cases.act(other, id, 'gag_extend')).status).toBe(409);
  expect((await cases.proposeGag(one, id, 90)).status).toBe(303);
  const same = await cases.act(one, id, 'gag_extend');
  expect([same.status, await same.text()]).toMatchObject([403, expect.stringContaining('Two people')]);
  expect((await cases.act(other, id, 'gag_extend')).status).toBe(303);
  const [row] = await control.sql<{ far: boolean }>(
    "select gag_until > now() + interval '80 days' as far from disclosure_case where id = $1::uuid",
    [id],
  );
  expect(row?.far).toBe(true);
  await cases.act(other, id, 'refuse', { reason: 'Not valid' });
  expect(await told(id)).toBeNull();
  expect((await cases.act(one, id, 'gag_lift')).status).toBe(303);
  await expect.poll(() => told(id), { timeout: 15_000 }).not.toBeNull();
  expect((await cases.act(one, id, 'gag_lift')).status).toBe(409);
  expect((await cases.proposeGag(one, id, 90)).status).toBe(409);
}, 60_000);

test('it ends while the case waits: they are told before, with their days to object', async () => {
  const id = await cases.opened(one, { named: 'ada@example.org', ...cases.gag(30) }, cases.GAG_FILES);
  await cases.approved(one, other, id, SILENT);
  await cases.letGagEnd(id);
  await expect.poll(async () => (await cases.row(id)).announced_at, { timeout: 15_000 }).not.toBeNull();
  expect(Number((await cases.row(id)).disclose_at)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect((await cases.act(one, id, 'build')).status).toBe(409);
  expect(await cases.text(ada, '/console/disclosures')).toContain('Why you object');
}, 60_000);
