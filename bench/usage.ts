/**
 * Usage records made durable and charged, through control's own group commit (`src/control/usage`): what gateways send
 * waits while one statement is under way and goes into the next. Then what reading their sums takes.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Recorder } from '../src/control/usage/index.ts';
import { walls } from '../src/control/walls.ts';
import { createLog } from '../src/log/log.ts';
import { migrateAndWall } from '../src/store/migrate.ts';
import { urlAs } from '../src/store/walls/logins.ts';
import { Writer } from '../src/store/writer.ts';
import { usage } from '../test/support/link-client.ts';
import type { Figure } from './figures.ts';
import { openBenchStore } from './store/open.ts';
import { seedPeople } from './store/people.ts';
import { startBenchServer } from './store/server.ts';
import { reportBench } from './usage-report.ts';

export interface UsageEffort {
  readonly people: number;
  readonly ms: number;
  /** Records of the account whose sums are read. */
  readonly reported: number;
}

const RECORDS_A_SECOND_MIN = 20_000;
/** Records in one message of a gateway. */
const MESSAGE_RECORDS = 256;
/** Messages that gateways have under way. */
const MESSAGES_WAITING = 32;
const ACCOUNTS = 500;

export async function usageBench(
  { people, ms, reported }: UsageEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const server = await startBenchServer();
  try {
    const bench = await openBenchStore(server, { walled: true });
    const accounts = await seedPeople(bench, people, ACCOUNTS, say);
    // Behind the walls, as control works.
    const { logins } = await migrateAndWall(server.url, walls, path.join(server.folder, 'keys'));
    const events = { onConnect: async () => {}, onLost: () => {}, onBack: () => {} };
    const writer = new Writer(urlAs(server.url, logins.system), 'kept_meter', events);
    const log = createLog('control', 'error', () => {});
    const recorder = new Recorder(writer, log, { onFull: () => {}, onRefunds: () => {} });
    let [durable, waiting, sent] = [0, 0, 0];
    let refused: Error | null = null;
    const begun = performance.now();
    while (performance.now() - begun < ms && refused === null) {
      for (; waiting < MESSAGES_WAITING; waiting += 1) {
        const records = Array.from({ length: MESSAGE_RECORDS }, () => {
          const { account, key } = accounts[sent++ % accounts.length] as (typeof accounts)[number];
          return usage(account, key, 7);
        });
        recorder.record(
          records,
          (isFresh) => {
            waiting -= 1;
            durable += records.filter((_, place) => isFresh(place)).length;
          },
          () => {
            refused = new Error('usage records were refused');
          },
        );
      }
      await sleep(1);
    }
    await recorder.drained();
    const rate = (durable * 1000) / (performance.now() - begun);
    if (refused !== null) throw refused;
    if (durable !== sent) throw new Error(`${sent - durable} usage records were lost`);
    await writer.stop();
    const report = await reportBench(bench, accounts[0] as (typeof accounts)[number], reported, say);
    await bench.close();
    return [
      {
        what: `usage records durable and charged, for ${ms / 1000} s, ${ACCOUNTS} accounts`,
        ours: `${Math.round(rate).toLocaleString('en')}/s`,
        peer: '',
        outcome: `${Math.round(rate).toLocaleString('en')}/s`,
        goal: `≥ ${RECORDS_A_SECOND_MIN.toLocaleString('en')}/s`,
        met: rate >= RECORDS_A_SECOND_MIN,
      },
      report,
    ];
  } finally {
    await server.stop();
  }
}
