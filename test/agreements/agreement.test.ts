/** The data processing agreement of an account: accepted by an owner, with its annexes of that day, kept and exported. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let ada: Browser;
let account: string;
let place: string;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(
    postgres,
    {
      processors: [
        {
          id: 'mail',
          own: false,
          terms: {
            name: 'Example <b>Mail</b> [x](y)',
            region: 'Germany',
            keeps: '7 days',
            contract: 'of 2026',
          },
        },
      ],
    },
    openSite,
  );
  ada = await somebody(control, 'ada@example.org');
  account = (await control.admin('GET', '/accounts/ada@example.org')).body.id;
  place = `/console/${account}/agreement`;
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const get = async (path: string, cookie = ada.cookie) => {
  const answer = await fetch(control.settings.siteUrl + path, { headers: { cookie }, redirect: 'manual' });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    text: (await answer.text()).replaceAll('<!-- -->', ''),
  };
};
const post = async (form: Record<string, string>, origin = control.settings.siteUrl) =>
  (
    await fetch(control.settings.siteUrl + place, {
      method: 'POST',
      headers: { cookie: ada.cookie, origin },
      body: new URLSearchParams(form),
      redirect: 'manual',
    })
  ).status;
const accepted = () => control.sql('select version from dpa_acceptance');

test('everybody can read it, with annexes made from the running system', async () => {
  const { status, text } = await get('/dpa', '');
  expect(status).toBe(200);
  for (const words of ['Example Inference Ltd', 'Annex 1', 'Annex 4', 'Germany', 'are sealed'])
    expect(text).toContain(words);
  // What the operator wrote marks nothing up.
  expect(text).toContain('Example &lt;b&gt;Mail&lt;/b&gt; [x](y)');
});

test('it is accepted by an owner who just signed in, in the version that was read, once', async () => {
  expect(await post({ version: '1' })).toBe(400);
  expect(await post({ version: '7', accepted: 'yes' })).toBe(409);
  expect(await post({ version: '1', accepted: 'yes' }, 'https://elsewhere.example')).toBe(400);
  await control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect(await post({ version: '1', accepted: 'yes' })).toBe(403);
  await control.sql('update session set authenticated_at = now()');
  expect(await accepted()).toEqual([]);
  expect(await Promise.all([1, 2, 3].map(() => post({ version: '1', accepted: 'yes' })))).toEqual([
    303, 303, 303,
  ]);
  expect(await accepted()).toEqual([{ version: 1 }]);
  expect(await control.sql("select 1 from record_entry where kind = 'agreement'")).toHaveLength(1);
});

test('what was accepted is there to print and to keep, as it was on that day', async () => {
  expect((await get(place)).text).toContain('accepted');
  const markdown = await get(`${place}/1.md`);
  expect(markdown.type).toContain('text/markdown');
  expect(markdown.text).toContain('## Annex 3');
  const html = await get(`${place}/1.html`);
  expect(html.text).toMatch(/^<!doctype html>/);
  expect(html.text).toContain('Example &lt;b&gt;Mail&lt;/b&gt; [x](y)');
  expect(html.text).not.toContain('{{');
  await control.stop();
  Object.assign(control.settings, { processors: [] });
  await control.start();
  expect((await get(`${place}/1.md`)).text).toBe(markdown.text);
  expect((await get('/dpa')).text).not.toContain('Germany');
  expect((await get(`${place}/2.md`)).status).toBe(404);
  const grace = await somebody(control, 'grace@example.org');
  expect((await get(`${place}/1.md`, grace.cookie)).status).toBe(404);
});

test('it stands in the export of who owns the account', async () => {
  // The names of the files in the archive.
  const { body } = await control.admin('GET', '/accounts/ada@example.org/export');
  expect(body).toContain('dpa_acceptance');
});
