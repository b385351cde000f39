/** Signing up: what is asked, what is refused, what a stranger can tell, and what stands in the database afterwards. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Browser, form, GOOD_PASSWORD } from './browser.ts';
import { type MailServer, startMailServer, tokenIn } from './mail-server.ts';

let postgres: TestPostgres;
let mails: MailServer;
let control: TestControl;
const browser = () => new Browser(control.settings.siteUrl);

beforeAll(async () => {
  [postgres, mails] = await Promise.all([startPostgres(), startMailServer()]);
  control = await startTestControl(postgres, { mail: { smtpUrl: mails.url, from: null } });
});
afterAll(async () => {
  await control?.end();
  await Promise.all([postgres?.stop(), mails?.stop()]);
});

describe('what a sign-up must say', () => {
  test.each([
    ['no age', { adult: false }, 'adult'],
    ['no agreement', { agreed: false }, 'agreed'],
    ['an address that is none', { email: 'ada' }, 'email'],
    ['a name of nothing', { name: '  ' }, 'name'],
    ['a birth date', { birth_date: '1990-01-01' }, 'birth_date'],
    ['a telephone number', { phone: '1' }, 'phone'],
  ])('%s is refused by name', async (_, more, field) => {
    const answer = await browser().post('/sign-up', form('nobody@example.org', more));
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(field);
  });

  test.each(['password123', 'Password123!', 'qwertyuiop', 'short', 'aaaaaaaaaaaaaaaa', 'ada example ada'])(
    'the password “%s” is refused with a sentence that helps',
    async (password) => {
      const answer = await browser().post('/sign-up', form('nobody@example.org', { password }));
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'weak_password' } } });
      expect(answer.body.error.message).toMatch(/[.] .*(use|Use|Choose|Add) /);
    },
  );

  test('an earlier version of the terms is not agreed to', async () => {
    const answer = await browser().post('/sign-up', form('nobody@example.org', { terms: '0' }));
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'versions_changed' } } });
  });

  test('none of these left anything behind', async () => {
    expect(await control.sql('select 1 from person')).toEqual([]);
    expect(await control.sql('select 1 from mail')).toEqual([]);
  });
});

test('a newcomer signs up, confirms the address, and only then their keys work', async () => {
  const ada = browser();
  expect(await ada.post('/sign-up', form(' Ada@Example.org'))).toMatchObject({
    status: 202,
    body: { state: 'mail_sent' },
  });
  expect(ada.cookies.size).toBe(0);
  const mail = await mails.next('ada@example.org');
  expect(mail.subject).toBe('Confirm your e-mail address');
  expect(mail.text).toContain('Ada Example');
  expect(mail.html).toContain('confirm-address?token=');

  expect((await ada.post('/sign-in', { email: 'ADA@example.org', password: GOOD_PASSWORD })).status).toBe(
    200,
  );
  expect(await ada.me()).toMatchObject({ signed_in: true, email: 'ada@example.org', steps: ['address'] });
  const key = await control.admin('POST', '/accounts/ada@example.org/keys', { name: 'early' });
  expect(key.status).toBe(201);
  const link = await control.gateway();
  const [{ id } = { id: '' }] = await control.sql<{ id: string }>(
    "select replace(account_id::text, '-', '') as id from api_key where replace(id::text, '-', '') = $1",
    [key.body.id.slice(4)],
  );
  expect((await link.until('account', (account) => account.id === id)).active).toBe(false);

  expect((await ada.post('/confirm-address', { token: tokenIn(mail) })).status).toBe(200);
  expect((await ada.me()).steps).toEqual([]);
  await link.until('account', (account) => account.id === id && account.active);
  link.socket.destroy();
  const again = await ada.post('/confirm-address', { token: tokenIn(mail) });
  expect(again).toMatchObject({ status: 410, body: { error: { code: 'link_not_valid' } } });

  const agreed = await control.sql(
    'select agreed_to, version, way, at is not null as at from agreement order by agreed_to',
  );
  expect(agreed).toEqual([
    { agreed_to: 'age', version: '18-or-over', way: 'sign_up', at: true },
    { agreed_to: 'policy', version: '1', way: 'sign_up', at: true },
    { agreed_to: 'terms', version: '1', way: 'sign_up', at: true },
  ]);
});

test('a stranger cannot tell a known address from a new one; its owner hears of it', async () => {
  const [known, fresh] = [browser(), browser()];
  const answers = [
    await known.post('/sign-up', form('ada@example.org', { password: 'another long sentence 7' })),
    await fresh.post('/sign-up', form('grace@example.org')),
  ];
  expect(answers[0]).toEqual(answers[1]);
  expect(known.setCookies).toEqual(fresh.setCookies);
  const mail = await mails.next('ada@example.org');
  expect(mail.subject).toBe('You have an account already');
  expect(mail.text).not.toContain('token=');
  const stolen = await known.post('/sign-in', {
    email: 'ada@example.org',
    password: 'another long sentence 7',
  });
  expect(stolen.status).toBe(401);

  const resets = [
    await known.post('/ask-for-reset', { email: 'ada@example.org' }),
    await fresh.post('/ask-for-reset', { email: 'nobody@example.org' }),
  ];
  expect(resets[0]).toEqual(resets[1]);
  const signIns = [
    await known.post('/sign-in', { email: 'ada@example.org', password: 'not the right one 5' }),
    await fresh.post('/sign-in', { email: 'nobody@example.org', password: 'not the right one 5' }),
  ];
  expect(signIns[0]).toEqual(signIns[1]);
  expect(known.setCookies).toEqual(fresh.setCookies);
});

test('two sign-ups with one address at once make one person', async () => {
  const answers = await Promise.all(
    [1, 2, 3].map((at) =>
      browser().post('/sign-up', form('twice@example.org', { password: `${GOOD_PASSWORD} ${at}` })),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  await mails.next('twice@example.org');
  const passwords = await Promise.all(
    [1, 2, 3].map((at) =>
      browser().post('/sign-in', { email: 'twice@example.org', password: `${GOOD_PASSWORD} ${at}` }),
    ),
  );
  expect(passwords.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a stranger’s link confirms nothing for who does not know the password; a reset takes the account back', async () => {
  // Mallory signs up with Bob's address. Bob gets the mail and follows the link.
  await browser().post('/sign-up', form('bob@example.org', { password: 'mallory knows this one 3' }));
  const bob = browser();
  const token = tokenIn(await mails.next('bob@example.org'));
  expect(await bob.post('/confirm-address', { token })).toMatchObject({ status: 401 });
  expect(await bob.post('/confirm-address', { token, password: GOOD_PASSWORD })).toMatchObject({
    status: 401,
  });
  const mallory = browser();
  await mallory.post('/sign-in', { email: 'bob@example.org', password: 'mallory knows this one 3' });
  expect((await mallory.me()).signed_in).toBe(true);

  await bob.post('/ask-for-reset', { email: 'bob@example.org' });
  const reset = { token: tokenIn(await mails.next('bob@example.org')), password: GOOD_PASSWORD };
  expect((await bob.post('/reset-password', reset)).status).toBe(200);
  expect((await mallory.me()).signed_in).toBe(false);
  await bob.post('/sign-in', { email: 'bob@example.org', password: GOOD_PASSWORD });
  // What Mallory agreed to in Bob's name is asked anew.
  expect((await bob.me()).steps).toEqual(['agreement', 'age']);
  expect((await bob.post('/agree', { policy: '1', terms: '1', adult: true })).status).toBe(200);
  expect((await bob.me()).steps).toEqual([]);
});

test('who signs up without a password gets a link that lets them make a way in', async () => {
  const eve = browser();
  await eve.post('/sign-up', form('eve@example.org', { password: undefined }));
  const mail = await mails.next('eve@example.org');
  expect(mail.text).toContain('/set-up?token=');
  expect((await eve.post('/set-up', { token: tokenIn(mail) })).status).toBe(200);
  // The link came by mail, so the address is confirmed; a way in is still missing.
  expect((await eve.me()).steps).toEqual(['way_in']);
  expect((await eve.post('/set-up', { token: tokenIn(mail) })).status).toBe(410);
  expect((await eve.post('/password', { password: GOOD_PASSWORD })).status).toBe(200);
  expect((await eve.me()).steps).toEqual([]);
});

test('the raw database holds none of what was typed', async () => {
  const tables = await control.sql<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'drizzle')",
  );
  const secrets = ['ada@example.org', 'Ada Example', GOOD_PASSWORD, 'argon2id', '127.0.0', 'Gecko'];
  let rows = 0;
  for (const { name } of tables) {
    for (const { text } of await control.sql<{ text: string }>(`select t::text as text from ${name} t`)) {
      rows++;
      for (const secret of secrets) {
        expect(text.toLowerCase(), `${name} holds ${secret}`).not.toContain(secret.toLowerCase());
        expect(text, `${name} holds ${secret}`).not.toContain(Buffer.from(secret).toString('hex'));
      }
    }
  }
  expect(rows).toBeGreaterThan(20);
});
