/**
 * The page of what is held about somebody: all of it, by the data map; corrected and restricted by forms without a
 * script; looks by staff with their reason; receipts of one's own; and nothing of anybody else.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataMap } from '../../src/control/data-map.ts';
import type { Browser as Program } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { axeFindings } from '../support/axe.ts';
import type { TestControl } from '../support/control.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Program;
let bob: Program;
let page: Page;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await somebody(control, 'ada@example.org');
  bob = await somebody(control, 'bob@example.org');
  page = await open(ada, { javaScriptEnabled: false });
});
afterAll(async () => {
  await stop?.();
});

async function open(who: Program, options: object): Promise<Page> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const [[name, value] = ['', '']] = [...who.cookies];
  await context.addCookies([{ name, value, url: site }]);
  return context.newPage();
}

/** Posts a form as this person's browser would. */
const post = (who: Program, path: string, fields: Record<string, string>) =>
  fetch(site + path, {
    method: 'POST',
    headers: { cookie: who.cookie, origin: site },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
const get = (who: Program | null, path: string) =>
  fetch(site + path, { redirect: 'manual', ...(who !== null && { headers: { cookie: who.cookie } }) });

test('nobody sees it without signing in, and nobody keeps a copy', async () => {
  for (const path of [
    '/console/profile',
    '/console/profile/session',
    `/console/receipts/${'0'.repeat(32)}`,
  ]) {
    const refused = await get(null, path);
    expect([refused.status, refused.headers.get('location')], path).toEqual([
      302,
      `/sign-in?next=${encodeURIComponent(path)}`,
    ]);
  }
  expect((await get(ada, '/console/profile')).headers.get('cache-control')).toBe('no-store');
});

test('it has every table that holds something about them, with purpose, source and end', async () => {
  await control.admin('POST', '/accounts/ada@example.org/keys', { name: 'A laptop of hers' });
  await page.goto(`${site}/console/profile`);
  const text = await page.locator('main').textContent();
  for (const { about } of dataMap.filter(({ name }) =>
    ['person', 'account', 'api_key', 'mail', 'session'].includes(name),
  ))
    expect(text).toContain(about);
  const all = await page.locator('main').textContent();
  for (const words of [
    'ada@example.org',
    'A laptop of hers',
    'To keep the account and let its people in',
    'Given by the person',
    'as long as the account',
  ])
    expect(all).toContain(words);
  expect(all).not.toContain('bob@example.org');
});

test('a value is corrected in place, and what is refused says why', async () => {
  await page.goto(`${site}/console/profile`);
  await page.getByText('Correct Name', { exact: true }).click();
  const field = page.getByRole('textbox', { name: 'Name', exact: true });
  await field.fill('   ');
  await page.getByRole('button', { name: 'Save' }).first().click();
  expect(await page.getByRole('alert').textContent()).toContain('Nothing was changed');
  await page.getByText('Correct Name', { exact: true }).click();
  await field.fill('Ada <b>King</b>');
  await page.getByRole('button', { name: 'Save' }).first().click();
  expect(new URL(page.url()).pathname).toBe('/console/profile');
  expect((await ada.me()).name).toBe('Ada <b>King</b>');
  expect(await page.locator('main b').count()).toBe(0);
});

test('nobody corrects what is another’s, what the map does not let them, or their address', async () => {
  const items = async (who: Program) =>
    [...(await (await get(who, '/console/profile')).text()).matchAll(/name="item" value="([^"]+)"/g)].map(
      ([, item = '']) => item,
    );
  const [name = ''] = (await items(bob)).filter((item) => item.startsWith('person/'));
  expect(await items(ada)).not.toContain(name);
  const wishes: [string, number][] = [
    [name, 404],
    [name.replace('/name', '/staff_role'), 409],
    ['person/../name', 404],
    [`person/${'0'.repeat(32)}'/name`, 404],
    ['', 404],
  ];
  const [own = ''] = (await items(ada)).filter((item) => item.startsWith('person/'));
  wishes.push([own.replace('/name', '/email'), 409], [own.replace('/name', '/staff_role'), 409]);
  for (const [item, status] of wishes) {
    const answer = await post(ada, '/console/profile', { do: 'correct', item, value: 'eve@example.org' });
    expect(answer.status, item).toBe(status);
  }
  expect(await bob.me()).toMatchObject({ name: 'Ada Example', email: 'bob@example.org' });
  expect(await ada.me()).toMatchObject({ email: 'ada@example.org', staff_role: null });
});

test('a form from another site changes nothing', async () => {
  const body = new URLSearchParams({ do: 'restrict', restricted: 'yes' });
  const headers = { cookie: ada.cookie, origin: 'https://evil.example' };
  const sent = await fetch(`${site}/console/profile`, { method: 'POST', headers, body, redirect: 'manual' });
  expect(sent.status).toBeOneOf([400, 403]);
  expect(await control.sql('select 1 from restriction')).toEqual([]);
});

test('the use is restricted and the restriction lifted, by the person', async () => {
  await page.goto(`${site}/console/profile`);
  await page.getByRole('button', { name: 'Restrict the use' }).click();
  expect((await control.sql('select 1 from restriction')).length).toBe(2);
  await page.getByRole('button', { name: 'Lift the restriction' }).click();
  expect(await control.sql('select 1 from restriction')).toEqual([]);
  const roles = await control.sql("select role from record_entry where kind = 'restriction'");
  expect(roles).toEqual([{ role: 'person' }, { role: 'person' }]);
});

test('a look by staff stands there with its reason; what belongs to a hold does not while it holds', async () => {
  const path = '/accounts/ada@example.org';
  await control.admin('POST', `${path}/access`, { reason: 'They asked <by> telephone' });
  const hold = await control.admin('POST', `${path}/holds`, { reason: 'an order of a court' });
  await control.admin('POST', `/holds/${hold.body.id}/reason`, { reason: 'checking the order' });
  const seen = async () =>
    (await (await get(ada, '/console/profile')).text()).replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  const during = await seen();
  expect(during).toContain('They asked <by> telephone');
  expect(during).not.toContain('checking the order');
  expect(during).not.toContain('legal_hold');
  expect((await get(ada, '/console/profile/legal_hold')).status).toBe(404);
  await control.admin('POST', `/holds/${hold.body.id}/end`);
  expect(await seen()).toContain('checking the order');
});

test('receipts are of one’s own acts alone', async () => {
  const [act = { id: '' }] = await control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from record_entry where kind = 'correction'",
  );
  const mine = await get(ada, `/console/receipts/${act.id}`);
  expect([mine.status, mine.headers.get('content-disposition')]).toEqual([
    200,
    `attachment; filename="${act.id}.tlog-proof"`,
  ]);
  expect(await mine.text()).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
  expect((await get(bob, `/console/receipts/${act.id}`)).status).toBe(404);
  const [hold = { id: '' }] = await control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from record_entry where kind = 'hold_placed'",
  );
  for (const id of [hold.id, 'x', '%00', '0'.repeat(32)])
    expect((await get(ada, `/console/receipts/${id}`)).status, id).toBe(404);
});

