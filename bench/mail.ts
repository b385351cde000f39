/**
 * Mail: how fast promotional mail goes (each looked up, marked, signed and handed over), and how fast the outbox of service
 * mail empties. A whole control on a database as the product runs it; the mail server is a process of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSite } from '../src/site/server.ts';
import { seedReaders, seedServiceMails } from '../test/mail/readers.ts';
import { testDkim } from '../test/mail/signing.ts';
import { campaignsOf } from '../test/mail/world.ts';
import { hire } from '../test/outside/office.ts';
import { startTestControl, type TestControl } from '../test/support/control.ts';
import type { Figure } from './figures.ts';
import { startBenchServer } from './store/server.ts';

export interface MailEffort {
  readonly campaign: number;
  readonly service: number;
}

const MAILS_A_SECOND_MIN = 100;
const LOOK_MS = 20;

export async function mailBench(effort: MailEffort, say: (line: string) => void): Promise<Figure[]> {
  const [server, sink] = await Promise.all([startBenchServer(), startSinkProcess()]);
  const mail = { smtpUrl: sink.url, from: null, dkim: testDkim(), campaignsPerSecond: 1000 };
  const settings = { mail, logLevel: 'warn' as const };
  const control = await startTestControl({ database: async () => server.url }, settings, openSite);
  try {
    return [await campaign(control, effort.campaign, say), await service(control, effort.service, say)];
  } finally {
    await control.end();
    await sink.stop();
    await server.stop();
  }
}

async function campaign(control: TestControl, people: number, say: (line: string) => void): Promise<Figure> {
  const admin = await hire(control, 'boss', 'admin');
  const desk = campaignsOf({ control, admin });
  const id = await desk.written();
  await control.stop();
  await seedReaders(control, people);
  await control.sql('vacuum (analyze)');
  await control.start();
  await desk.tell(id, 'schedule', { at: '' });
  const begun = performance.now();
  while ((await desk.stateOf(id)) !== 'done') await sleep(LOOK_MS);
  const { rate, figure } = figureOf('promotional mail', people, performance.now() - begun);
  say(`promotional mail: ${rate.toFixed(0)} a second`);
  await demandAll(control, `select 1 from promotional_mail where state <> 'sent'`);
  return figure;
}

async function service(control: TestControl, mails: number, say: (line: string) => void): Promise<Figure> {
  await control.stop();
  await seedServiceMails(control, mails);
  await control.sql('vacuum (analyze)');
  await control.start();
  const begun = performance.now();
  const waiting = `select 1 from mail where state in ('waiting', 'sending') limit 1`;
  while ((await control.sql(waiting)).length > 0) await sleep(LOOK_MS);
  const { rate, figure } = figureOf('service mail', mails, performance.now() - begun);
  say(`service mail: ${rate.toFixed(0)} a second`);
  await demandAll(control, `select 1 from mail where state <> 'sent'`);
  return figure;
}

async function demandAll(control: TestControl, others: string): Promise<void> {
  const { length } = await control.sql(others);
  if (length > 0) throw new Error(`${length} mails were not taken`);
}

function figureOf(what: string, mails: number, ms: number): { rate: number; figure: Figure } {
  const rate = mails / (ms / 1000);
  return {
    rate,
    figure: {
      what: `${what}, ${mails.toLocaleString('en')} mails, queued, signed and handed over`,
      ours: `${rate.toFixed(0)} a second`,
      peer: '',
      outcome: `${rate.toFixed(0)} a second`,
      goal: `≥ ${MAILS_A_SECOND_MIN} a second`,
      met: rate >= MAILS_A_SECOND_MIN,
    },
  };
}

async function startSinkProcess(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const program = path.join(import.meta.dirname, 'load/mail-sink-program.ts');
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the mail server has no output');
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    async stop() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
