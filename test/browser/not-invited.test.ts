/** Who is not invited and how little that tells, and what an invitation leaves behind. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import { tokenIn } from '../sign-in/mail-server.ts';
import { type Inviting, startInviting } from './inviting.ts';
import { visitor } from './members.ts';
import { alertOf, send, stranger } from './memberships.ts';

let scene: Inviting;
beforeAll(async () => {
  scene = await startInviting();
});
afterAll(async () => {
  await scene?.stop();
});
beforeEach(() => scene.anotherDay());

test('who was erased, and who wants none, is not invited; the words are the same', async () => {
  const { email } = await scene.control.customer();
  await scene.control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
  const erased = await scene.invite(email);
  const token = await scene.tokenFor('stranger@example.org');
  const page = await stranger(scene.browser);
  await page.goto(scene.join(token));
  await page.getByText('Decline', { exact: true }).first().click();
  await page.getByLabel(/Send no invitations/).check();
  await page.getByRole('button', { name: 'Decline' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Declined');
  const declined = await scene.invite('stranger@example.org');
  for (let at = 0; at < 3; at++) await scene.tokenFor('often@example.org');
  const often = await scene.invite('often@example.org');
  const answers = [erased, declined, often];
  expect(answers.map((answer) => answer.status())).toEqual([409, 409, 409]);
  const words = new Set(await Promise.all(answers.map(alertOf)));
  expect([...words]).toEqual([expect.stringContaining('No invitation goes to this address')]);
  expect(await scene.control.sql("select 1 from membership_invitation where state = 'open'")).toHaveLength(1);
  expect(await scene.control.sql("select 1 from record_entry where kind = 'suppression'")).toHaveLength(2);
  expect(JSON.stringify(scene.control.lines)).not.toMatch(/stranger|often/);
});

test('who signs up by themselves can be invited again', async () => {
  const { email } = await scene.control.customer();
  await scene.control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
  const code = new URL((await scene.control.admin('POST', '/invitations', {})).body.url).searchParams.get(
    'invitation',
  );
  const wish = { name: 'Back', email, password: GOOD_PASSWORD, adult: true, agreed: true };
  const signedUp = await scene.eve.api.post('/sign-up', {
    ...wish,
    policy: '1',
    terms: '1',
    invitation: code,
  });
  expect(signedUp.status).toBe(202);
  const token = tokenIn(await scene.mails.next(email));
  expect((await scene.invite(email)).status()).toBe(409);
  await scene.eve.api.post('/confirm-address', { token, password: GOOD_PASSWORD });
  expect((await scene.invite(email)).status()).toBe(303);
});

test('nobody is pestered: so many are open, so many are sent in a day, and one address makes no sense', async () => {
  for (const [email, role] of [
    ['nobody', 'viewer'],
    ['x@example.org', 'king'],
    ['', 'viewer'],
  ] as const)
    expect((await scene.invite(email, role)).status(), email).toBe(400);
  for (let at = 0; at < 20; at++) expect((await scene.invite(`many${at}@example.org`)).status()).toBe(303);
  const tooManyOpen = await scene.invite('one-more@example.org');
  expect(tooManyOpen.status()).toBe(409);
  expect(await alertOf(tooManyOpen)).toContain('At most 20 invitations are open');
  await scene.ada.page.goto(scene.place);
  await scene.ada.page.getByRole('button', { name: 'Take back' }).first().click();
  const tooManySent = await scene.invite('one-more@example.org');
  expect(tooManySent.status()).toBe(409);
  expect(await alertOf(tooManySent)).toContain('in 24 hours');
});

test('whom it is for goes with them, and nothing of ours tells who invited whether they are known', async () => {
  const known = await visitor(scene.browser, scene.control, 'known@example.org');
  await scene.tokenFor('known@example.org');
  await scene.tokenFor('unknown@example.org');
  const seen = async () => {
    await scene.ada.page.goto(`${scene.site}/console/profile/membership_invitation`);
    const text = (await scene.ada.page.locator('main').textContent()) ?? '';
    return text.split('it would tell who invited').length - 1;
  };
  // Both rows say the same of it.
  expect(await seen()).toBe(2);
  await known.page.goto(`${scene.site}/console/profile`);
  const theirs = (await known.page.locator('main').textContent()) ?? '';
  expect(theirs).toContain('Invitations into an account');
  expect(theirs).not.toContain('ada@example.org');
  await scene.control.admin('POST', '/accounts/known@example.org/erase', { when: 'now' });
  expect(await scene.rows()).toEqual([{ state: 'open', empty: false, unknown: true }]);
  // What waits to be sent is not sent, and what has ended is swept away.
  await scene.control.sql("update membership_invitation set expires_at = now() - interval '1 second'");
  await scene.control.sql(
    "update mail set address_until = now() - interval '1 second' where address_until < now() + interval '8 days'",
  );
  await scene.control.stop();
  await scene.control.start();
  await expect
    .poll(() => scene.control.sql('select 1 from membership_invitation'), { timeout: 30_000 })
    .toEqual([]);
  await expect
    .poll(
      () =>
        scene.control.sql(
          "select 1 from mail where template = 'membership_invitation' and recipient is not null",
        ),
      { timeout: 30_000 },
    )
    .toEqual([]);
});

test('an account that is going to be deleted takes in nobody', async () => {
  const owner = await visitor(scene.browser, scene.control, 'leaver@example.org');
  const late = await visitor(scene.browser, scene.control, 'late@example.org');
  const theirs = `${scene.site}/console/${owner.account}/members/invite`;
  expect((await send(owner, theirs, { email: 'late@example.org', role: 'viewer' })).status()).toBe(303);
  const token = tokenIn(await scene.mails.next('late@example.org'));
  await scene.control.admin('POST', '/accounts/leaver@example.org/erase', { when: 'after grace' });
  const refused = await scene.accept(late, token);
  expect(refused.status()).toBe(409);
  expect(await alertOf(refused)).toContain('going to be deleted');
});
