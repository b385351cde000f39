/** Service mail arrives at least once, whatever dies meanwhile, and what it says is kept no longer than it takes. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  callAdmin,
  freePort,
  runSql,
  startTestControl,
  type TestControl,
  testSettings,
} from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Browser, form, GOOD_PASSWORD } from './browser.ts';
import { type MailServer, startMailServer, tokenIn } from './mail-server.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

interface MailRow {
  readonly state: string;
  readonly maybe_twice: boolean;
  readonly attempts: number;
  readonly held: boolean;
}
const rowsOf = (control: Pick<TestControl, 'sql'>) =>
  control.sql<MailRow>(
    'select state, maybe_twice, attempts, content is not null as held from mail order by created_at',
  );

async function withControl(mails: MailServer, work: (control: TestControl) => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true });
  const control = await startTestControl(postgres, { mail: { smtpUrl: mails.url, from: null } });
  try {
    await work(control);
  } finally {
    vi.useRealTimers();
    await control.end();
    await mails.stop();
  }
}

/** Later, with a control that looks into its outbox at once. */
async function later(control: TestControl, ms: number): Promise<void> {
  await control.stop();
  vi.setSystemTime(Date.now() + ms);
  await control.start();
}

test('a mail that is sent is not kept: only that it was', async () => {
  const mails = await startMailServer();
  await withControl(mails, async (control) => {
    await new Browser(control.settings.siteUrl).post('/sign-up', form('sent@example.org'));
    const mail = await mails.next('sent@example.org');
    expect(mail.from?.text).toBe('"Kept" <no-reply@localhost>');
    expect(mail.messageId).toMatch(/^<[a-z2-7]{42}@localhost>$/);
    await expect
      .poll(() => rowsOf(control))
      .toEqual([{ state: 'sent', maybe_twice: false, attempts: 1, held: false }]);
    const { mails: listed } = (await control.admin('GET', '/mails')).body;
    expect((await control.admin('GET', `/mails/${listed[0].id}`)).status).toBe(410);
  });
});

test('what is refused for now is tried again; what is refused for good is not', async () => {
  const mails = await startMailServer();
  const answers: Record<string, (number | 'take')[]> = {
    'later@example.org': [451, 'take'],
    'never@example.org': [550, 'take'],
  };
  mails.behave = (to) => answers[to]?.shift() ?? 'take';
  await withControl(mails, async (control) => {
    const browser = new Browser(control.settings.siteUrl);
    for (const email of Object.keys(answers)) await browser.post('/sign-up', form(email));
    await expect
      .poll(async () => (await rowsOf(control)).map(({ state }) => state).sort())
      .toEqual(['undeliverable', 'waiting']);
    await later(control, 3_600_000);
    await mails.next('later@example.org');
    await expect
      .poll(async () => (await rowsOf(control)).map(({ state }) => state).sort())
      .toEqual(['sent', 'undeliverable']);
    expect(answers['never@example.org']).toEqual(['take']);
  });
});

test('an answer that was lost is asked for again, under the same Message-ID, and listed so', async () => {
  const mails = await startMailServer();
  let first = true;
  mails.behave = () => (first ? 'lose' : 'take');
  await withControl(mails, async (control) => {
    await new Browser(control.settings.siteUrl).post('/sign-up', form('lost@example.org'));
    const once = await mails.next('lost@example.org');
    await expect.poll(() => control.lines.some(({ event }) => event === 'mail_failed')).toBe(true);
    expect(await rowsOf(control)).toMatchObject([{ state: 'sending' }]);
    first = false;
    await later(control, 3_600_000);
    const twice = await mails.next('lost@example.org');
    expect(twice.messageId).toBe(once.messageId);
    await expect
      .poll(() => rowsOf(control))
      .toEqual([{ state: 'sent', maybe_twice: true, attempts: 2, held: false }]);
  });
});

test('killed between sign-up and mail: the mail comes after the next start, and its link works', async () => {
  const port = await freePort();
  const databaseUrl = await postgres.database();
  const settings = await testSettings(databaseUrl, {
    mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'Kept <hello@example.org>' },
  });
  const control = new ControlProcess(settings);
  await control.start();
  // No mail server is there yet, so what was acknowledged cannot have been sent.
  const browser = new Browser(settings.siteUrl);
  expect((await browser.post('/sign-up', form('killed@example.org'))).status).toBe(202);
  await control.end('SIGKILL');
  const mails = await startMailServer(port);
  try {
    await runSql(databaseUrl, "update mail set next_at = now() - interval '1 second'");
    await control.start();
    const mail = await mails.next('killed@example.org');
    expect(mail.from?.value[0]?.address).toBe('hello@example.org');
    const link = { token: tokenIn(mail), password: GOOD_PASSWORD };
    expect((await browser.post('/confirm-address', link)).status).toBe(200);
    expect((await browser.me()).steps).toEqual([]);
  } finally {
    await control.end();
    await mails.stop();
  }
});

test('without a mail server everything stays in the outbox; a look into it is recorded', async () => {
  const control = await startTestControl(postgres);
  try {
    await new Browser(control.settings.siteUrl).post('/sign-up', form('none@example.org'));
    const { mails } = (await callAdmin(control.settings.adminSocket, 'GET', '/mails')).body;
    expect(mails).toMatchObject([{ state: 'undeliverable', attempts: 0 }]);
    const entries = () => control.sql<{ n: number }>('select count(*)::int as n from record_entry');
    const [before] = await entries();
    const shown = (await control.admin('GET', `/mails/${mails[0].id}`)).body;
    expect(shown).toMatchObject({ to: 'none@example.org', subject: 'Confirm your e-mail address' });
    expect(shown.text).toContain(`${control.settings.siteUrl}/confirm-address?token=`);
    expect((await entries())[0]?.n).toBe((before?.n ?? 0) + 1);
    expect((await control.admin('GET', '/mails/nonsense')).status).toBe(404);
  } finally {
    await control.end();
  }
});
