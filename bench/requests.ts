/**
 * The privacy office: from a mail to its answer, what the law's tables take to decide, and the desk before very many open
 * cases. A whole control with its pages on a database as the product runs it, both mail servers real.
 */
import { createTransport } from 'nodemailer';
import { readLaw } from '../src/control/law/index.ts';
import { ASKED_RIGHTS } from '../src/control/requests/asks.ts';
import { groundsOf, lawOf } from '../src/control/requests/law-of-request.ts';
import { openSite } from '../src/site/server.ts';
import { requestsOf } from '../test/requests/people.ts';
import type { Browser } from '../test/sign-in/browser.ts';
import { type MailServer, startMailServer } from '../test/sign-in/mail-server.ts';
import { somebody, strengthen } from '../test/sign-in/person.ts';
import { COMPANY } from '../test/support/company.ts';
import { freePort, startTestControl, type TestControl } from '../test/support/control.ts';
import type { Figure } from './figures.ts';
import { quantile } from './measure.ts';
import { startBenchServer } from './store/server.ts';

export interface RequestsEffort {
  /** Open cases that the desk's pages and the daily look are measured before. */
  readonly cases: number;
  readonly mails: number;
  /** Of each page, after as many that are not counted. */
  readonly pages: number;
}

const MAIL_MS_MAX = 5_000;
const DECIDE_MS_MAX = 1;
const PAGE_MS_MAX = 50;
const SWEEP_MS_MAX = 10_000;
const LAW_ROUNDS = 20;
const JURISDICTIONS = ['US-CA', 'US-VA', 'US-IA', 'US-TX', 'US-UT', 'FR', 'EU', 'JP', 'unsaid'];

export async function requestsBench(effort: RequestsEffort, say: (line: string) => void): Promise<Figure[]> {
  const [server, mails, port] = await Promise.all([startBenchServer(), startMailServer(), freePort()]);
  const control = await startTestControl(
    { database: async () => server.url },
    {
      mail: { smtpUrl: mails.url, from: null },
      mailDoor: { listen: { host: '127.0.0.1', port, tls: null }, imapUrl: null },
      logLevel: 'warn',
    },
    openSite,
  );
  try {
    return [
      await answers(control, mails, port, effort.mails, say),
      decisions(say),
      ...(await desk(control, effort, say)),
    ];
  } finally {
    await control.end();
    await Promise.all([server.stop(), mails.stop()]);
  }
}

/** From the first byte of a mail to the answer's arrival, one mail after the other, half of them from strangers. */
async function answers(
  control: TestControl,
  mails: MailServer,
  port: number,
  count: number,
  say: (line: string) => void,
): Promise<Figure> {
  const times: number[] = [];
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  for (let n = 0; n < count; n++) {
    const from = `bench${n}@example.org`;
    if (n % 2 === 0) await somebody(control, from);
    mails.mails.length = 0;
    const begun = performance.now();
    await transport.sendMail({
      from,
      to: COMPANY.policyEmail,
      subject: 'My data',
      text: 'Please send me a copy of my data.',
    });
    await mails.next(from);
    times.push(performance.now() - begun);
  }
  transport.close();
  const [median, worst] = [quantile(times, 0.5), Math.max(...times)];
  say(`mail in to answer out: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`);
  return {
    what: `a mail in to its answer out, ${count} mails`,
    ours: `median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`,
    peer: '',
    outcome: `${worst.toFixed(0)} ms`,
    goal: `≤ ${MAIL_MS_MAX / 1000} s`,
    met: worst <= MAIL_MS_MAX,
  };
}

/** The right, its basis, deadlines, regulator and grounds for a refusal, for each right in several places. */
function decisions(say: (line: string) => void): Figure {
  const law = readLaw();
  const times: number[] = [];
  for (let round = 0; round < LAW_ROUNDS * 2; round++)
    for (const place of JURISDICTIONS)
      for (const right of ASKED_RIGHTS) {
        const receivedAt = new Date(Date.UTC(2026, 10, 1 + (round % 28), 12));
        const begun = performance.now();
        lawOf(law, { right, place, receivedAt });
        groundsOf(law, { right, place, receivedAt });
        if (round >= LAW_ROUNDS) times.push(performance.now() - begun);
      }
  const [median, high] = [quantile(times, 0.5), quantile(times, 0.99)];
  say(`deciding by the law’s tables: median ${median.toFixed(3)} ms, p99 ${high.toFixed(3)} ms`);
  return {
    what: `deciding by the law’s tables, ${JURISDICTIONS.length} places × ${ASKED_RIGHTS.length} rights`,
    ours: `median ${median.toFixed(2)} ms, p99 ${high.toFixed(2)} ms`,
    peer: '',
    outcome: `${high.toFixed(2)} ms`,
    goal: `≤ ${DECIDE_MS_MAX} ms`,
    met: high <= DECIDE_MS_MAX,
  };
}

