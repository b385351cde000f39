/**
 * Invitations into an account, without a script: from the owner's form to the member, for whom they are and for whom
 * not, once and no more.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import { tokenIn } from '../sign-in/mail-server.ts';
import { type Inviting, startInviting } from './inviting.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { alertOf, personOf, roleOf, send, stranger } from './memberships.ts';

let scene: Inviting;
beforeAll(async () => {
  scene = await startInviting();
});
afterAll(async () => {
  await scene?.stop();
});
beforeEach(() => scene.anotherDay());

const path = (page: Page): string => new URL(page.url()).pathname;

test('somebody without an account is invited, signs up by that invitation alone, and joins', async () => {
  await scene.ada.page.goto(`${scene.place}/invite`);
  await scene.ada.page.getByLabel('E-mail address').fill(' Grace@Example.org ');
  await scene.ada.page.getByLabel(/^Billing/).check();
  await scene.ada.page.getByRole('button', { name: 'Send the invitation' }).click();
  expect(await scene.ada.page.getByRole('status').textContent()).toContain('on its way');
  expect(await scene.ada.page.locator('.invitations').textContent()).toMatch(
    /grace@example\.org.*Billing, until/,
  );

  const mail = await scene.mails.next('grace@example.org');
  expect(mail.text).toContain(
    'ada@example.org invites you to share an account here. Your role in it would be: billing.',
  );
  // Nothing that somebody could fill with words of their own goes to a stranger.
  expect(mail.text).not.toContain('Ada Example');
  const link = scene.join(tokenIn(mail));
  const page = await stranger(scene.browser);
  await page.goto(link);
  const text = await page.locator('main').textContent();
  for (const words of ['Ada Example', 'ada@example.org', 'Billing']) expect(text).toContain(words);
  expect(text).not.toContain('grace@example.org');
  expect((await scene.accept({ page }, tokenIn(mail))).status()).toBe(401);
  await page.locator('main').getByRole('link', { name: 'Sign up' }).click();
  await page.getByLabel('Name').fill('Grace Hopper');
  await page.getByLabel('E-mail address').fill('grace@example.org');
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByLabel('I am 18 or over.').check();
  await page.getByLabel(/I agree to/).check();
  await page.getByRole('button', { name: 'Sign up' }).click();
  const confirm = /https?:\S+/.exec((await scene.mails.next('grace@example.org')).text ?? '')?.[0] ?? '';
  await page.goto(confirm);
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Confirm' }).click();
  expect(page.url()).toBe(link);
  expect(await scene.rows()).toEqual([{ state: 'open', empty: false, unknown: false }]);
  await page.getByRole('button', { name: 'Accept' }).click();
  expect(page.url()).toBe(`${scene.site}/console/${scene.ada.account}`);
  expect(await page.getByRole('navigation', { name: 'Console' }).getByText('Credit').count()).toBe(1);

  expect((await scene.mails.next('ada@example.org')).text).toContain(
    '(grace@example.org) accepted an invitation',
  );
  expect(await scene.rows()).toEqual([{ state: 'accepted', empty: true, unknown: true }]);
  expect(
    await scene.control.sql(
      "select 1 from mail where template = 'membership_invitation' and recipient is not null",
    ),
  ).toEqual([]);
  await scene.ada.page.goto(scene.place);
  expect(await scene.ada.page.locator('.invitations').count()).toBe(0);
  expect(await scene.ada.page.getByText('grace@example.org').count()).toBe(1);
  const entries = await scene.control.sql(
    "select role from record_entry where kind = 'access_change' order by at desc limit 2",
  );
  expect(entries).toEqual([{ role: 'person' }, { role: 'owner' }]);
});

test('where signing up needs an invitation, this one is good for its own address only', async () => {
  const token = await scene.tokenFor('invited@example.org');
  const signUp = (email: string, invitation: string) =>
    scene.eve.api.post('/sign-up', {
      name: 'Somebody',
      email,
      password: GOOD_PASSWORD,
      adult: true,
      agreed: true,
      policy: '1',
      terms: '1',
      invitation,
    });
  const refused = { status: 403, body: { error: { code: 'invitation_not_valid' } } };
  expect(await signUp('other@example.org', token)).toMatchObject(refused);
  await scene.control.sql("update membership_invitation set expires_at = now() - interval '1 second'");
  expect(await signUp('invited@example.org', token)).toMatchObject(refused);
  await scene.control.sql("update membership_invitation set expires_at = now() + interval '1 day'");
  expect((await signUp('invited@example.org', token)).status).toBe(202);
});

test('somebody with an account signs in and comes back; they belong to it once', async () => {
  const bob = await visitor(scene.browser, scene.control, 'bob@example.org');
  const token = await scene.tokenFor('bob@example.org', 'viewer');
  const page = await stranger(scene.browser);
  await page.goto(scene.join(token));
  await page.locator('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill('bob@example.org');
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  expect(page.url()).toBe(scene.join(token));
  // Twice at once is once.
  const answers = await Promise.all([
    scene.accept(bob, token),
    scene.accept(bob, token),
    scene.accept({ page }, token),
  ]);
  expect(answers.map((answer) => answer.status()).sort()).toEqual([303, 410, 410]);
  expect(await roleOf(scene.control, await personOf(scene.control, bob), scene.ada.account)).toBe('viewer');
  expect((await page.goto(scene.join(token)))?.status()).toBe(410);
  const again = await scene.invite('bob@example.org', 'owner');
  expect(again.status()).toBe(409);
  expect(await alertOf(again)).toContain('belong to this account already');
});

test('nobody but whom it was sent to accepts, and they are not told whose it is', async () => {
  const token = await scene.tokenFor('carol@example.org', 'owner');
  await scene.eve.page.goto(scene.join(token));
  const text = await scene.eve.page.locator('main').textContent();
  expect(text).toContain('another address than yours, eve@example.org');
  expect(text).not.toContain('carol@example.org');
  expect(await scene.eve.page.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  const refused = await scene.accept(scene.eve, token);
  expect(refused.status()).toBe(403);
  expect(await refused.text()).not.toContain('carol@example.org');
  expect(await roleOf(scene.control, await personOf(scene.control, scene.eve), scene.ada.account)).toBe(null);
  // Nor somebody who typed the address and never showed that it reaches them.
  const carol = await visitor(scene.browser, scene.control, 'carol@example.org');
  await scene.control.sql('update person set email_verified_at = null where id = $1::uuid', [
    await personOf(scene.control, carol),
  ]);
  await carol.page.goto(scene.join(token));
  expect(path(carol.page)).toBe('/welcome');
  expect((await scene.accept(carol, token)).headers().location).toMatch(/^\/welcome/);
  expect(await roleOf(scene.control, await personOf(scene.control, carol), scene.ada.account)).toBe(null);
});

test('what was taken back, has ended, or was never one lets nobody in', async () => {
  const dan = await visitor(scene.browser, scene.control, 'dan@example.org');
  const gone = async (token: string) => {
    expect((await dan.page.goto(scene.join(token)))?.status()).toBe(410);
    expect(await dan.page.getByText('This invitation is over').count()).toBe(1);
    expect((await scene.accept(dan, token)).status()).toBe(410);
    expect((await send(dan, scene.join(token), { token, answer: 'decline' })).status()).toBe(410);
  };
  const first = await scene.tokenFor('dan@example.org');
  await scene.ada.page.goto(scene.place);
  await scene.ada.page.getByRole('button', { name: 'Send again' }).click();
  const second = tokenIn(await scene.mails.next('dan@example.org'));
  await gone(first);
  expect((await dan.page.goto(scene.join(second)))?.status()).toBe(200);
  await scene.ada.page.goto(scene.place);
  await scene.ada.page.getByRole('button', { name: 'Take back' }).click();
  await gone(second);
  expect(await scene.rows()).toEqual([
    { state: 'revoked', empty: true, unknown: true },
    { state: 'revoked', empty: true, unknown: true },
  ]);
  const third = await scene.tokenFor('dan@example.org');
  await scene.control.sql("update membership_invitation set expires_at = now() - interval '1 second'");
  await gone(third);
  await gone('x'.repeat(43));
  await gone('nonsense');
  expect(await roleOf(scene.control, await personOf(scene.control, dan), scene.ada.account)).toBe(null);
});

test('accepted while it is taken back: one of the two holds', async () => {
  const racer = await visitor(scene.browser, scene.control, 'racer@example.org');
  const token = await scene.tokenFor('racer@example.org');
  const [{ id } = { id: '' }] = await scene.control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from membership_invitation where state = 'open'",
  );
  const [accepted, revoked] = await Promise.all([
    scene.accept(racer, token),
    send(scene.ada, scene.place, { revoke: id }),
  ]);
  const isMember =
    (await roleOf(scene.control, await personOf(scene.control, racer), scene.ada.account)) !== null;
  expect([accepted.status(), revoked.status()]).toEqual(isMember ? [303, 404] : [410, 303]);
});

test('an invitation of another account is not reached by one’s own', async () => {
  const token = await scene.tokenFor('frank@example.org');
  const [{ id } = { id: '' }] = await scene.control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from membership_invitation where state = 'open'",
  );
  const hers = `${scene.site}/console/${scene.eve.account}/members`;
  for (const form of [{ revoke: id }, { again: id }])
    expect((await send(scene.eve, hers, form)).status()).toBe(404);
  const foreign = 'https://evil.example';
  const form = { token, answer: 'decline' };
  expect((await send(scene.eve, scene.join(token), form, foreign)).status()).toBeOneOf([400, 403]);
  expect(await scene.rows()).toEqual([{ state: 'open', empty: false, unknown: true }]);
});

test('pages stand without findings', async () => {
  const context = await scene.browser.newContext();
  const page = await context.newPage();
  await page.goto(scene.join(await scene.tokenFor('looks@example.org')));
  await page.getByText('Decline', { exact: true }).first().click();
  await expectGoodLooks(page, 'join stranger');
  await page.goto(scene.join('x'.repeat(43)));
  await expectGoodLooks(page, 'join over');
  await page.goto(`${scene.site}/join?declined`);
  await expectGoodLooks(page, 'join declined');
  const looks = await visitor(scene.browser, scene.control, 'looks@example.org', { javaScriptEnabled: true });
  const token = await scene.tokenFor('looks@example.org', 'owner');
  await looks.page.goto(scene.join(token));
  await expectGoodLooks(looks.page, 'join invited');
  await looks.page.getByRole('button', { name: 'Accept' }).click();
  const other = await visitor(scene.browser, scene.control, 'other@example.org', { javaScriptEnabled: true });
  await other.page.goto(scene.join(await scene.tokenFor('someone@example.org')));
  await expectGoodLooks(other.page, 'join somebody else');
});
