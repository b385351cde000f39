/**
 * Control is killed while answers to a letter come in: whoever brought one and was not told that it is there brings it
 * again, and in the end each is kept once, bound, and nothing about its request has changed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { referenceOf } from '../../src/control/requests/reference.ts';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const ADA = 'ada@example.org';
/** Milliseconds after a mail was begun to be sent. */
const KILLS = [0, 10, 30, 80] as const;
let postgres: TestPostgres;
let mails: MailServer;
let control: TestControl;
let port: number;

beforeAll(async () => {
  [postgres, mails, port] = await Promise.all([startPostgres(), startMailServer(), freePort()]);
  const listen = { host: '127.0.0.1', port, tls: null };
  control = await startTestControl(
    postgres,
    { mail: { smtpUrl: mails.url, from: null }, mailDoor: { listen, imapUrl: null } },
    openSite,
  );
}, 60_000);
afterAll(async () => {
  await control?.end();
  await Promise.all([postgres?.stop(), mails?.stop()]);
});

/** Whether it was told that it is there. */
async function write(n: number, reference: string): Promise<boolean> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    await transport.sendMail({
      from: ADA,
      to: COMPANY.policyEmail,
      messageId: `<${n}@example.org>`,
      subject: `Re: [${reference}]`,
      text: `Question ${n}`,
    });
    return true;
  } catch {
    return false;
  } finally {
    transport.close();
  }
}

test('killed at any moment of an answer, it is there once', { timeout: 120_000 }, async () => {
  const site = requestsOf(control);
  const ada = await somebody(control, ADA);
  await site.asked(ada, 'object', { words: 'Not for research' });
  const { id } = await site.until('deciding');
  const reference = referenceOf(id);
  await control.stop();
  const before = [await site.rows(), await site.entries()];
  const running = new ControlProcess(control.settings);
  await running.start();
  for (const [n, ms] of KILLS.entries()) {
    const sent = write(n, reference);
    await sleep(ms);
    await running.end();
    await sent;
    await running.start();
    expect(await write(n, reference)).toBe(true);
  }
  const kept = await control.sql(
    "select replace(request_id::text, '-', '') as request, sender, outcome from incoming_mail",
  );
  expect(kept).toEqual(KILLS.map(() => ({ request: id, sender: 'same', outcome: null })));
  expect([await site.rows(), await site.entries()]).toEqual(before);
  await running.end();
});
