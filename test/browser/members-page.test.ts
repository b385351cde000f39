/**
 * The members of an account on its page, without a script: who sees whom, who may change what, that an account always
 * has an owner, and what ends with a membership.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MailServer } from '../sign-in/mail-server.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { alertOf, belongs, personOf, roleOf, send } from './memberships.ts';
import { startSiteWithMails, type TestSite } from './site.ts';

let mails: MailServer;
let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let bob: Visitor;
let eve: Visitor;
let adaId: string;
let bobId: string;
let place: string;

beforeAll(async () => {
  ({ mails, control, browser, site, stop } = await startSiteWithMails());
  ada = await visitor(browser, control, 'ada@example.org');
  bob = await visitor(browser, control, 'bob@example.org');
  eve = await visitor(browser, control, 'eve@example.org');
  [adaId, bobId] = await Promise.all([personOf(control, ada), personOf(control, bob)]);
  place = `${site}/console/${ada.account}/members`;
});
afterAll(async () => {
  await stop?.();
});
beforeEach(async () => {
  await belongs(control, adaId, ada.account, 'owner');
  await belongs(control, bobId, ada.account, 'developer');
  await control.sql('update session set authenticated_at = now()');
  mails.mails.length = 0;
});

const entries = async (kind: string) =>
  (
    await control.sql<{ role: string }>('select role from record_entry where kind = $1 order by at', [kind])
  ).map(({ role }) => role);

test('an owner changes a role: it holds at once, the member hears of it, and the record has it', async () => {
  const { page } = ada;
  await page.goto(place);
  expect(await page.locator('tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/you.*ada@example\.org.*Owner/),
    expect.stringMatching(/bob@example\.org.*Developer/),
  ]);
  await page.getByRole('link', { name: 'Change' }).nth(1).click();
  expect(await page.getByLabel(/^Developer/).isChecked()).toBe(true);
  await page.getByLabel(/^Viewer/).check();
  const before = (await entries('role_change')).length;
  await page.getByRole('button', { name: 'Change the role' }).click();
  expect(page.url()).toBe(place);
  expect(await roleOf(control, bobId, ada.account)).toBe('viewer');
  expect((await mails.next('bob@example.org')).text).toContain('It is now: viewer.');
  expect((await entries('role_change')).slice(before)).toEqual(['owner']);
  // The same again changes nothing.
  await send(ada, `${place}/${bobId}`, { role: 'viewer' });
  expect(await entries('role_change')).toHaveLength(before + 1);
});

test('an account always has an owner, also where two leave at once', async () => {
  for (const [path, form] of [
    [`${place}/${adaId}`, { role: 'viewer' }],
    [`${place}/leave`, {}],
  ] as const) {
    const refused = await send(ada, path, form);
    expect(refused.status(), path).toBe(409);
    expect(await alertOf(refused), path).toContain('Make another member an owner first.');
  }
  await ada.page.goto(`${place}/leave`);
  expect(await ada.page.getByRole('link', { name: 'Make another member an owner' }).count()).toBe(1);
  expect(await ada.page.getByRole('button', { name: 'Leave it' }).count()).toBe(0);
  expect((await send(ada, `${place}/${adaId}/remove`)).status()).toBe(409);
  // An owner whose own deletion is under way is none who stays.
  await belongs(control, bobId, ada.account, 'owner');
  const { body } = await control.admin('POST', '/accounts/bob@example.org/erase', { when: 'after grace' });
  expect(body.state).toBe('scheduled');
  expect((await send(ada, `${place}/leave`)).status()).toBe(409);
  await control.admin('POST', '/accounts/bob@example.org/erase', { when: 'never' });
  const answers = await Promise.all([
    send(ada, `${place}/leave`),
    send(bob, `${place}/leave`),
    send(ada, `${place}/${bobId}/remove`),
    send(bob, `${place}/${adaId}`, { role: 'billing' }),
  ]);
  expect(answers.filter((answer) => answer.status() === 303).length).toBeGreaterThan(0);
  const owners = [await roleOf(control, adaId, ada.account), await roleOf(control, bobId, ada.account)];
  expect(owners.filter((role) => role === 'owner')).toHaveLength(1);
});

test('whoever is removed is out at once: pages, playground, and the invitations that they sent', async () => {
  await belongs(control, bobId, ada.account, 'owner');
  const link = await control.gateway();
  const made = await send(bob, `${site}/api/accounts/${ada.account}/playground-key`);
  const key = (await made.json()).id.slice('key_'.length);
  await link.until('key', ({ id }) => id === key);
  expect((await send(bob, `${place}/invite`, { email: 'friend@example.org', role: 'owner' })).status()).toBe(
    303,
  );
  await mails.next('friend@example.org');
  await ada.page.goto(place);
  await ada.page.getByRole('link', { name: 'Change' }).nth(1).click();
  await ada.page.getByRole('link', { name: /^Remove / }).click();
  expect(await roleOf(control, bobId, ada.account)).toBe('owner');
  await ada.page.getByRole('button', { name: 'Remove them' }).click();
  expect(ada.page.url()).toBe(place);
  expect(await roleOf(control, bobId, ada.account)).toBe(null);
  await link.until('gone', ({ id }) => id === key);
  link.socket.destroy();
  expect((await mails.next('bob@example.org')).text).toContain('removed you from it');
  expect((await bob.page.goto(place))?.status()).toBe(404);
  expect((await send(bob, `${site}/api/accounts/${ada.account}/playground-key`)).status()).toBe(404);
  expect(await control.sql("select state, email from membership_invitation where state <> 'open'")).toEqual([
    { state: 'revoked', email: null },
  ]);
  // Twice is once.
  expect((await send(ada, `${place}/${bobId}/remove`)).status()).toBe(404);
});

test('a role that no longer uses models ends the playground', async () => {
  const link = await control.gateway();
  // A key is made anew only after a pause.
  await control.sql('update api_key set expires_at = now() where person_id is not null');
  const made = await send(bob, `${site}/api/accounts/${ada.account}/playground-key`);
  const key = (await made.json()).id.slice('key_'.length);
  await link.until('key', ({ id }) => id === key);
  expect((await send(ada, `${place}/${bobId}`, { role: 'billing' })).status()).toBe(303);
  await link.until('gone', ({ id }) => id === key);
  link.socket.destroy();
  expect((await send(bob, `${site}/api/accounts/${ada.account}/playground-key`)).status()).toBe(403);
});

test('a member leaves by themselves, and the owners hear of it', async () => {
  await bob.page.goto(place);
  await bob.page.getByRole('link', { name: 'Leave' }).click();
  const before = (await entries('access_change')).length;
  await bob.page.getByRole('button', { name: 'Leave it' }).click();
  expect(new URL(bob.page.url()).pathname).toBe(`/console/${bob.account}`);
  expect(await roleOf(control, bobId, ada.account)).toBe(null);
  expect((await mails.next('ada@example.org')).text).toContain('(bob@example.org) left the account');
  expect((await entries('access_change')).slice(before)).toEqual(['member']);
});

test('members see each other; only owners change anything, and strangers see nothing', async () => {
  const posts: readonly (readonly [string, Record<string, string>])[] = [
    [place, { name: 'Mine now' }],
    [place, { revoke: adaId }],
    [place, { again: adaId }],
    [`${place}/invite`, { email: 'x@example.org', role: 'owner' }],
    [`${place}/${bobId}`, { role: 'owner' }],
    [`${place}/${adaId}`, { role: 'viewer' }],
    [`${place}/${adaId}/remove`, {}],
  ];
  const tries = async (who: Visitor) => {
    const seen = [
      place,
      `${place}/invite`,
      `${place}/${adaId}`,
      `${place}/${adaId}/remove`,
      `${place}/leave`,
    ];
    const statuses: (number | undefined)[] = [];
    for (const path of seen) statuses.push((await who.page.goto(path))?.status());
    for (const [path, form] of posts) statuses.push((await send(who, path, form)).status());
    return statuses;
  };
  for (const role of ['developer', 'billing', 'viewer'] as const) {
    await belongs(control, bobId, ada.account, role);
    expect(await tries(bob), role).toEqual([200, 403, 403, 403, 200, 404, 403, 403, 403, 403, 403, 403]);
  }
  await bob.page.goto(place);
  expect(await bob.page.getByText('ada@example.org').count()).toBe(1);
  for (const name of ['Change', 'Invite somebody'])
    expect(await bob.page.getByRole('link', { name, exact: true }).count(), name).toBe(0);
  expect(await tries(eve)).toEqual([404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]);
  expect((await send(eve, `${place}/leave`)).status()).toBe(404);
  // Her own account does not lead to another's members.
  const hers = `${site}/console/${eve.account}/members`;
  expect((await send(eve, `${hers}/${bobId}`, { role: 'viewer' })).status()).toBe(404);
  expect((await send(eve, `${hers}/${bobId}/remove`)).status()).toBe(404);
  expect((await eve.page.goto(`${hers}/${bobId}`))?.status()).toBe(404);
  for (const path of [place, `${place}/invite`, `${place}/${adaId}`, `${place}/leave`]) {
    const refused = await fetch(path, { redirect: 'manual' });
    expect(refused.headers.get('location'), path).toMatch(/^\/sign-in/);
  }
  expect(await roleOf(control, adaId, ada.account)).toBe('owner');
  expect(await roleOf(control, bobId, ada.account)).toBe('viewer');
});

test('a page of somebody else sends nothing, and an older sign-in confirms first', async () => {
  const foreign = 'https://evil.example';
  const paths = [`${place}/invite`, `${place}/${bobId}`, `${place}/${bobId}/remove`, `${place}/leave`];
  for (const path of [place, ...paths])
    expect((await send(ada, path, { role: 'viewer', name: 'x' }, foreign)).status(), path).toBeOneOf([
      400, 403,
    ]);
  await ada.age();
  for (const path of paths) {
    await ada.page.goto(path);
    expect(new URL(ada.page.url()).pathname, path).toBe('/console/confirm');
    const refused = await send(ada, path, { role: 'viewer', email: 'x@example.org' });
    expect(refused.status(), path).toBe(403);
    expect(await alertOf(refused), path).toContain('Confirm that it is you');
  }
  expect(await roleOf(control, bobId, ada.account)).toBe('developer');
});

test('an owner gives the account another name; whoever has several accounts chooses one', async () => {
  await ada.page.goto(place);
  await ada.page.getByLabel('Name', { exact: true }).fill('Analytical <Engines>');
  await ada.page.getByRole('button', { name: 'Rename it' }).click();
  expect(await ada.page.locator('.console-where').first().textContent()).toBe('Analytical <Engines>');
  const refused = await send(ada, place, { name: ' ' });
  expect(refused.status()).toBe(400);
  expect(await alertOf(refused)).toContain('Nothing was changed');
  await bob.page.goto(`${site}/console`);
  expect(await bob.page.getByText('You belong to 2 accounts').count()).toBe(1);
  await bob.page.locator('main li.card').getByRole('link', { name: 'Analytical <Engines>' }).click();
  expect(bob.page.url()).toBe(`${site}/console/${ada.account}`);
  expect(await bob.page.getByRole('navigation', { name: 'Console' }).getByText('Credit').count()).toBe(0);
  await ada.page.goto(`${site}/console`);
  expect(ada.page.url()).toBe(`${site}/console/${ada.account}`);
});

test('pages stand without findings', async () => {
  const { page, account } = await visitor(browser, control, 'looks@example.org', { javaScriptEnabled: true });
  const theirs = `${site}/console/${account}/members`;
  await page.goto(theirs);
  await expectGoodLooks(page, 'members-alone');
  await page.goto(`${theirs}/leave`);
  await expectGoodLooks(page, 'leave-only-owner-alone');
  await belongs(control, bobId, account, 'developer');
  await belongs(control, adaId, account, 'billing');
  await page.goto(`${theirs}/invite`);
  await expectGoodLooks(page, 'member-invite');
  await page.getByLabel('E-mail address').fill('somebody.with.a.long.name@department.example.org');
  await page.getByLabel(/^Developer/).check();
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await expectGoodLooks(page, 'members');
  await page.goto(`${theirs}/${bobId}`);
  await expectGoodLooks(page, 'member');
  await page.goto(`${theirs}/${bobId}/remove`);
  await expectGoodLooks(page, 'member-remove');
  await page.goto(`${theirs}/leave`);
  await expectGoodLooks(page, 'leave-only-owner');
  await belongs(control, bobId, account, 'owner');
  await page.goto(`${theirs}/leave`);
  await expectGoodLooks(page, 'leave');
  const several = await visitor(browser, control, 'several@example.org', { javaScriptEnabled: true });
  await belongs(control, await personOf(control, several), account, 'viewer');
  await several.page.goto(`${site}/console`);
  await expectGoodLooks(several.page, 'console-several');
});
