/** Answers that are not a provider's to us, now, for this browser: each leads back with a sentence, and nobody is in. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { Browser } from './browser.ts';
import {
  answered,
  type ByProvider,
  begin,
  refusedIn,
  signInBy,
  startByProvider,
  visit,
} from './by-provider.ts';
import type { StandIn } from './provider-stand-in.ts';

let provider: StandIn;
let control: TestControl;
let site: string;
let stop: ByProvider['stop'];
let eve: Browser;

const providersOf = (at: StandIn) => [
  at.settings(),
  at.settings({ id: 'away', issuer: 'http://127.0.0.1:9' }),
  at.settings({ id: 'false-issuer', issuer: at.url.replace('127.0.0.1', 'localhost') }),
  at.github(),
];

beforeAll(async () => {
  ({ provider, control, site, stop } = await startByProvider(providersOf));
});
afterAll(async () => {
  await stop?.();
});
beforeEach(() => {
  provider.lie = {};
  provider.forges = false;
  provider.denies = null;
  eve = new Browser(site);
});

const nobodyCame = async () => {
  expect((await eve.me()).signed_in).toBe(false);
  expect(await control.sql('select 1 from person')).toEqual([]);
};
const past = Math.floor(Date.now() / 1000) - 3600;

describe('a token', () => {
  test.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'somebody else' }],
    ['for several clients, shown by another', { aud: ['kept', 'other'], azp: 'other' }],
    ['with another nonce', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['that has expired', { iat: past - 300, exp: past }],
    ['from the future', { iat: past + 7200, nbf: past + 7200 }],
    ['about nobody', { sub: '' }],
  ])('%s is refused', async (_, lie) => {
    provider.lie = lie;
    expect(refusedIn(await signInBy(eve, site, 'work'))).toBe('provider_failed');
    await nobodyCame();
  });

  test('with a false signature is refused', async () => {
    provider.forges = true;
    expect(refusedIn(await signInBy(eve, site, 'work'))).toBe('provider_failed');
    await nobodyCame();
  });
});

describe('an answer', () => {
  test('with another state is refused', async () => {
    const back = new URL(await answered(await begin(eve, site, 'work')));
    back.searchParams.set('state', 'another');
    expect(refusedIn((await visit(eve, back.href)).location ?? '')).toBe('provider_stale');
    await nobodyCame();
  });

  test('that is stolen opens nothing in another browser, nor there with a sign-in of its own begun', async () => {
    const back = await answered(await begin(new Browser(site), site, 'work'));
    expect(refusedIn((await visit(eve, back)).location ?? '')).toBe('provider_stale');
    await begin(eve, site, 'work');
    expect(refusedIn((await visit(eve, back)).location ?? '')).toBe('provider_stale');
    await nobodyCame();
  });

  test('to one provider is not taken from another', async () => {
    const back = await answered(await begin(eve, site, 'work'));
    const { location } = await visit(eve, back.replace('/with/work/', '/with/github/'));
    expect(refusedIn(location ?? '')).toBe('provider_stale');
    await nobodyCame();
  });

  test('is taken once, and for ten minutes', async () => {
    provider.lie = { nonce: 'another' };
    const first = await answered(await begin(eve, site, 'work'));
    const cookie = eve.cookies.get('kept_provider') ?? '';
    await visit(eve, first);
    provider.lie = {};
    eve.cookies.set('kept_provider', cookie);
    expect(refusedIn((await visit(eve, first)).location ?? '')).toBe('provider_stale');
    const late = await answered(await begin(eve, site, 'work'));
    await control.sql("update verification set expires_at = now() - interval '1 second'");
    expect(refusedIn((await visit(eve, late)).location ?? '')).toBe('provider_stale');
    await nobodyCame();
  });

  test('with a code that was used already is refused by the provider, and by us', async () => {
    const back = new URL(await answered(await begin(eve, site, 'work')));
    const code = back.searchParams.get('code') ?? '';
    provider.lie = { nonce: 'another' };
    await visit(eve, back.href);
    provider.lie = {};
    const again = new URL(await answered(await begin(eve, site, 'work')));
    again.searchParams.set('code', code);
    expect(refusedIn((await visit(eve, again.href)).location ?? '')).toBe('provider_failed');
    await nobodyCame();
  });

  test('that says no leads back to the page that was wanted; its words are nowhere', async () => {
    provider.denies = 'access_denied';
    const page = await signInBy(eve, site, 'work', { wish: 'sign_in', next: '/console/security' });
    expect(page).toBe('/sign-in?next=%2Fconsole%2Fsecurity&refused=provider_denied');
    const { text } = await visit(eve, site + page);
    expect(text).toContain('broken off at the provider');
    expect(text).not.toContain('words of the provider');
    expect(JSON.stringify(control.lines)).not.toContain('words of');
    expect((await visit(eve, `${site}/sign-in?refused=<b>x</b>`)).text).not.toContain('<b>x');
    await nobodyCame();
  });
});

describe('a provider', () => {
  test('that cannot be reached is said to fail, and logged by its place', async () => {
    const page = await visit(eve, `${site}/sign-in/with/away`, { wish: 'sign_in' });
    expect(page.status).toBe(502);
    expect(page.text).toContain('Try again in a few minutes');
    expect(control.lines.filter(({ event }) => event === 'provider_failed').at(-1)).toMatchObject({
      provider: 1,
      code: 'provider_unreachable',
    });
  });

  test('that calls itself otherwise than it was declared is not believed', async () => {
    expect((await visit(eve, `${site}/sign-in/with/false-issuer`, { wish: 'sign_in' })).status).toBe(502);
  });

  test('that does not stop talking is not listened to', async () => {
    const { person } = provider;
    provider.person = { sub: 'eve' };
    provider.aside = { email: 'eve@example.org', email_verified: true, more: 'x'.repeat(600_000) };
    const page = await signInBy(eve, site, 'work');
    provider.person = person;
    provider.aside = {};
    expect(refusedIn(page)).toBe('provider_failed');
    await nobodyCame();
  });

  test('is asked nothing before somebody wants it, and nothing but its own addresses', () => {
    const known = ['/.well-known/openid-configuration', '/jwks', '/authorize', '/token', '/userinfo'];
    expect(provider.asked.filter((path) => !known.includes(path))).toEqual([]);
  });

  test('is not begun from elsewhere, nor by a link', async () => {
    const headers = { origin: 'https://evil.example' };
    const sent = await fetch(`${site}/sign-in/with/work`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ wish: 'sign_in' }),
      redirect: 'manual',
    });
    expect(sent.status).toBeGreaterThanOrEqual(400);
    expect(sent.headers.getSetCookie()).toEqual([]);
    const page = await visit(eve, `${site}/sign-in/with/work`);
    expect(page.text).toContain('href="/sign-in"');
    expect([...eve.cookies]).toEqual([]);
  });
});

test('who fails often waits, however they come back', async () => {
  const back = await answered(await begin(eve, site, 'work'));
  for (let tries = 0; tries < 120; tries++) {
    const { location } = await visit(eve, back);
    if (refusedIn(location ?? '') === 'too_many_tries') return;
    eve.cookies.delete('kept_provider');
    eve.cookies.delete('kept_session');
  }
  expect.unreachable('nobody was made to wait');
});
