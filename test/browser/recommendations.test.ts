/** Recommendations: only with consent, with their reason, off with one click; what they rest on stays in the browser. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { startSite, type TestSite } from './site.ts';

let engine: Server;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

const price = (usd: number) => ({ prompt: usd * 1e6, completion: usd * 1e6 });
const MODELS = [
  { name: 'org/near', prices: price(1), context: 8192 },
  { name: 'org/seen', prices: price(1.1), context: 8192 },
  { name: 'far', prices: price(50), context: 131_072 },
  { name: 'vectors', prices: price(1), context: 8192, kind: 'embedding' as const },
];

beforeAll(async () => {
  engine = createServer((_, response) => {
    response.end(JSON.stringify({ object: 'list', data: MODELS.map(({ name }) => ({ id: name })) }));
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}/v1`;
  const engines = [{ number: 1, url, socket: null, key: null }];
  ({ browser, site, stop } = await startSite({ engines, models: MODELS }));
  const offered = async () => (await (await fetch(`${site}/models`)).text()).includes('org/seen');
  await vi.waitUntil(offered, { timeout: 20_000 });
});
afterAll(async () => {
  await stop?.();
  engine?.close();
});

const get = (path: string, cookie: string, more: Record<string, string> = {}) =>
  fetch(site + path, { headers: { cookie, ...more } });
const YES = 'kept_choices=measurement.1.refused~recommendations.1.given';

test('without consent, or with Global Privacy Control, nothing is noted and nothing recommended', async () => {
  const looked = 'kept_looked_at=org%2Fseen';
  for (const [cookie, headers] of [
    ['', {}],
    ['kept_choices=recommendations.1.refused', {}],
    [YES, { 'sec-gpc': '1' }],
  ] as const) {
    expect((await get('/models/org/seen', cookie, headers)).headers.getSetCookie()).toEqual([]);
    expect(await (await get('/models', `${cookie}; ${looked}`, headers)).text()).not.toContain(
      'Because you looked',
    );
  }
});

test('a model that there is not is not there, and a cookie of nonsense recommends nothing', async () => {
  expect((await get('/models/nobody', YES)).status).toBe(404);
  expect((await get('/models/', YES)).status).toBe(200);
  for (const value of ['%', '%00', 'nobody', '<script>', '~~~', 'vectors'])
    expect(await (await get('/models', `${YES}; kept_looked_at=${value}`)).text(), value).not.toContain(
      'Because you looked',
    );
});

test.each(['light', 'dark'] as const)(
  '%s: with consent they say why, nearest first, and end with one click',
  async (colorScheme) => {
    const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await page.goto(site);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.goto(`${site}/models`);
    expect(await page.getByText('Because you looked').count()).toBe(0);
    await page.getByRole('link', { name: 'org/seen' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('org/seen');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'All models' }).click();
    const section = page.getByRole('region', { name: 'Because you looked at org/seen' });
    expect(await section.getByRole('link').allTextContents()).toEqual(['org/near', 'far']);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await section.getByRole('button', { name: 'Stop recommending' }).click();
    expect(page.url()).toBe(`${site}/models`);
    expect(await section.count()).toBe(0);
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('kept_looked_at');
    await context.close();
  },
);
