/**
 * Measurement in a real browser: nothing before consent, nothing with Global Privacy Control, coarse rows after it, tied
 * only while the person agrees, and read by the operator in groups only.
 */
import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { siteOf } from '../../src/control/analytics/measure.ts';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
});
afterAll(async () => {
  await stop?.();
});

const random = (): string => randomBytes(16).toString('hex');
const YES = 'kept_choices=measurement.1.given';
const look = (more: object = {}) => ({ id: random(), page: 'home', seconds: 3, referrer: null, ...more });
const send = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${site}/api/measure`, {
    method: 'POST',
    headers: { origin: site, 'content-type': 'application/json', cookie: YES, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const rows = () =>
  control.sql<Record<string, unknown>>(
    'select page, seconds, browser, system, referrer, person_id, extract(minute from at)::int + extract(second from at)::int as into_hour from page_view order by at, id',
  );
/** Opens a page and leaves it; what it tells on its way out is no longer the page's, so the row is waited for. */
async function visit(page: Page, path: string): Promise<void> {
  const before = (await rows()).filter((row) => row.page === path.slice(1)).length;
  await page.goto(site + path);
  await page.goto(`${site}/healthz`);
  const stored = async () => (await rows()).filter((row) => row.page === path.slice(1)).length;
  await expect.poll(stored, { timeout: 20_000 }).toBe(before + 1);
}

test('what nobody agreed to, what comes from elsewhere, and nonsense store nothing', async () => {
  expect((await send(look(), { cookie: '' })).status).toBe(403);
  expect((await send(look(), { cookie: 'kept_choices=measurement.1.refused' })).status).toBe(403);
  expect((await send(look(), { 'sec-gpc': '1' })).status).toBe(403);
  expect((await send(look(), { 'sec-gpc': '1, 1' })).status).toBe(403);
  expect((await send(look(), { origin: 'https://evil.example' })).status).toBe(403);
  for (const wrong of [
    '{',
    look({ page: '/console/acct_1' }),
    look({ seconds: -1 }),
    look({ seconds: 1e9 }),
    look({ id: 'x' }),
    look({ address: '192.0.2.7' }),
    look({ referrer: 7 }),
  ])
    expect((await send(wrong)).status, JSON.stringify(wrong)).toBe(400);
  expect((await send(look({ referrer: 'x'.repeat(2000) }))).status).toBe(413);
  expect(await rows()).toEqual([]);
});

test('of a referrer the site is kept, never a person’s own part of it', () => {
  expect(siteOf('ada.github.io')).toBe('github.io');
  expect(siteOf('news.Example.org')).toBe('example.org');
  expect(siteOf('ada.example.co.uk')).toBe('example.co.uk');
  for (const none of [null, '', 'localhost', '192.0.2.7', '[::1]', 'a b.org', "x';--.org", 'ada@example.org'])
    expect(siteOf(none), String(none)).toBeNull();
});

test('a browser that agreed tells of the page, once for each look, and stops when it takes that back', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site);
  expect(await page.locator('script').count()).toBe(0);
  await page.getByRole('button', { name: 'Accept' }).click();
  expect(await page.locator('script').getAttribute('src')).toBe('/measure.js');
  await visit(page, '/pricing');
  await visit(page, '/privacy');
  const stored = await rows();
  expect(stored.map((row) => row.page).toSorted()).toEqual(expect.arrayContaining(['pricing', 'privacy']));
  for (const row of stored) {
    expect(row).toMatchObject({
      browser: 'Chrome',
      system: 'Linux',
      referrer: null,
      person_id: null,
      into_hour: 0,
    });
  }
  const cookies = await context.cookies();
  expect(cookies.map(({ name }) => name).toSorted()).toEqual(['kept_choices', 'kept_visit']);
  const visitEnds = cookies.find(({ name }) => name === 'kept_visit')?.expires ?? 0;
  expect(visitEnds - Date.now() / 1000).toBeLessThanOrEqual(86_400 + 1);
  await page.goto(`${site}/privacy/choices`);
  await page.locator('.choice').first().getByRole('button', { name: 'No' }).click();
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['kept_choices']);
  await page.goto(site);
  expect(await page.locator('script').count()).toBe(0);
  await context.close();
});

test('told twice it is one look, and a stranger’s browser does not change it', async () => {
  const id = random();
  const own = `${YES}; kept_visit=${random()}`;
  await send(look({ id, seconds: 5 }), { cookie: own });
  await send(look({ id, seconds: 40 }), { cookie: own });
  await send(look({ id, seconds: 2 }), { cookie: own });
  await send(look({ id, seconds: 9999 }), { cookie: `${YES}; kept_visit=${random()}` });
  expect(await control.sql('select seconds from page_view where id = $1', [id])).toEqual([{ seconds: 40 }]);
});

test('the tie names the person while they agree, is in their export, and is cut with the consent', async () => {
  await somebody(control, 'ada@example.org');
  const reason = 'her letter';
  const consents = (what: string, purpose: string) =>
    control.admin('POST', `/accounts/ada@example.org/consents${what}`, { purpose, reason });
  await consents('', 'measurement');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site}/sign-in`);
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await visit(page, '/terms');
  expect((await rows()).filter((row) => row.person_id !== null)).toEqual([]);
  await consents('', 'tie_to_account');
  await visit(page, '/status');
  expect((await rows()).filter((row) => row.person_id !== null).map((row) => row.page)).toEqual(['status']);
  const { body } = await control.admin('POST', '/accounts/ada@example.org/access', { reason });
  expect(JSON.stringify(body)).toContain('Seconds that it was looked at');
  await consents('/withdraw', 'tie_to_account');
  expect((await rows()).filter((row) => row.person_id !== null)).toEqual([]);
  expect((await rows()).filter((row) => row.page === 'status')).toHaveLength(1);
  await context.close();
});

test('the operator reads groups of ten browsers on a day; what is smaller is summed, or not shown', async () => {
  await control.sql('delete from page_view');
  const tell = async (page: string, browsers: number) => {
    for (let at = 0; at < browsers; at++)
      await send(look({ page, seconds: 10 }), { cookie: `${YES}; kept_visit=${random()}` });
  };
  const report = async () => (await control.admin('GET', '/analytics')).body;
  await tell('home', 9);
  expect(await report()).toEqual({ group_min: 10, weeks: [] });
  await tell('docs', 12);
  // Nine alone would follow by subtraction: they join the only other group.
  expect((await report()).weeks[0].pages).toEqual([
    { name: 'fewer', views: 20, visits: 20, seconds_mean: 10 },
  ]);
  await tell('home', 21);
  await tell('terms', 4);
  await tell('models', 7);
  const [week] = (await report()).weeks;
  expect(week.running).toBe(true);
  expect(week.pages).toEqual([
    { name: 'home', views: 30, visits: 30, seconds_mean: 10 },
    { name: 'docs', views: 10, visits: 10, seconds_mean: 10 },
    { name: 'fewer', views: 10, visits: 10, seconds_mean: 10 },
  ]);
  // One browser many times is one browser.
  const one = random();
  for (let at = 0; at < 15; at++)
    await send(look({ page: 'status' }), { cookie: `${YES}; kept_visit=${one}` });
  expect(JSON.stringify(await report())).not.toContain('"status"');
});
