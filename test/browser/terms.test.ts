/** The data terms of an account: shown to its members, set by its owners alone, heard by gateways at once. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineDeclaration } from '../../src/control/settings.ts';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let eve: Visitor;

const engine = (number: number, more: Partial<EngineDeclaration>): EngineDeclaration => ({
  number,
  name: `engine ${number}`,
  region: 'eu-1',
  retentionDays: 0,
  trains: false,
  declaredBy: 'test',
  until: null,
  ...more,
});

beforeAll(async () => {
  const declarations = [
    engine(1, {}),
    engine(2, { region: 'us-1', retentionDays: 30 }),
    engine(3, { trains: true }),
    engine(4, { until: '2020-01-01' }),
  ];
  ({ control, browser, site, stop } = await startSite({ declarations }));
  ada = await visitor(browser, control, 'ada@example.org');
  eve = await visitor(browser, control, 'eve@example.org');
});
afterAll(async () => {
  await stop?.();
});

const place = ({ account }: Visitor) => `${site}/console/${account}/terms`;
const termsOf = async ({ account }: Visitor) =>
  (await control.admin('GET', `/accounts/${account}`)).body.terms;
const send = (as: Visitor, to: Visitor, fields: Record<string, string>, origin = site) =>
  fetch(place(to), {
    method: 'POST',
    headers: { cookie: as.api.cookie, origin },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

test('an owner sees where requests go, and changes it; gateways hear of it', async () => {
  const { page } = ada;
  await page.goto(place(ada));
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
  expect(await row('engine 1').textContent()).toContain('may go there');
  expect(await row('engine 2').textContent()).toContain('no: it keeps content');
  expect(await row('engine 3').textContent()).toContain('no: it trains on content');
  expect(await row('engine 4').textContent()).toContain('no: what it declared has ended');
  const gateway = await control.gateway();
  await page.getByLabel('Only engines that keep nothing').uncheck();
  await page.getByLabel(/share a prefix cache/).uncheck();
  await page.getByLabel('Region', { exact: true }).selectOption('us-1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('That is how it is from now on').waitFor();
  await gateway.until('account', ({ terms }) => terms.region === 'us-1' && !terms.zeroRetention);
  gateway.socket.destroy();
  expect(await termsOf(ada)).toMatchObject({
    zero_retention: false,
    allow_training: false,
    region: 'us-1',
    allow_shared_cache: false,
  });
  expect(await row('engine 1').textContent()).toContain('no: it is in another region');
  expect(await row('engine 2').textContent()).toContain('may go there');
});

test('engines that train: a consent of the owner in the ledger, and taken back as easily', async () => {
  const { page } = ada;
  const gateway = await control.gateway();
  await page.goto(place(ada));
  await page.getByRole('button', { name: 'Yes' }).click();
  await gateway.until('account', ({ terms }) => terms.allowTraining);
  expect(await control.sql("select answer, way from consent where purpose = 'engines_that_train'")).toEqual([
    { answer: 'given', way: 'console' },
  ]);
  await page.getByRole('button', { name: 'No' }).click();
  await gateway.until('account', ({ terms }) => !terms.allowTraining);
  gateway.socket.destroy();
  const old = await send(ada, ada, { what: 'training', answer: 'given', version: '0' });
  expect(old.status).toBe(409);
});

test('nobody else, from nowhere else, and not without a fresh sign-in', async () => {
  const before = await termsOf(ada);
  const set = { what: 'terms', zero_retention: 'yes', region: '' };
  expect((await send(eve, ada, set)).status).toBe(404);
  expect((await fetch(place(ada), { headers: { cookie: eve.api.cookie } })).status).toBe(404);
  expect((await send(ada, ada, set, 'https://evil.example')).status).toBe(400);
  expect((await send(ada, ada, { what: 'terms', region: 'mars' })).status).toBe(400);
  expect((await send(ada, ada, { ...set, more: 'yes' })).status).toBe(400);
  await ada.age();
  expect((await send(ada, ada, set)).status).toBe(403);
  expect((await send(ada, ada, { what: 'training', answer: 'given', version: '1' })).status).toBe(403);
  expect(await termsOf(ada)).toEqual(before);
  await ada.page.goto(place(ada));
  expect(await ada.page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0);
  await ada.page.getByRole('link', { name: 'Confirm that it is you to change it' }).click();
  await ada.page.getByLabel('Password').fill(GOOD_PASSWORD);
  await ada.page.getByRole('button', { name: 'Confirm' }).click();
  await ada.page.getByRole('button', { name: 'Save', exact: true }).waitFor();
});

test('a member who is no owner reads it', async () => {
  await control.sql(
    `insert into membership (person_id, account_id, role)
      select of_eve.person_id, of_ada.account_id, 'viewer' from membership of_eve, membership of_ada
        where replace(of_eve.account_id::text, '-', '') = $1 and replace(of_ada.account_id::text, '-', '') = $2`,
    [eve.account.slice(5), ada.account.slice(5)],
  );
  const set = { what: 'terms', zero_retention: 'yes', region: '' };
  expect((await send(eve, ada, set)).status).toBe(403);
  await eve.page.goto(place(ada));
  await eve.page.getByText('An owner of the account can change this.').waitFor();
  expect(await eve.page.getByRole('button', { name: /Save|Yes/ }).count()).toBe(0);
});

test('it looks well, also where no engine is left', async () => {
  const { page, account } = await visitor(browser, control, 'looks@example.org', { javaScriptEnabled: true });
  await page.goto(`${site}/console/${account}/terms`);
  await expectGoodLooks(page, 'terms');
  await page.getByLabel('Region', { exact: true }).selectOption('us-1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('No engine meets these terms').waitFor();
  await expectGoodLooks(page, 'terms-none');
});
