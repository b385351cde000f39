/** Usage, the log of requests and the ledger on the console: what is counted, paged and saved, and by whom. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const REQUESTS = 250;
const TODAY = new Date().toISOString().slice(0, 10);

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

/** Requests of today, several in the same millisecond, one of them voided; and one of 40 days ago. */
async function use(): Promise<void> {
  const key = (
    await control.admin('POST', `/accounts/${ada.account}/keys`, { name: '=laptop' })
  ).body.id.slice(4);
  const insert = (from: string) => `
    insert into usage_record (id, account_id, key_id, model, endpoint, started_at, duration_ms, prompt_tokens,
      completion_tokens, price_microusd, ending, voided_at)
    select gen_random_uuid(), $1::uuid, $2::uuid, 1, 'chat', ${from}, 100, 10, 5, 100, 'complete', `;
  const ids = [ada.account.slice(5), key];
  await control.sql(
    `${insert("date_trunc('day', now(), 'utc') + (i / 10) * interval '1 millisecond'")}
       case when i = 1 then now() end from generate_series(1, ${REQUESTS + 1}) as i`,
    ids,
  );
  await control.sql(`${insert("now() - interval '40 days'")} null`, ids);
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
  await use();
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