test('a long table goes on page by page, and takes no nonsense for a place', async () => {
  for (let at = 0; at < 25; at += 1)
    await control.admin('POST', '/accounts/bob@example.org/keys', { name: `Key number ${at}` });
  const text = async (path: string) => (await get(bob, path)).text();
  const first = await text('/console/profile/api_key');
  const [, next = ''] = /href="(\?after=[^"]+)"/.exec(first) ?? [];
  const both = first + (await text(`/console/profile/api_key${next}`));
  for (let at = 0; at < 25; at += 1) expect(both).toContain(`Key number ${at}<`);
  for (const path of [
    'nothing',
    'api_key?after=x',
    'api_key?after=person%2Fx%2Fname',
    'record_entry',
    'invitation',
  ])
    expect((await get(bob, `/console/profile/${path}`)).status, path).toBe(404);
});

test('it stands without findings, light and dark, wide and narrow', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 320]) {
      const seen = await open(ada, { colorScheme, viewport: { width, height: 900 } });
      await seen.goto(`${site}/console/profile`);
      for (const summary of await seen.locator('details.held > summary').all()) await summary.press('Enter');
      expect(await seen.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await axeFindings(seen), `${colorScheme} ${width}`).toEqual([]);
      await seen.context().close();
    }
  }
});
