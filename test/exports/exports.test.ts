/**
 * Exports in the background: asked for after a fresh confirmation, one for each person, theirs alone, gone after a day,
 * with an erasure, or when they say so; a full disk is said and leaves nothing.
 */
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { unzip } from '../store-rights/archive.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { instrument, watchWrites } from '../support/faulty-disk.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { exportsOf, PAGE } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof exportsOf>;
let people = 0;
let email: string;
let ada: Browser;

beforeAll(async () => {
  await instrument();
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = exportsOf(control);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
/** Everybody begins with nobody else's export. */
beforeEach(async () => {
  await control.sql('delete from export_job');
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
});

const place = (name: string): string => join(control.settings.exportsFolder, name);
const age = () => control.sql("update session set authenticated_at = now() - interval '11 minutes'");
const restart = async (): Promise<void> => {
  await control.stop();
  await control.start();
};

test('asked for, made, told by mail, downloaded whole; what lies on the disk is sealed', async () => {
  const mails = () => control.sql("select from mail where template = 'export_ready'");
  const before = (await mails()).length;
  expect(await site.text(ada)).toContain('Make the archive');
  const asked = await site.post(ada);
  expect([asked.status, asked.headers.get('location')]).toEqual([303, PAGE]);
  const { id } = await site.until('ready');
  const page = await site.page(ada);
  expect(page.headers.get('refresh')).toBeNull();
  expect(await page.text()).toContain(`${PAGE}/${id}/archive`);
  expect(await mails()).toHaveLength(before + 1);

  expect(site.files()).toEqual([id]);
  expect(statSync(place(id)).mode & 0o777).toBe(0o600);
  expect(statSync(control.settings.exportsFolder).mode & 0o777).toBe(0o700);
  const sealed = readFileSync(place(id)).toString('latin1');
  for (const words of ['README', 'data/person', email, 'kept-export'])
    expect(sealed.includes(words), words).toBe(false);

  const answer = await site.download(ada, id);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const archive = Buffer.from(await answer.arrayBuffer());
  expect(answer.headers.get('content-length')).toBe(String(archive.length));
  const files = await unzip(archive);
  expect(files.get('data/person.json')?.toString()).toContain(email);
  expect(files.has('receipt.tlog-proof')).toBe(true);
  const entries = await control.sql("select from record_entry where kind = 'export' and role = 'person'");
  expect(entries.length).toBeGreaterThan(0);
});

test('who answers something at the same moment gets it all the same, a little later', async () => {
  const [{ id } = { id: '' }] = await control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from person order by created_at desc limit 1",
  );
  // As whoever enters an answer of theirs holds it.
  const holder = new pg.Client({ connectionString: control.settings.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query("select pg_advisory_xact_lock(hashtext('subject:' || $1))", [id]);
  await site.post(ada);
  await sleep(2_000);
  expect(await site.jobs()).toMatchObject([{ state: 'waiting', failure: null }]);
  await holder.end();
  await site.until('ready');
});

test('while it is made the page says how far it is, loads itself again, and a second one is refused', async () => {
  await site.use(email, 60_000);
  await site.post(ada);
  const again = await site.post(ada);
  expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('being made already')]);
  await site.until('working');
  await expect.poll(() => site.text(ada), { interval: 20 }).toMatch(/<progress[^>]* max="60\d{3}"/);
  const page = await site.page(ada);
  expect(page.headers.get('refresh')).toBe('5');
  expect((await site.page(ada, '?reload=no')).headers.get('refresh')).toBeNull();
  // An export that runs is shown also to whoever asks for another.
  expect(await site.text(ada, '?again')).toContain('Cancel');
  await site.until('ready');
  expect(await control.sql('select from export_job')).toHaveLength(1);
});

test('asking and downloading want a fresh confirmation; looking and cancelling do not', async () => {
  await age();
  const refused = await site.post(ada);
  expect([refused.status, await site.jobs()]).toEqual([403, []]);
  expect((await site.page(ada)).headers.get('location')).toMatch(/^\/console\/confirm\?next=/);
  await control.sql('update session set authenticated_at = now()');
  await site.post(ada);
  const { id } = await site.until('ready');
  await age();
  const download = await site.download(ada, id);
  expect(download.headers.get('location')).toBe(
    `/console/confirm?next=${encodeURIComponent(`${PAGE}/${id}/archive`)}`,
  );
  expect((await site.page(ada)).status).toBe(200);
  expect((await site.page(ada, '?again')).headers.get('location')).toMatch(/^\/console\/confirm/);
  expect((await site.post(ada, { cancel: id })).status).toBe(303);
});

test('nobody else reaches it, with its id or without, signed in or not, from another site', async () => {
  await site.post(ada);
  const { id } = await site.until('ready');
  const eve = await somebody(control, `eve${people}@example.org`);
  expect((await site.download(eve, id)).status).toBe(404);
  expect((await site.post(eve, { cancel: id })).status).toBe(404);
  for (const other of [newId(), 'x', `${id}0`]) expect((await site.download(ada, other)).status).toBe(404);
  expect(await site.text(eve)).not.toContain(id);
  const stranger = await fetch(`${control.settings.siteUrl}${PAGE}/${id}/archive`, { redirect: 'manual' });
  expect(stranger.headers.get('location')).toMatch(/^\/sign-in/);
  for (const fields of [{ cancel: id }, {}] as Record<string, string>[])
    expect([400, 403]).toContain((await site.post(ada, fields, 'https://elsewhere.example')).status);
  expect((await site.jobs())[0]?.state).toBe('ready');
});

test('cancelled while it is made, or deleted when it is ready, nothing stays and no mail goes', async () => {
  await site.use(email, 60_000);
  await site.post(ada);
  const { id } = await site.until('working');
  const mails = () => control.sql("select from mail where template = 'export_ready'");
  const before = (await mails()).length;
  expect((await site.post(ada, { cancel: id })).status).toBe(303);
  expect(site.files()).toEqual([]);
  expect(await site.text(ada)).toContain('You ended it');
  expect((await site.download(ada, id)).headers.get('location')).toBe(PAGE);
  expect((await site.post(ada, { cancel: id })).status).toBe(404);
  expect(await mails()).toHaveLength(before);
  await site.post(ada);
  const next = await site.until('ready');
  expect(site.files()).toEqual([next.id]);
  await site.post(ada, { cancel: next.id });
  expect(site.files()).toEqual([]);
  expect(await control.sql('select state, secret from export_job')).toEqual([
    { state: 'cancelled', secret: null },
  ]);
});

test('after a day it is over: no download, no file, and no row after the next sweep', async () => {
  await site.post(ada);
  const { id } = await site.until('ready');
  await control.sql("update export_job set ended_at = now() - interval '24 hours'");
  expect((await site.download(ada, id)).headers.get('location')).toBe(PAGE);
  expect(await site.text(ada)).toContain('is gone');
  await restart();
  await expect.poll(() => site.files(), { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => site.jobs(), { timeout: 20_000 }).toEqual([]);
});

test('a new one takes the place of the one that is ready', async () => {
  await site.post(ada);
  const first = await site.until('ready');
  expect(await site.text(ada, '?again')).toContain('is deleted');
  await site.post(ada);
  const [second] = await site.jobs();
  expect(second?.id).not.toBe(first.id);
  await site.until('ready');
  expect(site.files()).toEqual([second?.id]);
  expect((await site.download(ada, first.id)).status).toBe(404);
});

test('an erasure takes row, key and file, and does not wait for an export that runs', async () => {
  await site.post(ada);
  const { id } = await site.until('ready');
  expect((await control.admin('POST', `/accounts/${email}/erase`, { when: 'now' })).body.state).toBe('done');
  expect([site.files(), await site.jobs()]).toEqual([[], []]);

  const bob = await somebody(control, `bob${people}@example.org`);
  await site.use(`bob${people}@example.org`, 300_000);
  await site.post(bob);
  await site.until('working');
  const begun = performance.now();
  const erased = await control.admin('POST', `/accounts/bob${people}@example.org/erase`, { when: 'now' });
  expect(erased.body.state).toBe('done');
  expect([site.files(), await site.jobs()]).toEqual([[], []]);
  expect(performance.now() - begun).toBeLessThan(60_000);
  expect((await site.download(ada, id)).status).toBe(302);
}, 180_000);

test('whoever no longer owns an account in it does not get it', async () => {
  await site.post(ada);
  const { id } = await site.until('ready');
  const person = `(select person_id from export_job)`;
  await control.sql(`update membership set role = 'viewer' where person_id = ${person}`);
  expect((await site.download(ada, id)).headers.get('location')).toBe(PAGE);
  expect(await site.text(ada)).toContain('is no longer yours');
  await control.sql(`update membership set role = 'owner' where person_id = ${person}`);
  expect((await site.download(ada, id)).status).toBe(200);
});

test('where the disk is full it says so and leaves nothing; with room again it works', async () => {
  await site.use(email, 5_000);
  let writes = 0;
  const stop = await watchWrites([control.settings.exportsFolder], (what) =>
    what === 'write' && ++writes > 2 ? 'tear' : 'pass',
  );
  control.lines.length = 0;
  await site.post(ada);
  const failed = await site.until('failed');
  stop();
  expect(failed.failure).toBe('disk_full');
  expect(site.files()).toEqual([]);
  expect(await site.text(ada)).toContain('no room on our disk');
  expect(control.lines.filter(({ event }) => event === 'export_failed')).toMatchObject([
    { level: 'error', code: 'disk_full' },
  ]);
  await site.post(ada);
  await site.until('ready');
});

test('a file that is nobody’s goes, and an export whose file is gone or altered says so', async () => {
  await site.post(ada);
  const { id } = await site.until('ready');
  copyFileSync(place(id), place('copy'));
  writeFileSync(place(newId()), 'left by a kill');
  await restart();
  await expect.poll(() => site.files(), { timeout: 20_000 }).toEqual([id]);
  const bytes = readFileSync(place(id));
  bytes[100]! ^= 1;
  writeFileSync(place(id), bytes);
  await expect(site.download(ada, id).then((answer) => answer.arrayBuffer())).rejects.toThrow();
  expect(control.lines.at(-1)).toMatchObject({ event: 'export_failed', level: 'error' });
  await control.stop();
  rmSync(place(id));
  await control.start();
  expect((await site.until('failed')).failure).toBe('lost');
  expect(await site.text(ada)).toContain('no longer there');
});

test('a stop in good order begins it anew; what was begun three times and never ended is given up', async () => {
  await site.use(email, 60_000);
  await site.post(ada);
  await site.until('working');
  await restart();
  const { id, tries } = await site.until('ready');
  expect([site.files(), tries]).toEqual([[id], 1]);
  await control.stop();
  await control.sql("update export_job set state = 'working', tries = 3, ended_at = null");
  await control.start();
  expect((await site.until('failed')).failure).toBe('interrupted');
  await expect.poll(() => site.files()).toEqual([]);
});
