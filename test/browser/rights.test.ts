/**
 * Rights by where somebody lives: chosen from a list without a script, on any day, with how we know each; and the same for
 * programs, by the address that stands in the OpenAPI document.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGoodLooks } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ browser, site, stop } = await startSite());
});
afterAll(async () => {
  await stop?.();
});

const visitor = async (): Promise<Page> => (await browser.newContext()).newPage();
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('somebody chooses where they live, from a list, and gets there without a script', async () => {
  const page = await visitor();
  await page.goto(`${site}/privacy`);
  await page.getByRole('link', { name: 'Your rights, by where you live' }).click();
  await expectGoodLooks(page, 'rights');
  await page.getByLabel('Where you live').selectOption({ label: 'California' });
  await page.getByLabel('On the day').fill('2026-12-31');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(page.url()).toBe(`${site}/privacy/rights/US-CA?on=2026-12-31`);
  expect(await page.locator('.lead').textContent()).toContain('California Consumer Privacy Act (CCPA)');
  expect(await section(page, 'What the law gives you').textContent()).not.toContain('Opt out of profiling');
  await expectGoodLooks(page, 'rights-california');
  await page.getByLabel('On the day').fill('2027-01-01');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(await section(page, 'What the law gives you').textContent()).toContain('Opt out of profiling');
  expect(await page.locator('script').count()).toBe(0);
});

test('what no law gives is said to be ours, with what the law says; what was not checked is marked', async () => {
  const page = await visitor();
  await page.goto(`${site}/privacy/rights/US-IA?on=2026-11-23`);
  const policy = await section(page, 'What our policy gives everybody').textContent();
  expect(policy).toContain('Have it corrected');
  expect(policy).toContain('715D.3(1) lists none');
  expect(await section(page, 'What we do for you all the same').textContent()).toContain(
    'targeted advertising',
  );
  const times = await section(page, 'How long it takes').textContent();
  expect(times).toContain('within 90 days');
  expect(times).toContain('within 10 business days');
  expect(times).toContain('The law here sets no time');
  expect(await page.locator('.tag', { hasText: 'not checked' }).count()).toBeGreaterThan(1);
  await page.getByText('On what grounds we may refuse').click();
  expect(await section(page, 'If we refuse').textContent()).toContain('Somebody else than before decides');
  await expectGoodLooks(page, 'rights-iowa');
});

test('the Union by country, with its authority; elsewhere, the most generous of all', async () => {
  const page = await visitor();
  await page.goto(`${site}/privacy/rights/FR`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('France');
  expect(await section(page, 'How long it takes').textContent()).toContain('within one month');
  expect(await page.getByRole('link', { name: /Commission nationale/ }).getAttribute('href')).toBe(
    'https://www.cnil.fr/',
  );
  await page.goto(`${site}/privacy/rights/JP`);
  expect(await page.locator('.lead').textContent()).toContain('We know no law for this place');
  expect(await section(page, 'What the law gives you').count()).toBe(0);
  expect(await section(page, 'How long it takes').textContent()).toContain('within one month');
  await expectGoodLooks(page, 'rights-elsewhere');
});

test('what is malformed says so, and nothing else is there', async () => {
  const page = await visitor();
  expect((await page.goto(`${site}/privacy/rights/us-ca?on=2026-07-01`))?.status()).toBe(200);
  expect(page.url()).toBe(`${site}/privacy/rights/US-CA?on=2026-07-01`);
  expect((await page.goto(`${site}/privacy/rights/US-CA?on=2026-02-30`))?.status()).toBe(400);
  expect(await page.getByRole('alert').textContent()).toContain('no day');
  await expectGoodLooks(page, 'rights-no-day');
  expect((await page.goto(`${site}/privacy/rights/US-ZZ`))?.status()).toBe(404);
  expect((await page.goto(`${site}/privacy/rights?place=Atlantis`))?.status()).toBe(400);
  expect(await page.getByRole('alert').textContent()).toContain('no place');
  expect((await page.goto(`${site}/privacy/rights?place=&on=`))?.status()).toBe(400);
});

describe('for programs', () => {
  const ask = (query: string, init?: RequestInit) => fetch(`${site}/api/privacy/rights${query}`, init);

  test('the answer is as the document describes it', async () => {
    const answer = await ask('?jurisdiction=US-CA&on=2026-11-23');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    const body = await answer.json();
    expect(body).toMatchObject({
      jurisdiction: 'US-CA',
      on: '2026-11-23',
      laws: [{ name: 'California Consumer Privacy Act' }],
      deadlines: { acknowledge_days: 10, respond_days: 45, respond_months: null, opt_out_days: 15 },
      units: { acknowledge_days: 'business_days' },
      promised: ['access', 'delete', 'correct', 'portability', 'restrict'],
    });
    const union = await (await ask('?jurisdiction=EU')).json();
    expect(union).toMatchObject({
      on: new Date().toISOString().slice(0, 10),
      deadlines: { respond_days: null, respond_months: 1, extension_months: 2 },
    });
  });

  test.each([
    ['', 'jurisdiction'],
    ['?jurisdiction=', 'jurisdiction'],
    ['?jurisdiction=us-ca', 'jurisdiction'],
    ['?jurisdiction=US-ZZ', 'jurisdiction'],
    ['?jurisdiction=UK', 'jurisdiction'],
    ['?jurisdiction=%00', 'jurisdiction'],
    ['?jurisdiction=EU&jurisdiction=FR', 'jurisdiction'],
    ['?jurisdiction=EU&on=', 'on'],
    ['?jurisdiction=EU&on=2026-02-29', 'on'],
    ['?jurisdiction=EU&on=23.11.2026', 'on'],
    ['?jurisdiction=EU&on=2026-11-23&on=2026-11-24', 'on'],
    ['?jurisdiction=EU&date=2026-11-23', 'date'],
  ])('%j is refused, and the parameter named', async (query, parameter) => {
    const answer = await ask(query);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    const problem = (await answer.json()) as { detail: string; error: object };
    expect(problem).toMatchObject({ status: 400, title: 'Bad Request', parameter });
    expect(problem.detail).toContain(parameter);
    expect(problem.error).toEqual({ code: 'invalid_input', message: problem.detail });
  });

  test('nothing that was sent comes back, and no other method is answered', async () => {
    const secret = 'somebody@example.org';
    for (const query of [
      `?jurisdiction=${secret}`,
      `?${secret}=x&jurisdiction=EU`,
      `?jurisdiction=EU&on=${secret}`,
    ])
      expect(await (await ask(query)).text()).not.toContain(secret);
    expect((await ask('?jurisdiction=EU', { method: 'POST' })).status).toBe(404);
    expect((await ask('?jurisdiction=EU', { method: 'HEAD' })).status).toBe(200);
  });

  test('one network may ask often, but not without end', async () => {
    let last = 200;
    for (let asked = 0; asked < 2100 && last === 200; asked++) {
      const answer = await ask('?jurisdiction=EU&on=2026-11-23');
      await answer.arrayBuffer();
      last = answer.status;
      if (last === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(last).toBe(429);
  });
});
