/** The site of an instance where nobody needs credit: it says what was used, and offers no credit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { usage } from '../support/link-client.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let at: TestSite;

beforeAll(async () => {
  at = await startSite({ billing: 'budget_only' });
});
afterAll(async () => {
  await at?.stop();
});

test('console and desk say what was used this month, and speak of no credit to be had', async () => {
  const { browser, control, site } = at;
  const options = { javaScriptEnabled: true };
  const { page, account, api } = await visitor(browser, control, 'ada@example.org', options, 'admin');
  const made = await control.admin('POST', `/accounts/${account}/keys`, { name: 'laptop' });
  const gateway = await control.gateway();
  await gateway.records([usage(account.slice(5), made.body.id.slice(4), 1_250_000)]);
  gateway.close();

  await page.goto(`${site}/console/${account}`);
  const overview = (await page.locator('main').textContent()) ?? '';
  expect(overview).toContain('Used this month$1.25');
  expect(overview).not.toMatch(/credit/i);
  await expectGoodLooks(page, 'overview budget only');
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Used' }).click();
  expect(await page.title()).toBe('Used – Kept');
  expect(await page.locator('main').textContent()).toContain('was used this month (UTC)');
  expect(await page.locator('main').textContent()).toContain('-$1.25');
  await expectGoodLooks(page, 'used');

  const { secret } = (await api.post('/second-factor/begin')).body;
  await api.post('/second-factor/confirm', { code: codeAt(secret, stepAt(Date.now())) });
  await page.goto(`${site}/desk/${account}`);
  expect(await page.locator('main').textContent()).toContain('Used this month$1.25');
  expect(await page.getByRole('heading', { name: 'Credit' }).count()).toBe(0);
  await expectGoodLooks(page, 'desk budget only');
});

test('what everybody reads is true of budgets', async () => {
  const read = async (path: string) => (await fetch(at.site + path)).text();
  expect(await read('/terms')).toContain('Budgets of a day and of a month hold what you use.');
  expect(await read('/terms')).not.toMatch(/credit|\[\[/i);
  expect(await read('/pricing')).not.toContain('You pay');
  expect(await read('/docs/limits')).not.toContain('the balance');
  expect(await read('/docs/errors')).not.toContain('id="insufficient_quota"');
  const document = (await (await fetch(`${at.site}/api/openapi.json`)).json()) as {
    components: {
      schemas: { Error: { properties: { error: { properties: { code: { enum: string[] } } } } } };
    };
  };
  const { code } = document.components.schemas.Error.properties.error.properties;
  expect(code.enum).toContain('budget_exceeded');
  expect(code.enum).not.toContain('insufficient_quota');
});
