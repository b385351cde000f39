/** Signing in with a password: locked and back, forged and stolen cookies, other sites' requests, sign-ins that end. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Browser, form, GOOD_PASSWORD } from './browser.ts';
import { somebody } from './person.ts';

let postgres: TestPostgres;
let control: TestControl;
const browser = () => new Browser(control.settings.siteUrl);
const passes = (ms: number) => vi.setSystemTime(Date.now() + ms);
const MINUTE_MS = 60_000;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true });
  postgres = await startPostgres();
  control = await startTestControl(postgres);
});
afterAll(async () => {
  vi.useRealTimers();
  await control?.end();
  await postgres?.stop();
});

test('wrong passwords lock the address, whether somebody has it or not, and it comes back', async () => {
  await somebody(control, 'lock@example.org');
  // All at once: none slips through between counting and checking.
  const outcomes = async (email: string) => {
    const tries = Array.from({ length: 12 }, (_, at) =>
      browser().post('/sign-in', { email, password: `wrong ${at}` }),
    );
    return (await Promise.all(tries)).map(({ status, body }) => `${status} ${body.error.code}`).sort();
  };
  const [known, unknown] = await Promise.all([outcomes('lock@example.org'), outcomes('nobody@example.org')]);
  expect(known).toEqual(unknown);
  expect(known).toEqual([
    ...Array<string>(10).fill('401 wrong_credentials'),
    ...Array<string>(2).fill('429 too_many_tries'),
  ]);
  const right = { email: 'lock@example.org', password: GOOD_PASSWORD };
  expect((await browser().post('/sign-in', right)).status).toBe(429);
  passes(MINUTE_MS + 1000);
  expect((await browser().post('/sign-in', right)).status).toBe(200);
});

test('a session’s cookie is HttpOnly, Lax, and new at each sign-in; the earlier one ends', async () => {
  const ada = await somebody(control, 'fixed@example.org');
  const before = ada.cookie;
  const planted = browser();
  planted.cookies.set('kept_session', before.split('=')[1] as string);
  await planted.post('/sign-in', { email: 'fixed@example.org', password: GOOD_PASSWORD });
  expect(planted.setCookies[0]).toMatch(/^kept_session=.+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(planted.cookie).not.toBe(before);
  expect((await planted.me()).signed_in).toBe(true);
  expect((await ada.me()).signed_in).toBe(false);
});

test.each([
  ['another signature', (value: string) => `${value.slice(0, -6)}AAAA%3D`],
  ['no signature', (value: string) => value.split('.')[0] as string],
  ['the hash that the database holds', () => `${'ab'.repeat(32)}.c2lnbmF0dXJl`],
  ['an empty value', () => ''],
  ['a long value', () => 'x'.repeat(8000)],
])('a cookie with %s signs nobody in', async (_, forge) => {
  const ada = await somebody(control, `forge${Math.random()}@example.org`);
  const value = ada.cookies.get('kept_session') as string;
  ada.cookies.set('kept_session', forge(value));
  expect((await ada.me()).signed_in).toBe(false);
  expect((await ada.post('/password', { password: `${GOOD_PASSWORD} 2` })).status).toBe(401);
});

describe('requests from elsewhere change nothing', () => {
  const form = 'application/x-www-form-urlencoded';
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://localhost:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a cross-site fetch without origin', { origin: '', 'sec-fetch-site': 'cross-site' }],
    ['a sibling’s subdomain', { 'sec-fetch-site': 'same-site' }],
    ['a form without an origin', { origin: '', 'content-type': form }],
  ] as [string, Record<string, string>][])('%s', async (_, headers) => {
    const ada = await somebody(control, `csrf${Math.random()}@example.org`);
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    if (headers.origin === '') {
      // `fetch` of the test would add ours.
      const answer = await fetch(`${control.settings.siteUrl}/api/auth/sign-out`, {
        method: 'POST',
        headers: { cookie: ada.cookie, 'content-type': 'application/json', ...sent },
        body: '{}',
      });
      expect(answer.status).toBe(403);
    } else {
      expect(await ada.post('/sign-out', {}, sent)).toMatchObject({
        status: 403,
        body: { error: { code: 'origin_not_allowed' } },
      });
    }
    expect((await ada.me()).signed_in).toBe(true);
  });

  test('127.0.0.1 is ours too, where the public address is localhost', async () => {
    const ada = await somebody(control, 'loopback@example.org');
    const origin = `http://127.0.0.1:${control.settings.sitePort}`;
    expect((await ada.post('/sign-out', {}, { origin })).status).toBe(200);
    expect((await ada.me()).signed_in).toBe(false);
  });
});

test('sign-ins are listed by device and day, and end one by one or all at once', async () => {
  const laptop = await somebody(control, 'many@example.org');
  const phone = browser();
  phone.agent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1';
  await phone.post('/sign-in', { email: 'many@example.org', password: GOOD_PASSWORD });
  const { sessions } = (await laptop.get('/sessions')).body;
  const today = new Date().toISOString().slice(0, 10);
  expect(sessions).toMatchObject([
    { current: false, browser: 'Safari', system: 'iOS', network: '127.0.0.0', signed_in_on: today },
    { current: true, browser: 'Firefox', system: 'Linux', way: 'setup_link' },
  ]);
  const stranger = await somebody(control, 'stranger@example.org');
  const path = `/sessions/${sessions[0].id}/end`;
  expect((await stranger.post(path)).status).toBe(404);
  expect((await phone.me()).signed_in).toBe(true);
  expect((await laptop.post(path)).status).toBe(200);
  expect((await phone.me()).signed_in).toBe(false);
  // A device that was not seen before is told by mail.
  const [{ count } = { count: '' }] = await control.sql<{ count: string }>(
    "select count(*) from mail where template = 'new_sign_in' and person_id = (select person_id from session where replace(id::text, '-', '') = $1)",
    [sessions[0].id],
  );
  expect(count).toBe('1');
});

test('a sign-in that is not used for a week has ended; one that is used ends after a month all the same', async () => {
  const idle = await somebody(control, 'idle@example.org');
  const busy = await somebody(control, 'busy@example.org');
  let days = 0;
  for (; days < 40 && (await busy.me()).signed_in; days += 3) passes(3 * 24 * 60 * MINUTE_MS);
  expect((await idle.me()).signed_in).toBe(false);
  expect(days).toBeGreaterThan(27);
  expect(days).toBeLessThan(34);
});

test('what is dangerous asks again after ten minutes, and a new password ends all other sign-ins', async () => {
  const ada = await somebody(control, 'fresh@example.org');
  const other = browser();
  await other.post('/sign-in', { email: 'fresh@example.org', password: GOOD_PASSWORD });
  passes(11 * MINUTE_MS);
  expect((await ada.me()).fresh).toBe(false);
  const change = { password: 'giraffe lampe tisch 93' };
  expect(await ada.post('/password', change)).toMatchObject({
    status: 403,
    body: { error: { code: 'not_fresh' } },
  });
  expect((await ada.post('/confirm-it-is-you', { password: 'wrong' })).status).toBe(401);
  expect((await ada.post('/confirm-it-is-you', { code: '000000' })).status).toBe(401);
  expect((await ada.post('/confirm-it-is-you', { password: GOOD_PASSWORD })).status).toBe(200);
  expect((await ada.post('/password', change)).status).toBe(200);
  expect((await other.me()).signed_in).toBe(false);
  expect((await ada.me()).signed_in).toBe(true);
});

test('who was added by the operator is asked for everything before anything else', async () => {
  await control.admin('POST', '/accounts', { email: 'added@example.org', name: 'Added' });
  const link = async () => {
    const made = await control.admin('POST', '/accounts/added@example.org/setup-link');
    return new URL(made.body.url).searchParams.get('token');
  };
  const [old, token] = [await link(), await link()];
  const added = browser();
  expect((await added.post('/set-up', { token: old })).status).toBe(410);
  expect((await added.post('/set-up', { token, password: 'short' })).body.error.code).toBe('weak_password');
  expect((await added.post('/set-up', { token, password: GOOD_PASSWORD })).status).toBe(200);
  expect((await added.me()).steps).toEqual(['agreement', 'age', 'address']);
  expect(await added.post('/second-factor/begin')).toMatchObject({
    status: 403,
    body: { error: { code: 'steps_due', steps: ['agreement', 'age', 'address'] } },
  });
  await added.post('/agree', { policy: '1', terms: '1', adult: true });
  expect((await added.post('/agree', { policy: '0', terms: '1', adult: true })).status).toBe(409);
  expect((await added.me()).steps).toEqual(['address']);
  // Without a mail server the operator reads the link to them.
  expect((await added.post('/ask-for-address')).status).toBe(202);
  const { mails } = (await control.admin('GET', '/mails')).body;
  expect(mails[0]).toMatchObject({ template: 'confirm_address', state: 'undeliverable' });
  const mail = (await control.admin('GET', `/mails/${mails[0].id}`)).body;
  expect(mail.to).toBe('added@example.org');
  const [, confirm] = /token=([\w-]{43})/.exec(mail.text) ?? [];
  expect((await added.post('/confirm-address', { token: confirm })).status).toBe(200);
  expect((await added.me()).steps).toEqual([]);
});

test('staff sign-ins stand in the record', async () => {
  const entries = () => control.sql<{ n: number }>('select count(*)::int as n from record_entry');
  const [before] = await entries();
  await somebody(control, 'staff@example.org', 'support');
  const plain = await entries();
  await browser().post('/sign-in', { email: 'staff@example.org', password: GOOD_PASSWORD });
  const [after] = await entries();
  expect((after?.n ?? 0) - (plain[0]?.n ?? 0)).toBe(1);
  await somebody(control, 'nostaff@example.org');
  const [{ n: one } = { n: 0 }] = await entries();
  await browser().post('/sign-in', { email: 'nostaff@example.org', password: GOOD_PASSWORD });
  expect((await entries())[0]?.n).toBe(one);
  expect(before).toBeDefined();
});

describe('sign_up', () => {
  test('closed, invite and domains keep out whom they should, and nobody else', async () => {
    await control.stop();
    const how = (signUp: object) => Object.assign(control.settings, { signUp });
    how({ mode: 'closed', domains: [] });
    await control.start();
    expect((await browser().post('/sign-up', form('a@example.org'))).body.error.code).toBe('sign_up_closed');
    await control.stop();
    how({ mode: 'domains', domains: ['example.edu'] });
    await control.start();
    expect((await browser().post('/sign-up', form('a@example.org'))).body.error.code).toBe(
      'domain_not_allowed',
    );
    expect((await browser().post('/sign-up', form('a@not-example.edu'))).status).toBe(403);
    expect((await browser().post('/sign-up', form('a@example.edu'))).status).toBe(202);
    await control.stop();
    how({ mode: 'invite', domains: [] });
    await control.start();
    expect((await browser().post('/sign-up', form('b@example.org'))).body.error.code).toBe(
      'invitation_not_valid',
    );
    const made = await control.admin('POST', '/invitations', { uses: 2, days: 1 });
    const invitation = new URL(made.body.url).searchParams.get('invitation');
    // A known address uses one up like a new one.
    for (const email of ['a@example.edu', 'b@example.org'])
      expect((await browser().post('/sign-up', form(email, { invitation }))).status).toBe(202);
    expect((await browser().post('/sign-up', form('c@example.org', { invitation }))).status).toBe(403);
    const late = await control.admin('POST', '/invitations', { uses: 1, days: 1 });
    passes(25 * 60 * MINUTE_MS);
    const ended = new URL(late.body.url).searchParams.get('invitation');
    expect((await browser().post('/sign-up', form('c@example.org', { invitation: ended }))).status).toBe(403);
  });
});

test('behind https everything follows from the public address, whatever the request says', async () => {
  const siteUrl = 'https://kept.example';
  const own = await startTestControl(postgres, { siteUrl });
  try {
    const email = 'public@example.org';
    await own.admin('POST', '/accounts', { email, name: 'Public' });
    const { url } = (await own.admin('POST', `/accounts/${email}/setup-link`)).body;
    expect(url).toMatch(/^https:\/\/kept\.example\/set-up\?token=/);
    const post = (path: string, origin: string, cookie = '') =>
      fetch(`http://127.0.0.1:${own.settings.sitePort}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, cookie, 'x-forwarded-host': 'evil.example' },
        body: JSON.stringify(path === '/set-up' ? { token: new URL(url).searchParams.get('token') } : {}),
      });
    for (const origin of ['http://kept.example', `http://127.0.0.1:${own.settings.sitePort}`]) {
      expect((await post('/set-up', origin)).status).toBe(403);
    }
    const [line = ''] = (await post('/set-up', siteUrl)).headers.getSetCookie();
    expect(line).toMatch(
      /^__Host-kept_session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    const begun = await post('/passkeys/begin', siteUrl, line.split(';')[0]);
    expect(await begun.json()).toMatchObject({ options: { rp: { id: 'kept.example' } } });
  } finally {
    await own.end();
  }
});
