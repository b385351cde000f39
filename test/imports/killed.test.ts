/** Control killed while a list is taken over: it goes on with the next start, and nobody is there, told or entered twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Office, openOffice } from '../messages/office.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { ControlProcess } from '../support/control-process.ts';
import { seeded } from '../support/seeded.ts';

const KILLS = process.env.KEPT_TEST_ALL ? 20 : 4;
const PEOPLE = 400;
let office: Office;

beforeAll(async () => {
  office = await openOffice();
}, 60_000);
afterAll(async () => {
  await office?.stop();
});

test('killed at any moment, a list is taken over once', async () => {
  const random = seeded();
  const { control, post } = office;
  const admin = await somebody(control, 'admin@example.org', 'admin');
  await strengthen(admin);
  const { siteUrl } = control.settings;
  const body = new FormData();
  const fields = { partner: 'Many Fairs', receivedOn: '2026-11-20', ground: 'contract' };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const rows = Array.from({ length: PEOPLE }, (_, n) => `many${n}@example.net\n`);
  body.set('list', new Blob([`Mail\n${rows.join('')}`]), 'list.csv');
  const headers = { cookie: admin.cookie, origin: siteUrl };
  const made = await fetch(`${siteUrl}/desk/imports/new`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers,
  });
  const path = made.headers.get('location') ?? '';
  expect((await post(admin, path, { do: 'columns', email: '0' })).status).toBe(303);
  expect((await post(admin, path, { do: 'confirm', sure: 'yes' })).status).toBe(303);
  await control.stop();
  for (let round = 0; round < KILLS; round++) {
    const killed = new ControlProcess(control.settings);
    expect(await killed.start()).toBe(true);
    await sleep(random() * 600);
    await killed.end();
  }
  await control.start();
  const state = async () => {
    const [row] = await control.sql<{ state: string }>('select state from partner_import');
    return row?.state;
  };
  await expect.poll(state, { timeout: 120_000 }).toBe('done');
  const [done] = await control.sql('select taken, refused, content from partner_import');
  expect(done).toEqual({ taken: PEOPLE, refused: '{}', content: null });
  const counted = async (what: string) => (await control.sql(what)).length;
  expect(await counted('select distinct person_id from imported_contact')).toBe(PEOPLE);
  expect(await counted('select 1 from imported_contact')).toBe(PEOPLE);
  expect(await counted("select 1 from mail where template = 'import_told'")).toBe(PEOPLE);
  const entries =
    "select 1 from record_entry where kind = 'import' and person_id is not null and index is not null";
  expect(await counted(entries)).toBe(PEOPLE);
}, 300_000);
