/**
 * Ten thousand mails (a part of them in `npm test`), as fast as a few clients can send them: what is taken is bounded and whole, everything else is told to
 * come later, and somebody who is signed in is served meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import { somebody } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MAILS = process.env.KEPT_TEST_ALL ? 10_000 : 1_500;
/** As many as one address may have open. */
const CLIENTS = 5;
/** Of an hour. */
const TAKEN_MAX = 1_000;
const LOOK_MS = 250;

let postgres: TestPostgres;
let control: TestControl;
let port: number;

beforeAll(async () => {
  [postgres, port] = await Promise.all([startPostgres(), freePort()]);
  const mailDoor = { listen: { host: '127.0.0.1', port, tls: null }, imapUrl: null };
  control = await startTestControl(postgres, { mailDoor }, openSite);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

/** SMTP's answer to each; 250: taken. */
async function flood(): Promise<number[]> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: CLIENTS,
    maxMessages: MAILS,
  });
  const send = (n: number): Promise<number> =>
    transport
      .sendMail({
        from: `n${n}@example.net`,
        to: COMPANY.policyEmail,
        subject: 'Hello',
        text: 'Delete my account',
      })
      .then(
        () => 250,
        (error: { responseCode?: number }) => error.responseCode ?? 0,
      );
  try {
    return await Promise.all(Array.from({ length: MAILS }, (_, n) => send(n)));
  } finally {
    transport.close();
  }
}

test('more mails at once than can be read', async () => {
  const site = requestsOf(control);
  const ada = await somebody(control, 'ada@example.org');
  let isOver = false;
  const sent = flood().finally(() => {
    isOver = true;
  });
  const served: number[] = [];
  do {
    served.push((await site.send(ada, '/console/profile')).status);
    await sleep(LOOK_MS);
  } while (!isOver);
  const answers = await sent;
  const taken = answers.filter((code) => code === 250).length;
  expect(new Set(served)).toEqual(new Set([200]));
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(TAKEN_MAX);
  expect(answers.filter((code) => code !== 250 && (code < 400 || code > 499))).toEqual([]);
  expect((await site.rows()).length).toBe(taken);
}, 600_000);
