/** Signed-in people in a real browser, for tests of the console. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Browser as ApiBrowser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { axeFindings } from '../support/axe.ts';
import type { TestControl } from '../support/control.ts';

export interface Visitor {
  readonly page: Page;
  /** Like `acct_…`. */
  readonly account: string;
  readonly email: string;
  /** The same sign-in, for JSON below `/api/auth`. */
  readonly api: ApiBrowser;
  /** Their sign-in is older than what is dangerous wants. */
  age(): Promise<void>;
}

/** Somebody with an account of their own, signed in, without JavaScript unless `options` say otherwise. */
export async function visitor(
  browser: Browser,
  control: TestControl,
  email: string,
  options: BrowserContextOptions = {},
  staff?: string,
  called?: string,
): Promise<Visitor> {
  const api = await somebody(control, email, staff, called);
  const { cookies, cookie } = api;
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  const [[name, value] = ['', '']] = [...cookies];
  await context.addCookies([{ name, value, url: control.settings.siteUrl }]);
  const me = await fetch(`${control.settings.siteUrl}/console`, { headers: { cookie }, redirect: 'manual' });
  const account = me.headers.get('location')?.split('/').at(-1) ?? '';
  const age = async () => {
    await control.sql(
      `update session set authenticated_at = now() - interval '11 minutes' where person_id in
        (select person_id from membership where replace(account_id::text, '-', '') = $1)`,
      [account.slice(5)],
    );
  };
  return { page: await context.newPage(), account, email, age, api };
}

/** Both schemes and both widths, in two looks: what a scheme changes is colours, what a width changes is order. */
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 320 },
] as const;

/**
 * The page as it stands, light and wide, dark and narrow: axe finds nothing and nothing is wider than the screen. The
 * page's context needs JavaScript for axe.
 */
export async function expectGoodLooks(page: Page, name: string): Promise<void> {
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    const variant = `${name}, ${colorScheme}, ${width} px`;
    expect(await page.evaluate('document.documentElement.scrollWidth'), variant).toBe(width);
    expect(await axeFindings(page), variant).toEqual([]);
    const folder = process.env.KEPT_TEST_PICTURES;
    if (folder !== undefined)
      await page.screenshot({ path: `${folder}/${variant.replaceAll(/\W+/g, '-')}.png`, fullPage: true });
  }
}
