/** Codes, recovery codes and passkeys: replayed, foreign and forged ones do not let anybody in. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Authenticator } from './authenticator.ts';
import { Browser, GOOD_PASSWORD } from './browser.ts';
import { somebody } from './person.ts';

let postgres: TestPostgres;
let control: TestControl;
const browser = () => new Browser(control.settings.siteUrl);
const passes = (ms: number) => vi.setSystemTime(Date.now() + ms);
const STEP_MS = 30_000;
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

const code = (secret: string, steps = 0) => codeAt(secret, stepAt(Date.now()) + steps);

/** Somebody with a second factor. */
async function guarded(email: string) {
  const person = await somebody(control, email);
  const { secret } = (await person.post('/second-factor/begin')).body;
  const { body } = await person.post('/second-factor/confirm', { code: code(secret) });
  return { person, secret, recovery: body.recovery_codes as string[] };
}

/** Somebody's browser after the password. */
async function half(email: string): Promise<Browser> {
  const entering = browser();
  await entering.post('/sign-in', { email, password: GOOD_PASSWORD });
  return entering;
}

test('codes are those of RFC 6238', () => {
  // The test vectors' secret in base32, last six digits of their eight.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const at = (seconds: number) => codeAt(secret, stepAt(seconds * 1000));
  expect([59, 1111111109, 1234567890, 20000000000].map(at)).toEqual(['287082', '081804', '005924', '353130']);
});

test('with a second factor a password alone opens nothing', async () => {
  const { secret } = await guarded('half@example.org');
  const entering = await half('half@example.org');
  expect((await entering.me()).steps).toEqual(['second_factor']);
  const before = entering.cookie;
  for (const [path, body] of [
    ['/password', { password: 'another long sentence 7' }],
    ['/second-factor/end', {}],
    ['/passkeys/begin', {}],
    ['/confirm-it-is-you', { password: GOOD_PASSWORD }],
    ['/sessions/end-others', {}],
  ] as const) {
    expect((await entering.post(path, body)).body.error.code, path).toBe('second_factor_due');
  }
  expect((await entering.get('/sessions')).status).toBe(403);
  passes(STEP_MS);
  expect((await entering.post('/second-factor', { code: code(secret) })).status).toBe(200);
  expect(await entering.me()).toMatchObject({ steps: [], fresh: true, ways: { second_factor: true } });
  // The cookie of the first half is worth nothing.
  expect(entering.cookie).not.toBe(before);
  const thief = browser();
  thief.cookies.set('kept_session', before.split('=')[1] as string);
  expect((await thief.me()).signed_in).toBe(false);
});

