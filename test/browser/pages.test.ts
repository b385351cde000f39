/**
 * Every public page in a real browser: light and dark, wide and narrow, without JavaScript. Nothing is asked of another
 * host, no cookie is set, nothing is wider than the screen, axe finds nothing, and what is a link leads somewhere.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { PUBLIC_PAGES, SIGN_IN_PAGES } from '../support/public-pages.ts';
import { startSite, type TestSite } from './site.ts';

const PAGES = [
  ...PUBLIC_PAGES,
  '/privacy/versions/1',
  '/privacy/promises/INFER-1',
  '/privacy/promises/SECURE-1',
  ...SIGN_IN_PAGES,
  '/sign-up/mail',
  '/reset-password?token=x',
  '/set-up?token=x',
  '/confirm-address?token=x',
  '/change-address?token=x',
  '/nothing-here',
];
const VARIANTS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'light, 320 px', colorScheme: 'light', viewport: { width: 320, height: 640 } },
  { name: 'dark, 320 px', colorScheme: 'dark', viewport: { width: 320, height: 640 } },
] as const;

let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ browser, site, stop } = await startSite());
});
afterAll(async () => {
  await stop?.();
});

test.each(VARIANTS)('$name: pages stand without findings', async ({ colorScheme, viewport }) => {
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    for (const path of PAGES) {
      const missing = path === '/nothing-here';
      const answer = await page.goto(site + path);
      expect(answer?.status(), path).toBe(missing ? 404 : 200);
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(viewport.width);
      expect(await axeFindings(page), path).toEqual([]);
      expect(await page.title(), path).toContain('Kept');
      if (PUBLIC_PAGES.includes(path)) {
        expect(await page.getAttribute('meta[property="og:description"]', 'content'), path).toMatch(/\.$/);
        expect(await page.getAttribute('meta[property="og:image"]', 'content')).toBe(`${site}/preview.png`);
      }
      // Browsers use passkeys for scripts only.
      const scripts = path === '/sign-in' ? ['/passkey.js'] : [];
      const sources = await page.evaluate("[...document.scripts].map((one) => one.getAttribute('src'))");
      expect(sources, path).toEqual(scripts);
    }
    // The browser itself notes the page that is not there.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    expect([...hosts]).toEqual([new URL(site).host]);
    expect(await context.cookies()).toEqual([]);
  } finally {
    await context.close();
  }
});

test('every link of every page leads somewhere', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    const links = new Set<string>();
    for (const path of PAGES.filter((each) => each !== '/nothing-here')) {
      await page.goto(site + path);
      for (const link of await page.locator('a[href]').all()) {
        const to = new URL((await link.getAttribute('href')) as string, page.url());
        if (to.hash !== '' && to.pathname === new URL(page.url()).pathname) {
          expect(await page.locator(`[id="${to.hash.slice(1)}"]`).count(), `${path} ${to.hash}`).toBe(1);
        }
        // The operator's own addresses are none of ours.
        if (to.origin === new URL(site).origin) links.add(to.origin + to.pathname);
      }
    }
    for (const link of links) expect((await fetch(link)).status, link).toBe(200);
  } finally {
    await context.close();
  }
});

test('the calculator works without JavaScript, and survives nonsense', async () => {
  for (const query of ['', '?model=nobody&requests=-1&input=x&output=99999999999999', '?requests=%00']) {
    const answer = await fetch(`${site}/pricing${query}`);
    expect(answer.status, query).toBe(200);
  }
});
