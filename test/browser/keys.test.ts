/** Keys on the console, in a real browser without JavaScript: made, shown once, revoked, and by nobody else. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MailServer } from '../sign-in/mail-server.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSiteWithMails, type TestSite } from './site.ts';

let mails: MailServer;
let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;

beforeAll(async () => {
  ({ mails, control, browser, site, stop } = await startSiteWithMails());
  ada = await visitor(browser, control, 'ada@example.org');
});
afterAll(async () => {
  await stop?.();
});

const keysOf = async ({ account }: Visitor) =>
  (await control.admin('GET', `/accounts/${account}/keys`)).body.keys;
const newKeyPage = ({ account }: Visitor) => `${site}/console/${account}/keys/new`;

async function make(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Make it' }).click();
}

test('a key is made with its limits, shown once, and its owner hears of it', async () => {
  const { page } = ada;
  await page.goto(`${site}/console/${ada.account}/keys`);
  await page.getByRole('link', { name: 'Make a key' }).click();
  const once = await page.locator('[name=once]').inputValue();
  await make(page, {
    Name: 'laptop <b>&',
    'Requests a minute': '60',
    'Budget of a day, USD': '1.50',
    'Tokens of a month': '2000000',
    'Last day': '2099-01-31',
    'Only from these networks': '192.0.2.0/24, 2001:db8::/32',
  });
  const secret = (await page.locator('.secret').textContent())?.trim() ?? '';
  expect(secret).toMatch(/^kept_sk_/);
  expect(page.url()).toBe(newKeyPage(ada));
  const [key] = await keysOf(ada);
  expect(key).toMatchObject({
    name: 'laptop <b>&',
    state: 'active',
    limits: { rpm: 60, tpm: null, budget_day_microusd: 1_500_000, budget_month_tokens: 2_000_000 },
    networks: ['192.0.2.0/24', '2001:db8::/32'],
    expires_at: '2099-02-01T00:00:00.000Z',
  });
  const mail = await mails.next('ada@example.org');
  expect(mail.text).toContain('laptop <b>&');
  expect(mail.text).not.toContain(secret);
  await page.getByRole('link', { name: 'I have copied it' }).click();
  expect(await page.content()).not.toContain(secret);
  expect(await page.getByText('after 31 January 2099').count()).toBe(1);
  // The same form again makes no second key.
  const again = await page.request.post(newKeyPage(ada), {
    headers: { origin: site },
    form: { once, name: 'laptop' },
  });
  expect(again.status()).toBe(409);
  expect(again.headers()['cache-control']).toBe('no-store');
  expect(await keysOf(ada)).toHaveLength(1);
});

test('what makes no sense is refused, and what was entered stays', async () => {
  const { page } = ada;
  for (const [label, value, complaint] of [
    ['Requests a minute', '-5', 'Requests a minute: must be a whole number'],
    ['Budget of a month, USD', '1e9', 'Budget of a month: must be an amount'],
    ['Only from these networks', 'nowhere', 'Networks: must be an address'],
  ] as const) {
    await page.goto(newKeyPage(ada));
    await make(page, { Name: 'nonsense', [label]: value });
    expect(await page.getByRole('alert').textContent(), label).toContain(complaint);
    expect(await page.getByLabel(label, { exact: true }).inputValue()).toBe(value);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('nonsense');
  }
  for (const form of [
    { name: ' ' },
    { name: 'x', last_day: '2001-01-01' },
    { name: 'x', 'model:nobody': 'yes' },
  ]) {
    const sent = await page.request.post(newKeyPage(ada), { headers: { origin: site }, form });
    expect(sent.status(), JSON.stringify(form)).toBe(400);
  }
  expect(await keysOf(ada)).toHaveLength(1);
});

test('an older sign-in confirms first; a form that waited too long keeps what was entered', async () => {
  const { page } = ada;
  await page.goto(newKeyPage(ada));
  await ada.age();
  await make(page, { Name: 'too late' });
  expect(await page.getByRole('alert').textContent()).toContain('Confirm that it is you');
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('too late');
  await page.goto(newKeyPage(ada));
  expect(page.url()).toBe(
    `${site}/console/confirm?next=${encodeURIComponent(`/console/${ada.account}/keys/new`)}`,
  );
  expect(await keysOf(ada)).toHaveLength(1);
});

test('revoking asks once more, and the record names who did it', async () => {
  const { page } = ada;
  await page.goto(`${site}/console/${ada.account}/keys`);
  await page.getByRole('link', { name: 'Revoke laptop <b>&' }).click();
  expect((await keysOf(ada))[0].state).toBe('active');
  await page.getByRole('button', { name: 'Revoke it' }).click();
  expect(new URL(page.url()).pathname).toBe(`/console/${ada.account}/keys`);
  expect((await keysOf(ada))[0].state).toBe('revoked');
  const entries = await control.sql<{ role: string }>(
    "select role from record_entry where kind = 'access_change' order by at",
  );
  expect(entries.map(({ role }) => role)).toEqual(['owner', 'owner']);
});

test('nobody reaches the keys of another account, nor does more than their role', async () => {
  const eve = await visitor(browser, control, 'eve@example.org');
  const key = (await control.admin('POST', `/accounts/${ada.account}/keys`, { name: 'hers' })).body.id;
  const place = `${site}/console/${ada.account}/keys`;
  const post = (path: string) =>
    eve.page.request.post(path, { headers: { origin: site }, form: { name: 'x' }, maxRedirects: 0 });
  const tries = async () => [
    (await eve.page.goto(place))?.status(),
    (await eve.page.goto(`${place}/new`))?.status(),
    (await eve.page.goto(`${place}/${key}/revoke`))?.status(),
    (await post(`${place}/new`)).status(),
    (await post(`${place}/${key}/revoke`)).status(),
  ];
  expect(await tries()).toEqual([404, 404, 404, 404, 404]);
  // Her own account does not lead to another's key.
  expect((await post(`${site}/console/${eve.account}/keys/${key}/revoke`)).status()).toBe(404);
  await control.sql(
    `insert into membership (person_id, account_id, role)
     select person_id, $1::uuid, 'viewer' from membership where replace(account_id::text, '-', '') = $2`,
    [ada.account.slice(5), eve.account.slice(5)],
  );
  expect(await tries()).toEqual([200, 403, 404, 403, 403]);
  expect(await eve.page.goto(place).then(() => eve.page.getByText('Make a key').count())).toBe(0);
  expect((await keysOf(ada)).filter((each: { state: string }) => each.state === 'active')).toHaveLength(1);
  const stranger = await fetch(place, { redirect: 'manual' });
  expect(stranger.headers.get('location')).toMatch(/^\/sign-in/);
});

test('pages stand without findings', async () => {
  const { page, account } = await visitor(browser, control, 'looks@example.org', { javaScriptEnabled: true });
  await page.goto(`${site}/console/${account}/keys`);
  await expectGoodLooks(page, 'keys-none');
  await page.goto(`${site}/console/${account}/keys/new`);
  await expectGoodLooks(page, 'key-new');
  await make(page, { Name: 'laptop', 'Tokens a minute': '100000' });
  await expectGoodLooks(page, 'key-made');
  await control.admin('POST', `/accounts/${account}/keys`, {
    name: 'nightly job',
    expires: '2099-01-01T12:00:00Z',
  });
  await page.goto(`${site}/console/${account}/keys`);
  await expectGoodLooks(page, 'keys');
  await page.getByRole('link', { name: 'Revoke' }).first().click();
  await expectGoodLooks(page, 'key-revoke');
});
