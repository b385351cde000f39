/**
 * Choices in a real browser without JavaScript: before one only what is necessary, refusing as easy as accepting, with
 * and without an account, Global Privacy Control, receipts, and nothing stored or asked that the inventory does not name.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCookies } from '../../src/control/policy/index.ts';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { axeFindings } from '../support/axe.ts';
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

async function visitor(options: Parameters<typeof browser.newContext>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  return context.newPage();
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${site}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  expect(new URL(page.url()).pathname).toContain('/console');
}

const noticeOn = (page: Page): Locator => page.getByRole('region', { name: 'Your choice' });
const cookiesOf = async (page: Page): Promise<Record<string, string>> =>
  Object.fromEntries((await page.context().cookies()).map(({ name, value }) => [name, value]));
const choice = (page: Page, title: string): Locator =>
  page.locator('.choice').filter({ has: page.getByRole('heading', { name: title }) });

interface Row {
  purpose: string;
  answer: string;
  way: string;
  withdrawn_way: string | null;
}
const answersOf = (email: string): Promise<Row[]> =>
  control
    .admin('GET', `/accounts/${email}/consents`)
    .then(({ body }) => body.consents.filter((each: { account: null }) => each.account === null));
const stateOf = async (email: string, purpose: string): Promise<string> => {
  const { body } = await control.admin('GET', `/accounts/${email}/consents`);
  return body.consents.find((each: { purpose: string }) => each.purpose === purpose).state;
};

test('before a choice nothing is stored; refusing stands beside accepting, as large, and is remembered', async () => {
  const page = await visitor();
  await page.goto(`${site}/models?from=here`);
  expect(await cookiesOf(page)).toEqual({});
  const [refuse, accept] = ['Refuse', 'Accept'].map((name) => noticeOn(page).getByRole('button', { name }));
  const boxes = await Promise.all([refuse?.boundingBox(), accept?.boundingBox()]);
  expect([boxes[0]?.y, boxes[0]?.width, boxes[0]?.height]).toEqual([
    boxes[1]?.y,
    boxes[1]?.width,
    boxes[1]?.height,
  ]);
  const styles = await Promise.all([refuse, accept].map((button) => button?.getAttribute('class')));
  expect(styles[0]).toBe(styles[1]);
  await refuse?.click();
  expect(page.url()).toBe(`${site}/models?from=here`);
  expect(await noticeOn(page).count()).toBe(0);
  expect(await cookiesOf(page)).toEqual({
    kept_choices: 'measurement.1.refused~recommendations.1.refused',
  });
  expect(await page.locator('script').count()).toBe(0);
});

test('each purpose is chosen by itself, without an account, and changed again', async () => {
  const page = await visitor();
  await page.goto(`${site}/privacy/choices`);
  expect(await page.getByRole('heading', { name: 'Promotional mail' }).count()).toBe(0);
  await choice(page, 'Measuring').getByRole('button', { name: 'Yes' }).click();
  expect(await choice(page, 'Measuring').textContent()).toContain('you answered in this browser');
  expect(await cookiesOf(page)).toEqual({ kept_choices: 'measurement.1.given' });
  await page.goto(site);
  expect(await noticeOn(page).count(), 'one is not answered yet').toBe(1);
  await page.goto(`${site}/privacy/choices`);
  await choice(page, 'Measuring').getByRole('button', { name: 'No' }).click();
  await choice(page, 'Recommendations').getByRole('button', { name: 'No' }).click();
  await page.goto(site);
  expect(await noticeOn(page).count()).toBe(0);
});

test('a cookie that nobody of ours wrote is as if it was not there', async () => {
  for (const value of [
    '',
    'x',
    'measurement.2.given',
    'measurement.1.yes',
    '__proto__.1.given',
    '~'.repeat(3000),
  ]) {
    const answer = await fetch(site, { headers: { cookie: `kept_choices=${value}` } });
    expect(answer.status, value.slice(0, 40)).toBe(200);
    expect(await answer.text(), value.slice(0, 40)).toContain('Your choice');
  }
});

test('what a form sends that the page does not offer is refused, and nothing is entered', async () => {
  const post = (body: Record<string, string>, headers: Record<string, string> = { origin: site }) =>
    fetch(`${site}/privacy/choices`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(body),
      redirect: 'manual',
    });
  const yes = { measurement: 'given', measurement_version: '1' };
  expect((await post({ measurement: 'maybe', measurement_version: '1' })).status).toBe(400);
  expect((await post({ profiling: 'given', profiling_version: '1' })).status).toBe(400);
  expect((await post({ ...yes, measurement_version: '7' })).status).toBe(409);
  expect((await post({ promotional_mail: 'given', promotional_mail_version: '2' })).status).toBe(401);
  expect((await post({ carry: 'account' })).status).toBe(401);
  expect((await post(yes, { origin: 'https://evil.example' })).status).toBeOneOf([400, 403]);
  expect((await post(yes, { origin: site, 'sec-gpc': '1, 1' })).status).toBe(409);
  const outside = await post({ ...yes, next: '//evil.example' });
  expect([outside.status, outside.headers.get('location')]).toEqual([303, '/privacy/choices?saved']);
});

test('an account’s answers stand in the ledger with their text and way; the receipt is theirs alone', async () => {
  await somebody(control, 'ada@example.org');
  await somebody(control, 'eve@example.org');
  const page = await visitor();
  await signIn(page, 'ada@example.org');
  await page.goto(`${site}/privacy/choices`);
  await choice(page, 'Promotional mail').getByRole('button', { name: 'Yes' }).click();
  await choice(page, 'Measuring').getByRole('button', { name: 'Yes' }).click();
  await choice(page, 'Recommendations').getByRole('button', { name: 'No' }).click();
  expect(await stateOf('ada@example.org', 'promotional_mail')).toBe('given');
  expect(await stateOf('ada@example.org', 'recommendations')).toBe('refused');
  expect((await answersOf('ada@example.org')).find(({ purpose }) => purpose === 'measurement')?.way).toBe(
    'web',
  );
  // A yes is the account's alone, a no holds in this browser as well.
  expect((await cookiesOf(page)).kept_choices).toBe('recommendations.1.refused');
  const link = choice(page, 'Promotional mail').getByRole('link', { name: 'Receipt' });
  const address = site + (await link.getAttribute('href'));
  const own = await page.context().request.get(address);
  expect(own.headers()['content-disposition']).toContain('attachment');
  const receipt = await own.json();
  expect(receipt.schema_version).toBe('ISO/IEC TS 27560:2023');
  expect(receipt.pii_processing.privacy_notice.text).toContain('May we send you mail');
  expect(receipt.party_identification[0].party_name).toBe('Example Inference Ltd');
  expect(receipt.record_receipt).toContain('c2sp.org/tlog-proof');
  const other = await visitor();
  await signIn(other, 'eve@example.org');
  expect((await other.context().request.get(address)).status()).toBe(404);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(302);
  await choice(page, 'Promotional mail').getByRole('button', { name: 'No' }).click();
  expect(await stateOf('ada@example.org', 'promotional_mail')).toBe('withdrawn');
  expect(await choice(page, 'Promotional mail').textContent()).toContain('you took it back');
});

test('what a browser answered is carried over only when its person says so', async () => {
  await somebody(control, 'grace@example.org');
  const page = await visitor();
  await page.goto(site);
  await noticeOn(page).getByRole('button', { name: 'Accept' }).click();
  await signIn(page, 'grace@example.org');
  expect(await stateOf('grace@example.org', 'measurement')).toBe('none');
  await page.goto(site);
  expect(await noticeOn(page).textContent()).toContain('Shall your account remember that?');
  await noticeOn(page).getByRole('button', { name: 'This browser only' }).click();
  expect(await noticeOn(page).count()).toBe(0);
  expect(await stateOf('grace@example.org', 'measurement')).toBe('none');
  const again = await visitor();
  await again.goto(site);
  await noticeOn(again).getByRole('button', { name: 'Accept' }).click();
  await signIn(again, 'grace@example.org');
  await again.goto(site);
  await noticeOn(again).getByRole('button', { name: 'Remember it' }).click();
  expect(await stateOf('grace@example.org', 'measurement')).toBe('given');
  expect(await stateOf('grace@example.org', 'recommendations')).toBe('given');
  expect(await stateOf('grace@example.org', 'tie_to_account')).toBe('none');
});

test('Global Privacy Control refuses, is shown, and is stored with the account that signs in', async () => {
  await somebody(control, 'gil@example.org');
  const before = await visitor();
  await signIn(before, 'gil@example.org');
  await before.goto(`${site}/privacy/choices`);
  await choice(before, 'Measuring').getByRole('button', { name: 'Yes' }).click();
  const page = await visitor({ extraHTTPHeaders: { 'sec-gpc': '1' } });
  await page.goto(site);
  expect(await noticeOn(page).count()).toBe(0);
  expect(await page.locator('footer').textContent()).toContain('Global Privacy Control is honoured');
  await page.goto(`${site}/privacy/choices`);
  expect(await page.getByRole('status').textContent()).toContain('Global Privacy Control is honoured');
  expect(await page.getByRole('button', { name: 'Yes' }).count()).toBe(0);
  expect(await cookiesOf(page)).toEqual({});
  await signIn(page, 'gil@example.org');
  const rows = await answersOf('gil@example.org');
  const stored = Object.fromEntries(rows.map((row) => [row.purpose, row]));
  expect(stored.measurement).toMatchObject({ state: 'withdrawn', withdrawn_way: 'gpc' });
  expect(stored.tie_to_account).toMatchObject({ state: 'refused', way: 'gpc' });
  expect(stored.recommendations).toMatchObject({ state: 'refused', way: 'gpc' });
  expect(stored.promotional_mail).toMatchObject({ state: 'none' });
  const entries = await control.sql("select 1 from record_entry where kind = 'consent_withdrawn'");
  await page.goto(site);
  expect(await control.sql("select 1 from record_entry where kind = 'consent_withdrawn'")).toHaveLength(
    entries.length,
  );
  // It is withdrawn for the browser without the signal, too.
  await before.goto(`${site}/privacy/choices`);
  expect(await choice(before, 'Measuring').textContent()).toContain('by Global Privacy Control');
});

test('doubled headers count, and a zero is no signal', async () => {
  for (const [value, honoured] of [
    ['1, 1', true],
    ['1,1', true],
    ['0, 1', true],
    ['0', false],
    ['11', false],
  ] as const) {
    const text = await (await fetch(`${site}/`, { headers: { 'sec-gpc': value } })).text();
    expect(text.includes('Global Privacy Control is honoured'), value).toBe(honoured);
  }
});

test('a crawl after accepting and refusing finds no cookie outside the inventory and no other host', async () => {
  const known = new Set(readCookies().map(({ name }) => name));
  const necessary = new Set(readCookies().flatMap(({ name, necessary: needed }) => (needed ? [name] : [])));
  for (const answer of ['Accept', 'Refuse']) {
    const pagesMax = answer === 'Accept' ? Infinity : 4;
    const page = await visitor({ javaScriptEnabled: true });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(site);
    await noticeOn(page).getByRole('button', { name: answer }).click();
    const todo = ['/'];
    const seen = new Set(todo);
    let visited = 0;
    for (let path = todo.pop(); path !== undefined && visited < pagesMax; path = todo.pop()) {
      visited++;
      await page.goto(site + path).catch((error: Error) => {
        // A file to take home: the page before it stays.
        if (!error.message.includes('Download is starting')) throw error;
      });
      const links = await page
        .locator('a[href^="/"]')
        .evaluateAll((all) => all.map((each) => (each as unknown as { pathname: string }).pathname));
      for (const link of links) {
        // What programs read.
        if (seen.has(link) || /^\/(record|\.well-known|api)\//.test(link)) continue;
        seen.add(link);
        todo.push(link);
      }
    }
    if (answer === 'Accept') expect(visited).toBeGreaterThan(10);
    expect([...hosts]).toEqual([new URL(site).host]);
    const names = (await page.context().cookies()).map(({ name }) => name);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    if (answer === 'Refuse') expect(names.filter((name) => !necessary.has(name))).toEqual([]);
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
  }
});

test.each([
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
] as const)('the page of choices in its states has no findings: %o', async (look) => {
  const states = [{}, { extraHTTPHeaders: { 'sec-gpc': '1' } }];
  for (const state of states) {
    const page = await visitor({ ...look, ...state, javaScriptEnabled: true, reducedMotion: 'reduce' });
    await page.goto(`${site}/privacy/choices?saved`);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.viewport.width);
  }
  const page = await visitor({ ...look, javaScriptEnabled: true, reducedMotion: 'reduce' });
  await signIn(page, 'ada@example.org');
  await page.goto(`${site}/privacy/choices`);
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.viewport.width);
});
