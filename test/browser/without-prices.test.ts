/** The site of an instance where use has no price: it counts tokens, and looks as if it had never known money. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { usage } from '../support/link-client.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let engine: LyingEngine;
let at: TestSite;

beforeAll(async () => {
  engine = await startLyingEngine({ models: ['small', 'large'] });
  const declared = { name: 'own', region: 'local', retentionDays: 0, trains: false, declaredBy: 'operator' };
  at = await startSite({
    billing: 'off',
    engines: [{ number: 1, url: engine.url, socket: null, key: null }],
    declarations: [{ number: 1, ...declared, until: null }],
  });
});
afterAll(async () => {
  await at?.stop();
  await engine?.stop();
});

test('console and desk count tokens', async () => {
  const { browser, control, site } = at;
  const options = { javaScriptEnabled: true };
  const { page, account, api } = await visitor(browser, control, 'ada@example.org', options, 'admin');
  const words = async () => (await page.locator('main').textContent()) ?? '';
  const made = await control.admin('POST', `/accounts/${account}/keys`, { name: 'laptop' });
  const other = await control.admin('POST', `/accounts/${account}/keys`, { name: 'nightly job' });
  const gateway = await control.gateway();
  await gateway.records([
    usage(account.slice(5), made.body.id.slice(4), 0, { promptTokens: 1_000 }),
    usage(account.slice(5), other.body.id.slice(4), 0, { promptTokens: 200, model: 2 }),
  ]);
  gateway.close();

  await page.goto(`${site}/console/${account}`);
  expect(await words()).toContain('Used this month1,210 tokens');
  const places = await page.getByRole('navigation', { name: 'Console' }).textContent();
  expect(places).not.toMatch(/credit|used/i);
  await expectGoodLooks(page, 'overview without prices');

  await page.getByRole('link', { name: 'Used this month' }).click();
  expect(await page.title()).toBe('Usage – Kept');
  expect(await page.getByText('Cost').count()).toBe(0);
  const keys = await page.getByRole('region', { name: 'Usage by key' }).locator('tbody th').allTextContents();
  expect(keys).toEqual(['laptop', 'nightly job']);
  await expectGoodLooks(page, 'usage without prices');
  await page.goto(`${site}/console/${account}/requests`);
  await expectGoodLooks(page, 'requests without prices');

  await page.goto(`${site}/console/${account}/keys/new`);
  expect(await page.getByLabel('Tokens of a day').count()).toBe(1);
  expect(await words()).not.toContain('USD');
  await expectGoodLooks(page, 'key without prices');
  await page.goto(`${site}/console/${account}/members`);
  await page.getByText('What each role may do').click();
  await expectGoodLooks(page, 'members without prices');

  const { secret } = (await api.post('/second-factor/begin')).body;
  await api.post('/second-factor/confirm', { code: codeAt(secret, stepAt(Date.now())) });
  await page.goto(`${site}/desk/${account}`);
  expect(await words()).toContain('Used this month1,210 tokens');
  expect(await page.getByLabel('Ground').locator('option').allTextContents()).not.toContain(
    'A payment is missing',
  );
  await expectGoodLooks(page, 'desk without prices');
});

test('a playground has a budget in tokens, also one whose key was made under another mode', async () => {
  const { browser, control, site } = at;
  const { account, api } = await visitor(browser, control, 'eve@example.org');
  const limits = async () => {
    const made = await fetch(`${site}/api/accounts/${account}/playground-key`, {
      method: 'POST',
      headers: { cookie: api.cookie, origin: site },
    });
    expect(made.status).toBe(201);
    return control.sql(
      'select budget_day_microusd as money, budget_day_tokens as tokens from api_key where account_id = $1::uuid',
      [account.slice(5)],
    );
  };
  const inTokens = [{ money: null, tokens: '2000000' }];
  expect(await limits()).toEqual(inTokens);
  await control.sql(
    'update api_key set budget_day_microusd = 5000000, budget_day_tokens = null, expires_at = now()',
  );
  expect(await limits()).toEqual(inTokens);
});

test('what everybody reads is true without prices', async () => {
  const page = await (await at.browser.newContext()).newPage();
  for (const path of ['models', 'terms', 'privacy', 'docs/limits', 'docs/data']) {
    await page.goto(`${at.site}/${path}`);
    await expectGoodLooks(page, `${path.replace('/', ' ')} without prices`);
  }
  await page.goto(`${at.site}/models`);
  await page.getByRole('link', { name: 'small' }).click();
  await expectGoodLooks(page, 'model without prices');
  expect((await page.goto(`${at.site}/pricing`))?.status()).toBe(404);
  await expectGoodLooks(page, 'no pricing');
});
