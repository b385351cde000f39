/** The last mail to somebody whose account is deleted: once, within the hour before, over kills; afterwards none. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callAdmin, freePort, runSql, startTestControl, testSettings } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startMailServer } from './mail-server.ts';

const EMAIL = 'leaving@example.org';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

type Admin = (method: string, path: string, body?: unknown) => Promise<{ status: number }>;

async function askToLeave(admin: Admin): Promise<void> {
  expect((await admin('POST', '/accounts', { email: EMAIL, name: 'Ada' })).status).toBe(201);
  const asked = await admin('POST', `/accounts/${EMAIL}/erase`, { when: 'after grace' });
  expect(asked.status).toBe(200);
}
const due = (when: string) => `update erasure set due_at = now() + interval '${when}'`;
const LAST = "select state, attempts from mail where template = 'deletion_due'";

test('the last mail comes once, and says until when it can be taken back; then the account goes', async () => {
  const mails = await startMailServer();
  const control = await startTestControl(postgres, { mail: { smtpUrl: mails.url, from: null } });
  try {
    await askToLeave(control.admin);
    expect((await mails.next(EMAIL)).subject).toBe('Your account is going to be deleted');
    const again = async () => {
      await control.stop();
      await control.start();
    };
    await control.sql(due('30 minutes'));
    await again();
    const last = await mails.next(EMAIL);
    const [{ at } = { at: '' }] = await control.sql<{ at: string }>(
      `select to_char(due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from erasure`,
    );
    expect(last.subject).toBe('Your account is deleted within the hour');
    expect(last.text).toContain(`at ${at} (UTC), in less than an hour`);
    expect(last.text).toContain(`${control.settings.siteUrl}/console/leaving`);
    await expect.poll(() => control.sql(LAST)).toEqual([{ state: 'sent', attempts: 1 }]);
    for (let starts = 0; starts < 2; starts++) await again();
    expect(await control.sql(LAST)).toHaveLength(1);

    await control.sql(due('-1 second'));
    await again();
    await expect.poll(() => control.sql('select 1 from person'), { timeout: 20_000 }).toEqual([]);
    expect(await control.sql('select state from erasure where told_at is not null')).toEqual([
      { state: 'done' },
    ]);
    expect(mails.mails).toEqual([]);
  } finally {
    await control.end();
    await mails.stop();
  }
});

test('killed before the mail server has it, it is sent after the next start, and not twice', async () => {
  const port = await freePort();
  const databaseUrl = await postgres.database();
  const settings = await testSettings(databaseUrl, {
    mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: null },
  });
  const control = new ControlProcess(settings);
  const last = () => runSql(databaseUrl, LAST);
  await control.start();
  await askToLeave((method, path, body) => callAdmin(settings.adminSocket, method, path, body));
  await control.end('SIGKILL');
  await runSql(databaseUrl, due('30 minutes'));
  await control.start();
  await expect.poll(async () => (await last()).length, { timeout: 20_000 }).toBe(1);
  await control.end('SIGKILL');
  const mails = await startMailServer(port);
  try {
    await runSql(databaseUrl, "update mail set next_at = now() - interval '1 second'");
    await control.start();
    const subjects = [(await mails.next(EMAIL)).subject, (await mails.next(EMAIL)).subject];
    expect(subjects).toContain('Your account is deleted within the hour');
    await expect.poll(last).toMatchObject([{ state: 'sent' }]);
    await control.end('SIGKILL');
    await control.start();
    expect(await last()).toHaveLength(1);
    expect(mails.mails).toEqual([]);
  } finally {
    await control.end();
    await mails.stop();
  }
});

test('with the mail server away the deletion begins at its time', async () => {
  const smtpUrl = `smtp://127.0.0.1:${await freePort()}`;
  const control = await startTestControl(postgres, { mail: { smtpUrl, from: null } });
  try {
    await askToLeave(control.admin);
    for (const when of ['30 minutes', '-1 second']) {
      await control.sql(due(when));
      await control.stop();
      await control.start();
      const told = () => control.sql('select 1 from erasure where told_at is not null');
      await expect.poll(told, { timeout: 20_000 }).toHaveLength(1);
    }
    await expect.poll(() => control.sql('select 1 from person'), { timeout: 20_000 }).toEqual([]);
    expect(await control.sql(LAST)).toEqual([]);
  } finally {
    await control.end();
  }
});
