/** Staff roles that follow from groups, how strong a sign-in by a provider is, and confirming by one that it is still them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { Browser, GOOD_PASSWORD } from './browser.ts';
import { type ByProvider, refusedIn, signInBy, startByProvider, visit } from './by-provider.ts';
import type { MailServer } from './mail-server.ts';
import type { StandIn } from './provider-stand-in.ts';

let mails: MailServer;
let provider: StandIn;
let control: TestControl;
let site: string;
let stop: ByProvider['stop'];
const browser = () => new Browser(site);

beforeAll(async () => {
  const roles = { 'kept-admins': 'admin', 'kept-books': 'finance', 'kept-help': 'support' } as const;
  ({ mails, provider, control, site, stop } = await startByProvider((at) => [
    at.settings({ groups: { claim: 'groups', roles } }),
  ]));
});
afterAll(async () => {
  await stop?.();
});

/** Ada signs in, in groups, by factors. */
async function ada(groups: unknown, more: object = {}): Promise<Browser> {
  const who = { sub: 'ada', email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' };
  provider.person = { ...who, groups, ...more };
  const came = browser();
  expect(await signInBy(came, site, 'work')).toBe('/console');
  return came;
}
const roleOf = async (who: Browser) => (await who.me()).staff_role;
const desk = async (who: Browser) => {
  const { text } = await visit(who, `${site}/desk`);
  return text.includes('second factor besides') ? 'closed' : text.includes('Find an account') ? 'open' : text;
};

test('a role is given, changed and taken away as the groups say, in the record and by mail', async () => {
  const first = await ada(['readers', 'kept-help']);
  expect(await roleOf(first)).toBe('support');
  expect((await mails.next('ada@example.org')).text).toContain('is now: support');
  await first.post('/agree', { policy: '1', terms: '1', adult: true });
  expect(await roleOf(await ada(['kept-help', 'kept-admins']))).toBe('admin');
  expect(await roleOf(await ada('kept-admins'))).toBe('admin');
  expect(await roleOf(await ada(['kept-help', 'kept-books']))).toBe('finance');
  expect(await roleOf(await ada(['readers', 'toString', 17]))).toBeNull();
  expect(await roleOf(first)).toBeNull();
  for (let told = 0; told < 3; told++) await mails.next('ada@example.org');
  const [{ count } = { count: 0 }] = await control.sql<{ count: number }>(
    "select count(*)::int as count from record_entry where kind = 'role_change'",
  );
  // The first came with the account that she owns.
  expect(count).toBe(1 + 4);
});

test('who is in no group any more loses it, also where the claim is left out', async () => {
  expect(await roleOf(await ada(['kept-admins']))).toBe('admin');
  expect(await roleOf(await ada(undefined))).toBeNull();
});

test('the desk opens only where the provider says that it asked for two factors', async () => {
  expect(await desk(await ada(['kept-admins']))).toBe('closed');
  expect(await desk(await ada(['kept-admins'], { amr: ['pwd'] }))).toBe('closed');
  expect(await desk(await ada(['kept-admins'], { acr: 'mfa-of-our-own' }))).toBe('closed');
  expect(await desk(await ada(['kept-admins'], { amr: ['pwd', 'otp', 'mfa'] }))).toBe('open');
  expect(await desk(await ada(['kept-admins'], { acr: 'https://refeds.org/profile/mfa' }))).toBe('open');
});

test('a role that came by groups holds in sign-ins by the provider only', async () => {
  const now = await ada(['kept-admins'], { amr: ['mfa'] });
  await now.post('/password', { password: GOOD_PASSWORD });
  expect(await desk(now)).toBe('open');
  const other = browser();
  await other.post('/sign-in', { email: 'ada@example.org', password: GOOD_PASSWORD });
  expect((await other.me()).signed_in).toBe(true);
  expect(await roleOf(other)).toBeNull();
});

test('a role that came by groups goes with the connection', async () => {
  const now = await ada(['kept-admins']);
  expect((await now.post('/providers/work/disconnect')).status).toBe(200);
  expect(await roleOf(now)).toBeNull();
  const form = { wish: 'connect', next: '/console/security' };
  expect(await signInBy(now, site, 'work', form)).toBe('/console/security');
});

test('a sign-in is as old as the provider says; by typing the password there it is fresh again', async () => {
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  const old = await ada([], { auth_time: hourAgo });
  expect((await old.me()).fresh).toBe(false);
  const confirm = { wish: 'confirm', next: '/console/security' };
  const refused = async () => refusedIn(await signInBy(old, site, 'work', confirm));
  expect(await refused()).toBe('provider_does_not_confirm');
  expect(Object.fromEntries(provider.wanted)).toMatchObject({ prompt: 'login', max_age: '0' });
  provider.person = { ...provider.person, auth_time: undefined };
  expect(await refused()).toBe('provider_does_not_confirm');
  const now = Math.floor(Date.now() / 1000);
  provider.person = { ...provider.person, sub: 'somebody-else', auth_time: now };
  expect(await refused()).toBe('somebody_else');
  expect((await old.me()).fresh).toBe(false);
  provider.person = { ...provider.person, sub: 'ada', auth_time: now };
  expect(await signInBy(old, site, 'work', confirm)).toBe('/console/security');
  expect((await old.me()).fresh).toBe(true);
});

test('a second factor here is asked for besides, also after one there', async () => {
  const whom = '(select id from person limit 1)';
  await control.sql(
    `insert into two_factor (person_id, secret, recovery, last_step, created_at, confirmed_at)
     values (${whom}, '\\x00', '\\x00', 1, now(), now())`,
  );
  const came = await ada([], { amr: ['mfa'] });
  expect((await came.me()).steps).toEqual(['second_factor']);
  await control.sql('delete from two_factor');
});

test('a newcomer who agrees to nothing within seven days is erased', async () => {
  provider.person = { sub: 'nora', email: 'nora@example.org', email_verified: true };
  await signInBy(browser(), site, 'work');
  await control.sql("update person set created_at = now() - interval '8 days'");
  await control.stop();
  await control.start();
  await expect
    .poll(async () => (await control.admin('GET', '/accounts/nora@example.org')).status, { timeout: 20_000 })
    .toBe(404);
  expect((await control.admin('GET', '/accounts/ada@example.org')).status).toBe(200);
});
