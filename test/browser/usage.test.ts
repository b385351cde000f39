/** Usage, the log of requests and the ledger on the console: what is counted, paged and saved, and by whom. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const REQUESTS = 250;
const DAY_MS = 86_400_000;
const MIDNIGHT = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const TODAY = new Date().toISOString().slice(0, 10);
/** One page of a table on the profile has 20. */
const DAYS = 25;

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let place: string;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
  place = `${site}/console/${ada.account}`;
  await control.admin('POST', `/accounts/${ada.account}/credit`, {
    amount: '5.00',
    reason: '=1+1, <b>gift</b>',
  });
});
afterAll(async () => {
  await stop?.();
});

/** Requests of an account, each started at one of these moments, as a gateway tells of them; the first is voided. */
async function use(account: string, startedAt: readonly number[]): Promise<void> {
  const { body } = await control.admin('POST', `/accounts/${account}/keys`, { name: '=laptop' });
  const gateway = await control.gateway();
  const records = startedAt.map((at) =>
    usage(account.slice(5), body.id.slice(4), 100, { startedAt: at, cachedTokens: 0 }),
  );
  await gateway.records(records);
  await gateway.voids([records[0]?.id as string]);
  gateway.close();
}

test('without any, pages say what to do', async () => {
  for (const [path, words] of [
    ['usage', 'Nothing was used'],
    ['requests', 'No request yet'],
    ['credit', '$5.00'],
  ] as const) {
    await ada.page.goto(`${place}/${path}`);
    expect(await ada.page.getByText(words).count(), path).toBeGreaterThan(0);
  }
  await ada.page.goto(`${place}/usage`);
  await expectGoodLooks(ada.page, 'usage-none');
});

test('sums are those of the span, without what was voided', async () => {
  // Several of them in the same millisecond.
  const today = Array.from({ length: REQUESTS + 1 }, (_, i) => MIDNIGHT + Math.floor(i / 10));
  await use(ada.account, [...today, MIDNIGHT - 40 * DAY_MS]);
  const { page } = ada;
  await page.goto(`${place}/usage?days=30`);
  const row = page.getByRole('row', { name: /=laptop/ });
  expect(await row.getByRole('cell').allTextContents()).toEqual(['250', '3,750', '$0.025']);
  await page.goto(`${place}/usage?days=90`);
  expect(await row.getByRole('cell').allTextContents()).toEqual(['251', '3,765', '$0.0251']);
  await page.goto(`${place}/usage?month=${TODAY.slice(0, 7)}`);
  expect(await row.getByRole('cell').first().textContent()).toBe('250');
  for (const query of ['month=2026-13', 'days=x', 'month=%00', 'days=7&month='])
    expect((await page.goto(`${place}/usage?${query}`))?.status(), query).toBe(200);
  await page.goto(`${place}/usage?days=30`);
  await expectGoodLooks(page, 'usage');
});

test('the log shows each request once over its pages', async () => {
  const { page } = ada;
  await page.goto(`${place}/requests`);
  await expectGoodLooks(page, 'requests');
  const seen: string[] = [];
  for (;;) {
    seen.push(...((await page.content()).match(/req_[0-9a-f]{32}/g) ?? []));
    const older = page.getByRole('link', { name: 'Older requests' });
    if ((await older.count()) === 0) break;
    await older.click();
  }
  expect(new Set(seen).size).toBe(REQUESTS + 1);
  expect(seen).toHaveLength(REQUESTS + 1);
  expect((await page.goto(`${place}/requests?after=nonsense`))?.status()).toBe(400);
});

test('what is saved opens in a spreadsheet, and no formula runs', async () => {
  const { page } = ada;
  const usage = await page.request.get(`${place}/usage.csv?days=30`);
  expect(usage.headers()['content-type']).toContain('text/csv');
  expect(usage.headers()['cache-control']).toBe('no-store');
  const [head, line, ...rest] = (await usage.text()).trim().split('\r\n');
  expect(head).toBe('day,model,key,key_name,requests,prompt_tokens,completion_tokens,cost_usd');
  expect(line).toMatch(new RegExp(`^${TODAY},1,key_\\w{32},'=laptop,250,2500,1250,0.025000$`));
  expect(rest).toEqual([]);
  const ledger = await page.request.get(`${place}/credit.csv`);
  expect(await ledger.text()).toContain(`,credit,5,"'=1+1, <b>gift</b>"`);
  await page.goto(`${place}/credit`);
  expect(await page.getByText('=1+1, <b>gift</b>').count()).toBe(1);
  await expectGoodLooks(page, 'credit');
});

test('the profile has every day of it over its pages', async () => {
  const bob = await visitor(browser, control, 'bob@example.org');
  await use(
    bob.account,
    Array.from({ length: DAYS + 1 }, (_, i) => MIDNIGHT - Math.max(0, i - 1) * DAY_MS),
  );
  await bob.page.goto(`${site}/console/profile/usage_day`);
  const days = () => bob.page.locator('.held-row').count();
  const first = await days();
  await bob.page.getByRole('link', { name: 'Go on' }).click();
  expect([first, await days()]).toEqual([20, DAYS - 20]);
  for (const after of [
    'usage_day/x,y,z,1/day',
    `usage_day/${'0'.repeat(32)},2026-13-01T00:00:00.000Z,1,x/day`,
  ]) {
    const answer = await bob.page.goto(
      `${site}/console/profile/usage_day?after=${encodeURIComponent(after)}`,
    );
    expect(answer?.status(), after).toBe(404);
  }
});

test('nobody sees what another account used, and money only those who may', async () => {
  const eve = await visitor(browser, control, 'eve@example.org');
  const pages = ['usage', 'requests', 'usage.csv', 'credit', 'credit.csv'];
  const statuses = () =>
    Promise.all(pages.map(async (path) => (await eve.page.request.get(`${place}/${path}`)).status()));
  expect(await statuses()).toEqual([404, 404, 404, 404, 404]);
  await control.sql(
    `insert into membership (person_id, account_id, role)
     select person_id, $1::uuid, 'viewer' from membership where replace(account_id::text, '-', '') = $2`,
    [ada.account.slice(5), eve.account.slice(5)],
  );
  expect(await statuses()).toEqual([200, 200, 200, 403, 403]);
  const stranger = await fetch(`${place}/usage.csv`, { redirect: 'manual' });
  expect(stranger.headers.get('location')).toMatch(/^\/sign-in/);
});
