/** The page of one's dates, and that of prices that change, in a real browser. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
});
afterAll(() => stop?.());

test('empty, with dates, with an address that is shown once, and without it again', async () => {
  const { page } = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
  await page.goto(`${site}/console/dates`);
  await expectGoodLooks(page, 'dates empty');
  const name = 'A laptop whose name is rather long, since somebody wanted to say everything';
  for (const each of [name, 'laptop'])
    await control.admin('POST', '/accounts/ada@example.org/keys', {
      name: each,
      expires: '2099-01-31T12:00:00Z',
    });
  await page.goto(`${site}/console/dates`);
  await page.getByRole('button', { name: 'Make an address' }).click();
  await page.getByRole('status').waitFor();
  expect(await page.locator('main').textContent()).toContain(`The API key “${name}” ends`);
  await expectGoodLooks(page, 'dates with an address');
  await page.goto(`${site}/console/dates`);
  await expectGoodLooks(page, 'dates');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('button', { name: 'Make an address' }).waitFor();
});

test('prices that change stand on the page of prices, with their day and the price of today', async () => {
  const engine = createServer((_request, response) => {
    response.end(JSON.stringify({ data: [{ id: 'small' }, { id: 'large' }] }));
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}/v1`;
  const priced = await startSite({ engines: [{ number: 1, url, socket: null, key: null }] });
  const served = async () => {
    const gateway = await priced.control.gateway();
    await gateway.until('catalogue', (body) => body.models.length > 0);
    gateway.close();
  };
  try {
    await served();
    // As if it had been served at less before.
    await priced.control.sql("update model set completion_price_microusd = 50000 where name = 'large'");
    await priced.control.stop();
    await priced.control.start();
    await served();
    const page = await priced.browser.newPage();
    await page.goto(`${priced.site}/pricing`);
    await page.getByRole('heading', { name: 'Prices that change' }).waitFor();
    await expectGoodLooks(page, 'prices that change');
  } finally {
    await priced.stop();
    engine.close().closeAllConnections();
  }
});