async function desk(
  control: TestControl,
  { cases, pages }: RequestsEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const officer = await somebody(control, 'officer@example.org', 'privacy');
  await strengthen(officer);
  await somebody(control, 'second@example.org', 'privacy');
  const site = requestsOf(control);
  await site.asked(await somebody(control, 'asks@example.org'), 'correct', { words: 'My name is wrong' });
  const { id } = await site.newest();
  await multiply(control, id, cases);
  const list = await site.page('/desk/requests', officer);
  const further = /href="(\/desk\/requests\?after=[^"]+)"/.exec(list)?.[1]?.replaceAll('&amp;', '&');
  if (further === undefined) throw new Error('the list has no second page');
  const shown = [
    ['the list', '/desk/requests'],
    ['its second page', further],
    ['all, the newest first', '/desk/requests?all'],
    ['a case', `/desk/requests/${id}`],
    ['figures', '/desk/requests/figures'],
  ] as const;
  const figures: Figure[] = [];
  for (const [what, path] of shown)
    figures.push(await pageFigure(site, officer, { what, path, cases, pages }, say));
  return [...figures, await sweep(control, cases, say)];
}

/** Copies of one case that waits for a decision, due over the next 40 days, the first thousand of them overdue. */
async function multiply(control: TestControl, id: string, cases: number): Promise<void> {
  await control.sql(
    `insert into privacy_request select (jsonb_populate_record(r, jsonb_build_object(
       'id', gen_random_uuid(), 'person_id', null, 'proven_by', null, 'item', null, 'value', null, 'words', null,
       'link_hash', sha256(n::text::bytea), 'asked_link_hash', null, 'next_at', null, 'warned_at', null,
       'place', (array['US-CA','US-VA','FR','unsaid'])[1 + n % 4],
       'received_at', now() - n % 40 * interval '1 day', 'entered_at', now() - n % 40 * interval '1 day',
       'due_at', now() + (n - 1000) * interval '40 days' / $2::int, 'respond_by', now() + interval '45 days'
     ))).* from privacy_request r, generate_series(1, $2::int) n where r.id = $1::uuid`,
    [id, cases],
  );
  await control.sql('vacuum (analyze) privacy_request');
}

async function pageFigure(
  site: ReturnType<typeof requestsOf>,
  who: Browser,
  { what, path, cases, pages }: { what: string; path: string; cases: number; pages: number },
  say: (line: string) => void,
): Promise<Figure> {
  const times: number[] = [];
  for (let n = 0; n < pages * 2; n++) {
    const begun = performance.now();
    const answer = await site.send(who, path);
    await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`);
    if (n >= pages) times.push(performance.now() - begun);
  }
  const [median, high] = [quantile(times, 0.5), quantile(times, 0.95)];
  say(`${what}, ${cases} open cases: median ${median.toFixed(1)} ms, p95 ${high.toFixed(1)} ms`);
  return {
    what: `the desk before ${cases.toLocaleString('en')} open cases: ${what}`,
    ours: `median ${median.toFixed(1)} ms, p95 ${high.toFixed(1)} ms`,
    peer: '',
    outcome: `${high.toFixed(1)} ms`,
    goal: `≤ ${PAGE_MS_MAX} ms`,
    met: high <= PAGE_MS_MAX,
  };
}

/** A start, whose first round looks for everything that is due, until all of it was told of. */
async function sweep(control: TestControl, cases: number, say: (line: string) => void): Promise<Figure> {
  await control.stop();
  const begun = performance.now();
  await control.start();
  const untold =
    "select 1 from privacy_request where due_at < now() + interval '7 days' and warned_at is null limit 1";
  while ((await control.sql(untold)).length > 0);
  const ms = performance.now() - begun;
  say(`daily look over ${cases} open cases, with the start: ${ms.toFixed(0)} ms`);
  return {
    what: `the daily look over ${cases.toLocaleString('en')} open cases, with the start of control`,
    ours: `${(ms / 1000).toFixed(1)} s`,
    peer: '',
    outcome: `${(ms / 1000).toFixed(1)} s`,
    goal: `≤ ${SWEEP_MS_MAX / 1000} s`,
    met: ms <= SWEEP_MS_MAX,
  };
}
