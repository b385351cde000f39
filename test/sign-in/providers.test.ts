/** Who somebody is that comes by a provider: a newcomer, the person who is connected with it, or nobody. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { Browser, GOOD_PASSWORD } from './browser.ts';
import { type ByProvider, begin, refusedIn, signInBy, startByProvider, visit } from './by-provider.ts';
import type { MailServer } from './mail-server.ts';
import { somebody } from './person.ts';
import type { StandIn } from './provider-stand-in.ts';

let mails: MailServer;
let provider: StandIn;
let control: TestControl;
let site: string;
let stop: ByProvider['stop'];
const browser = () => new Browser(site);

beforeAll(async () => {
  ({ mails, provider, control, site, stop } = await startByProvider((at) => [at.settings(), at.github()]));
});
afterAll(async () => {
  await stop?.();
});
beforeEach(() => {
  provider.lie = {};
  provider.aside = {};
  provider.denies = null;
});

const is = (sub: string, more: object = {}) => {
  provider.person = { sub, email: `${sub}@example.org`, email_verified: true, name: 'Ada Lovelace', ...more };
};
const idOf = async (email: string) => {
  const { body } = await control.admin('GET', `/accounts/${email}`);
  return body.id as string;
};

test('a newcomer is asked for agreement and age, and comes in by the provider from then on', async () => {
  is('ada');
  const ada = browser();
  expect(await signInBy(ada, site, 'work')).toBe('/console');
  expect(await ada.me()).toMatchObject({
    signed_in: true,
    email: 'ada@example.org',
    name: 'Ada Lovelace',
    steps: ['agreement', 'age'],
    ways: { password: false, passkeys: 0, providers: ['work'] },
  });
  expect([...ada.cookies.keys()]).toEqual(['kept_session']);
  expect(Object.fromEntries(provider.wanted)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    scope: 'openid email profile',
    redirect_uri: `${site}/sign-in/with/work/back`,
  });
  await ada.post('/agree', { policy: '1', terms: '1', adult: true });
  expect((await ada.me()).steps).toEqual([]);
  const again = browser();
  expect(await signInBy(again, site, 'work', { wish: 'sign_in', next: '/console/security' })).toBe(
    '/console/security',
  );
  expect(await again.me()).toMatchObject({ email: 'ada@example.org', steps: [] });
  expect(await control.sql('select 1 from person')).toHaveLength(1);
});

test('who they are there is nowhere in plain, and is shown to them', async () => {
  const dump = JSON.stringify(
    await control.sql("select encode(subject, 'escape') as s, provider from sign_in_method"),
  );
  expect(dump).toContain('work');
  expect(dump).not.toContain(provider.url);
  const ada = browser();
  is('ada');
  await signInBy(ada, site, 'work');
  expect((await visit(ada, `${site}/console/profile/sign_in_method`)).text).toContain(`${provider.url} ada`);
});

test('whom the provider does not vouch for is nobody’s newcomer', async () => {
  for (const more of [{ email_verified: false }, { email_verified: undefined }, { email: 'no address' }]) {
    is('eve', more);
    expect(refusedIn(await signInBy(browser(), site, 'work'))).toBe('address_not_verified');
  }
  expect(await control.sql('select 1 from person')).toHaveLength(1);
  is('eve', { email: undefined, email_verified: undefined });
  provider.aside = { email: 'eve@example.org', email_verified: true };
  expect(await signInBy(browser(), site, 'work')).toBe('/console');
});

test('an address that is known is never joined: its owner is told, and connects it themselves', async () => {
  const bob = await somebody(control, 'bob@example.org');
  is('bob');
  const stranger = browser();
  const page = await signInBy(stranger, site, 'work', { wish: 'sign_in', next: '/console/security' });
  expect(page).toBe('/sign-in?next=%2Fconsole%2Fsecurity&refused=nobody_connected');
  expect((await visit(stranger, site + page)).text).toContain('connect it on the security page');
  expect((await stranger.me()).signed_in).toBe(false);
  const mail = await mails.next('bob@example.org');
  expect(mail.subject).toBe('You have an account already');
  expect(mail.text).toContain('Example Work');

  const form = { wish: 'connect', next: '/console/security' };
  expect(await signInBy(bob, site, 'work', form)).toBe('/console/security');
  expect((await mails.next('bob@example.org')).subject).toBe('Another way to sign in was added');
  const { body } = await bob.get('/providers');
  expect(body.providers[0]).toMatchObject({ id: 'work', connected: { last_used_on: null } });
  expect(await signInBy(browser(), site, 'work')).toBe('/console');
  expect((await bob.get('/me')).body.ways).toMatchObject({ password: true, providers: ['work'] });
});

test('what is connected belongs to one person, and a person has one of each', async () => {
  const carl = await somebody(control, 'carl@example.org');
  const form = { wish: 'connect', next: '/console/security' };
  is('bob');
  expect(refusedIn(await signInBy(carl, site, 'work', form))).toBe('connected_elsewhere');
  is('carl');
  expect(await signInBy(carl, site, 'work', form)).toBe('/console/security');
  is('another-carl');
  expect(refusedIn(await signInBy(carl, site, 'work', form))).toBe('already_connected');
  provider.emails = [];
  expect(await signInBy(carl, site, 'github', form)).toBe('/console/security');
  expect((await carl.post('/providers/work/disconnect')).status).toBe(200);
  expect(await signInBy(browser(), site, 'github')).toBe('/console');
  expect((await carl.post('/providers/github/disconnect')).status).toBe(200);
});

test('connecting wants a fresh sign-in, one’s own page, and the person who began', async () => {
  const dora = await somebody(control, 'dora@example.org');
  const foreign = { origin: 'https://evil.example' };
  const wish = { wish: 'connect' };
  expect((await dora.post('/providers/work/begin', wish, foreign)).status).toBe(403);
  expect((await browser().post('/providers/work/begin', wish)).status).toBe(401);
  expect((await dora.post('/providers/none/begin', wish)).status).toBe(404);
  expect((await dora.post('/providers/work/begin', { ...wish, next: 'https://evil.example' })).status).toBe(
    400,
  );
  is('dora');
  const url = await begin(dora, site, 'work', wish);
  const back = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
  // Somebody else signs in meanwhile, in the same browser.
  const eve = await somebody(control, 'eva@example.org');
  dora.cookies.set('kept_session', eve.cookies.get('kept_session') ?? '');
  expect(refusedIn((await visit(dora, back)).location ?? '')).toBe('provider_stale');
  expect((await eve.get('/providers')).body.providers[0].connected).toBeNull();
  await control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await eve.post('/providers/work/begin', wish)).body.error.code).toBe('not_fresh');
});

test('the last way in stays; another one lets it go, and it opens nothing any more', async () => {
  is('frida');
  const frida = browser();
  await signInBy(frida, site, 'work');
  await frida.post('/agree', { policy: '1', terms: '1', adult: true });
  expect((await frida.post('/providers/work/disconnect')).body.error.code).toBe('last_way_in');
  await frida.post('/password', { password: GOOD_PASSWORD });
  expect((await frida.post('/providers/github/disconnect')).status).toBe(404);
  expect((await frida.post('/providers/credential/disconnect')).status).toBe(404);
  expect((await frida.post('/providers/work/disconnect')).status).toBe(200);
  expect((await mails.next('frida@example.org')).subject).toBe('A way to sign in was taken away');
  expect(refusedIn(await signInBy(browser(), site, 'work'))).toBe('nobody_connected');
  expect(
    (await browser().post('/sign-in', { email: 'frida@example.org', password: GOOD_PASSWORD })).status,
  ).toBe(200);
});

test('by GitHub only the primary address counts, and only where it is confirmed', async () => {
  const primary = { email: 'gina@example.org', primary: true };
  const other = { email: 'other@example.org', primary: false, verified: true };
  provider.emails = [other, { ...primary, verified: false }];
  expect(refusedIn(await signInBy(browser(), site, 'github'))).toBe('address_not_verified');
  provider.emails = [other, { ...primary, verified: true }];
  const gina = browser();
  expect(await signInBy(gina, site, 'github')).toBe('/console');
  expect(await gina.me()).toMatchObject({ email: 'gina@example.org', ways: { providers: ['github'] } });
  expect(await signInBy(browser(), site, 'github')).toBe('/console');
  expect(await control.sql("select 1 from sign_in_method where provider = 'github'")).toHaveLength(1);
  expect((await gina.post('/providers/github/begin', { wish: 'confirm' })).body.error.code).toBe(
    'provider_does_not_confirm',
  );
});

test('erased, nobody is found by it any more', async () => {
  const id = await idOf('gina@example.org');
  const erased = await control.admin('POST', `/accounts/${id}/erase`, { when: 'now' });
  expect(erased.status, JSON.stringify(erased.body)).toBeLessThan(300);
  const again = browser();
  expect(await signInBy(again, site, 'github')).toBe('/console');
  expect((await again.me()).steps).toEqual(['agreement', 'age']);
});
