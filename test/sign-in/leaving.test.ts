/** Somebody who leaves: keys rest in the grace, signing in shows two things only, and the erasure leaves nothing. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataMap } from '../../src/control/data-map.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Authenticator } from './authenticator.ts';
import { Browser, form, GOOD_PASSWORD } from './browser.ts';
import { somebody } from './person.ts';

let postgres: TestPostgres;
let control: TestControl;
const browser = () => new Browser(control.settings.siteUrl);

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
});
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

test('in the 30 days keys rest, and signing in shows only that; cancelled, all is as before', async () => {
  const ada = await somebody(control, 'grace@example.org');
  const path = '/accounts/grace@example.org';
  await control.admin('POST', `${path}/keys`, { name: 'one' });
  const link = await control.gateway();
  const account = await link.until('account', () => true);
  expect(account.active).toBe(true);
  expect((await control.admin('POST', `${path}/erase`, { when: 'after grace' })).status).toBeLessThan(300);
  await link.until('account', ({ id, active }) => id === account.id && !active);

  const again = browser();
  expect((await again.post('/sign-in', { email: 'grace@example.org', password: GOOD_PASSWORD })).status).toBe(
    200,
  );
  const { deletion } = await again.me();
  expect(Date.parse(deletion.due_at)).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  for (const post of ['/password', '/second-factor/begin', '/passkeys/begin', '/ask-for-address']) {
    const body = post === '/password' ? { password: 'another long sentence 7' } : {};
    expect((await again.post(post, body)).body.error.code, post).toBe('deletion_scheduled');
  }
  expect((await again.get('/sessions')).status).toBe(200);
  // A control that starts anew knows it too.
  await control.stop();
  await control.start();
  const second = await control.gateway();
  expect((await second.until('account', ({ id }) => id === account.id)).active).toBe(false);

  await control.admin('POST', `${path}/erase`, { when: 'never' });
  await second.until('account', ({ id, active }) => id === account.id && active);
  expect((await ada.me()).deletion).toBeNull();
  for (const each of [link, second]) each.socket.destroy();
});

test('the export holds what stands about somebody, and the erasure takes all of it', async () => {
  const email = 'leaving@example.org';
  const ada = await somebody(control, email);
  const { secret } = (await ada.post('/second-factor/begin')).body;
  const authenticator = new Authenticator(control.settings.siteUrl);
  const begun = (await ada.post('/passkeys/begin')).body;
  const response = authenticator.make(begun.options);
  await ada.post('/passkeys', { ticket: begun.ticket, name: 'A canary passkey', response });
  await ada.post('/ask-for-reset', { email });
  const [{ person } = { person: '' }] = await control.sql<{ person: string }>(
    'select person_id as person from passkey',
  );
  const ours = dataMap.filter(({ columns }) => columns.person !== undefined).map(({ name }) => name);
  const left = async () => {
    const counts: Record<string, number> = {};
    for (const table of ours) {
      const [{ n } = { n: 0 }] = await control.sql<{ n: number }>(
        `select count(*)::int as n from ${table} where person_id = $1`,
        [person],
      );
      if (n > 0) counts[table] = n;
    }
    return counts;
  };
  const before = await left();
  for (const table of [
    'agreement',
    'sign_in_method',
    'session',
    'verification',
    'passkey',
    'two_factor',
    'mail',
  ]) {
    expect(before[table], table).toBeGreaterThan(0);
  }

  const archive = (await download(control.settings.adminSocket, `/accounts/${email}/export`)).toString(
    'latin1',
  );
  for (const name of ['agreement', 'session', 'passkey', 'two_factor', 'mail', 'sign_in_method']) {
    expect(archive, name).toContain(`${name}.`);
  }
  expect(archive).not.toContain(secret);

  const erased = await control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
  expect(erased).toMatchObject({ status: 200, body: { state: 'done' } });
  expect(await left()).toEqual({});
  expect((await ada.me()).signed_in).toBe(false);
  expect((await browser().post('/sign-in', { email, password: GOOD_PASSWORD })).status).toBe(401);
  const asked = (await browser().post('/passkeys/sign-in/begin')).body;
  const used = { ticket: asked.ticket, response: authenticator.use(asked.options) };
  expect((await browser().post('/passkeys/sign-in', used)).status).toBe(401);

  // And may come back, as somebody new.
  expect((await browser().post('/sign-up', form(email))).status).toBe(202);
  const back = browser();
  await back.post('/sign-in', { email, password: GOOD_PASSWORD });
  expect(await back.me()).toMatchObject({ signed_in: true, ways: { passkeys: 0, second_factor: false } });
});

test('a sign-up that nobody confirms is erased after a week, and leaves no hash of the address', async () => {
  for (const email of ['old@example.org', 'young@example.org']) await browser().post('/sign-up', form(email));
  const names = async () => (await control.sql('select 1 from person')).length;
  const before = await names();
  await control.sql(
    "update person set created_at = now() - interval '8 days' where id = (select person_id from mail order by created_at desc offset 1 limit 1)",
  );
  await control.stop();
  await control.start();
  await expect.poll(names, { timeout: 20_000 }).toBe(before - 1);
  const again = await control.admin('POST', '/accounts', { email: 'old@example.org', name: 'Old' });
  expect(again.status).toBe(201);
  expect((await control.admin('POST', '/accounts', { email: 'young@example.org', name: 'Y' })).status).toBe(
    409,
  );
});

function download(socketPath: string, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve(Buffer.concat(parts)));
    })
      .on('error', reject)
      .end();
  });
}