test('a code works once, and only around its time', async () => {
  const { secret } = await guarded('replay@example.org');
  // The one that turned it on was used.
  expect(
    (await (await half('replay@example.org')).post('/second-factor', { code: code(secret) })).status,
  ).toBe(401);
  passes(STEP_MS);
  const [first, second] = [await half('replay@example.org'), await half('replay@example.org')];
  const now = { code: code(secret) };
  const both = await Promise.all([first.post('/second-factor', now), second.post('/second-factor', now)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  passes(10 * STEP_MS);
  const late = await half('replay@example.org');
  for (const steps of [-9, -2, 2, 20]) {
    expect((await late.post('/second-factor', { code: code(secret, steps) })).status, `${steps}`).toBe(401);
  }
  expect((await late.post('/second-factor', { code: code(secret, 1) })).status).toBe(200);
  // An earlier one than the last that was taken is over, though its time is not.
  expect(
    (await (await half('replay@example.org')).post('/second-factor', { code: code(secret) })).status,
  ).toBe(401);
});

test('guessing codes pauses the account, and comes back', async () => {
  const { secret } = await guarded('guess@example.org');
  passes(STEP_MS);
  const guessing = await half('guess@example.org');
  await Promise.all(Array.from({ length: 10 }, () => guessing.post('/second-factor', { code: '000000' })));
  expect((await guessing.post('/second-factor', { code: code(secret) })).status).toBe(429);
  passes(MINUTE_MS + 1000);
  expect((await guessing.post('/second-factor', { code: code(secret) })).status).toBe(200);
});

test('each recovery code works once, of its own person, and is told by mail', async () => {
  const { recovery } = await guarded('lost@example.org');
  const { recovery: foreign } = await guarded('other@example.org');
  expect(new Set(recovery).size).toBe(10);
  const entering = await half('lost@example.org');
  expect((await entering.post('/second-factor', { code: foreign[0] })).status).toBe(401);
  expect((await entering.post('/second-factor', { code: recovery[0]?.toUpperCase() })).status).toBe(200);
  const again = await half('lost@example.org');
  expect((await again.post('/second-factor', { code: recovery[0] })).status).toBe(401);
  expect((await again.post('/second-factor', { code: recovery[1] })).status).toBe(200);
  const renewed = (await again.post('/second-factor/recovery-codes')).body.recovery_codes as string[];
  const third = await half('lost@example.org');
  expect((await third.post('/second-factor', { code: recovery[2] })).status).toBe(401);
  expect((await third.post('/second-factor', { code: renewed[2] })).status).toBe(200);
  expect(await control.sql("select 1 from mail where template = 'recovery_used'")).toHaveLength(3);
});

test('a passkey signs in without a password, as both factors', async () => {
  const { person } = await guarded('key@example.org');
  const authenticator = new Authenticator(control.settings.siteUrl);
  const begun = (await person.post('/passkeys/begin')).body;
  expect(begun.options.rp.id).toBe('localhost');
  const made = { ticket: begun.ticket, name: 'Laptop', response: authenticator.make(begun.options) };
  expect((await person.post('/passkeys', made)).status).toBe(201);
  expect((await person.post('/passkeys', made)).status).toBe(410);
  expect((await person.get('/passkeys')).body.passkeys).toMatchObject([
    { name: 'Laptop', last_used_on: null },
  ]);

  const entering = browser();
  const asked = (await entering.post('/passkeys/sign-in/begin')).body;
  const used = { ticket: asked.ticket, response: authenticator.use(asked.options) };
  expect((await entering.post('/passkeys/sign-in', used)).status).toBe(200);
  expect(await entering.me()).toMatchObject({ email: 'key@example.org', steps: [], ways: { passkeys: 1 } });
  expect((await browser().post('/passkeys/sign-in', used)).status).toBe(401);
});

test.each([
  ['another site’s', (a: Authenticator) => Object.assign(a, { origin: 'https://evil.example' })],
  ['another relying party’s', (a: Authenticator) => Object.assign(a, { rpId: 'evil.example' })],
  ['one that did not check who holds it', (a: Authenticator) => Object.assign(a, { verifiesUser: false })],
  [
    'a copy that counts from the start',
    (a: Authenticator) => Object.assign(a.passkeys[0] as object, { counter: -1 }),
  ],
])('a passkey’s answer is refused: %s', async (_, spoil) => {
  const email = `spoilt${Math.random()}@example.org`;
  const person = await somebody(control, email);
  const authenticator = new Authenticator(control.settings.siteUrl);
  const begun = (await person.post('/passkeys/begin')).body;
  const response = authenticator.make(begun.options);
  await person.post('/passkeys', { ticket: begun.ticket, name: 'Key', response });
  const signIn = async () => {
    const asked = (await browser().post('/passkeys/sign-in/begin')).body;
    const used = { ticket: asked.ticket, response: authenticator.use(asked.options) };
    return (await browser().post('/passkeys/sign-in', used)).status;
  };
  expect(await signIn()).toBe(200);
  spoil(authenticator);
  expect(await signIn()).toBe(401);
});

test('a passkey of one person is nobody else’s, and the last way in stays', async () => {
  await control.admin('POST', '/accounts', { email: 'only@example.org', name: 'Only' });
  const link = await control.admin('POST', '/accounts/only@example.org/setup-link');
  const only = browser();
  await only.post('/set-up', { token: new URL(link.body.url).searchParams.get('token') });
  expect((await only.me()).steps).toEqual(['way_in', 'agreement', 'age', 'address']);
  const authenticator = new Authenticator(control.settings.siteUrl);
  const begun = (await only.post('/passkeys/begin')).body;
  const other = await somebody(control, 'thief@example.org');
  const made = { ticket: begun.ticket, name: 'Mine', response: authenticator.make(begun.options) };
  expect((await other.post('/passkeys', made)).status).toBe(410);
  const anew = (await only.post('/passkeys/begin')).body;
  const response = authenticator.make(anew.options);
  const { body } = await only.post('/passkeys', { ticket: anew.ticket, name: 'Mine', response });
  expect((await other.post(`/passkeys/${body.id}/remove`)).status).toBe(404);
  expect(await only.post(`/passkeys/${body.id}/remove`)).toMatchObject({
    status: 409,
    body: { error: { code: 'last_way_in' } },
  });
  // Somebody else's user handle on one's own passkey.
  const asked = (await browser().post('/passkeys/sign-in/begin')).body;
  const used = authenticator.use(asked.options);
  const thief = await other.post('/passkeys/begin');
  const forged = { ...used, response: { ...used.response, userHandle: thief.body.options.user.id } };
  expect((await browser().post('/passkeys/sign-in', { ticket: asked.ticket, response: forged })).status).toBe(
    401,
  );
});
