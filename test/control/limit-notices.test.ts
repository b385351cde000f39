/** People hear that credit or a budget is used up: once for each window, whatever is refused and restarted meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let mails: MailServer;
let control: TestControl;

beforeAll(async () => {
  [postgres, mails] = await Promise.all([startPostgres(), startMailServer()]);
  control = await startTestControl(postgres, { mail: { smtpUrl: mails.url, from: null } });
});
afterAll(async () => {
  await control?.end();
  await Promise.all([postgres?.stop(), mails?.stop()]);
});

const written = async () =>
  (
    await control.sql<{ n: number }>("select count(*)::int as n from mail where template = 'limit_reached'")
  )[0]?.n;

test('credit that is used up: one mail a day, also over a restart, and none while requests are answered', async () => {
  const { account, email } = await control.customer({ credit: '1.00' });
  const gateway = await control.gateway();
  const balance = { kind: 'balance', of: account } as const;
  expect((await gateway.want(balance, 1_000_000)).units).toBe(1_000_000);
  expect(await written()).toBe(0);
  for (let i = 0; i < 20; i++) expect((await gateway.want(balance, 1)).units).toBe(0);
  const mail = await mails.next(email);
  expect(mail.subject).toBe('Requests are refused: a limit is reached');
  expect(mail.text).toContain('the credit of this account is used up');
  expect(mail.text).toContain(`/console/acct_${account}/credit`);
  gateway.close();
  await control.stop();
  await control.start();
  const again = await control.gateway({ session: gateway.session });
  for (let i = 0; i < 5; i++) await again.want(balance, 2_000_000);
  // A mail of something else: what was written before it would be there.
  await control.admin('POST', `/accounts/${email}/setup-link`);
  expect(await written()).toBe(1);
  again.close();
});

test('a budget names its key, what it is and until when; limits of a minute are not worth a mail', async () => {
  const { account, key, email } = await control.customer({
    limits: { rpm: 1 },
    keyLimits: { budget_day: '0.0001' },
  });
  const gateway = await control.gateway();
  expect((await gateway.want({ kind: 'requests', of: account }, 5)).units).toBe(0);
  expect((await gateway.want({ kind: 'day', of: key }, 500)).units).toBe(0);
  const mail = await mails.next(email);
  expect(mail.text).toContain('the budget of the day of the key “test” is used up');
  expect(mail.text).toMatch(/from \d{4}-\d\d-\d\d 00:00 UTC on/);
  expect(await written()).toBe(2);
  gateway.close();
});

test('a budget in tokens is one as well', async () => {
  const { account, email } = await control.customer({ limits: { budget_month_tokens: 100 } });
  const before = (await written()) ?? 0;
  const gateway = await control.gateway();
  expect((await gateway.want({ kind: 'month_tokens', of: account }, 500)).units).toBe(0);
  const mail = await mails.next(email);
  expect(mail.text).toContain('the budget of tokens of the month of this account is used up');
  expect(await written()).toBe(before + 1);
  gateway.close();
});

test('owners and who looks after the money hear of it, and nobody else', async () => {
  const { account } = await control.customer({ credit: '0' });
  for (const [address, role] of [
    ['billing@example.org', 'billing'],
    ['viewer@example.org', 'viewer'],
  ]) {
    const made = (await control.admin('POST', '/accounts', { email: address, name: 'A member' })).body.id;
    await control.sql(
      `insert into membership (person_id, account_id, role)
        select person_id, $2, '${role}' from membership where account_id = $1`,
      [made.slice(5), account],
    );
  }
  const gateway = await control.gateway();
  await gateway.want({ kind: 'balance', of: account }, 1);
  await mails.next('billing@example.org');
  await expect.poll(written).toBe(5);
  expect(mails.mails.some(({ to }) => JSON.stringify(to).includes('viewer@'))).toBe(false);
  gateway.close();
});
