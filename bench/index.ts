/**
 * `npm run bench [-- NAME… --quick --stub-control --node-flag=FLAG]`: measures Kept beside its peers, all in one run.
 * Names: billing; gateway, latency, memory, engine; record, erasure, sealing, gdprbench, keys, usage, walls; site; requests; mail; verify; large-store. Where all of a group are
 * measured, or nothing is named, its table in docs/performance.md is written anew.
 * `--stub-control` leaves out database and walls, for work on the gateway itself.
 */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fetchDefaultModel } from '../src/processes/model/fetch-model.ts';
import { FAST_MODEL, spawnFastEngine } from '../test/support/fast-engine.ts';
import { type BillingEffort, billingBench } from './billing.ts';
import { engineSpeed, type SpeedEffort } from './engine/speed.ts';
import { type ErasureEffort, erasureBench } from './erasure.ts';
import { type Figure, table } from './figures.ts';
import { type Effort, gatewayCpu } from './gateway-cpu.ts';
import { gatewayLatency, type LatencyEffort } from './gateway-latency.ts';
import { gatewayMemory } from './gateway-memory.ts';
import { type GdprEffort, gdprBench } from './gdprbench.ts';
import { type KeysEffort, keysBench } from './keys.ts';
import { type LargeStoreEffort, largeStoreBench } from './large-store.ts';
import { startGenerator } from './load/generator.ts';
import { type MailEffort, mailBench } from './mail.ts';
import { type RecordEffort, recordBench } from './record.ts';
import { GROUPS, type Group, writeReport } from './report.ts';
import { type RequestsEffort, requestsBench } from './requests.ts';
import { type SealingEffort, sealingBench } from './sealing.ts';
import { startGatewayAlone } from './sides/gateway-alone.ts';
import { startWholeKept } from './sides/kept.ts';
import { hasNginx, startNginx } from './sides/nginx.ts';
import type { Side } from './sides/side.ts';
import { type SiteEffort, siteBench } from './site.ts';
import { type UsageEffort, usageBench } from './usage.ts';
import { type VerifyEffort, verifyBench } from './verify.ts';
import { type WallsEffort, wallsBench } from './walls.ts';

interface Efforts {
  readonly cpu: Effort;
  readonly latency: LatencyEffort;
  readonly speed: SpeedEffort;
  readonly record: RecordEffort;
  readonly erasure: ErasureEffort;
  readonly sealing: SealingEffort;
  readonly gdprbench: GdprEffort;
  readonly keys: KeysEffort;
  readonly usage: UsageEffort;
  readonly walls: WallsEffort;
  readonly site: SiteEffort;
  readonly requests: RequestsEffort;
  readonly billing: BillingEffort;
  readonly mail: MailEffort;
  readonly verify: VerifyEffort;
  readonly largeStore: LargeStoreEffort;
}
const FULL: Efforts = {
  cpu: { rounds: 7, requests: 8000, warmUp: 24_000 },
  latency: { rounds: 2, requests: 1000 },
  speed: { rounds: 3, maxTokens: 128 },
  record: { entries: 1_000_000, onDisk: 200_000 },
  erasure: { people: 1_000_000, erased: 500, rounds: 3, roundMs: 4_000 },
  sealing: { people: 100_000, rounds: 7, operations: 1_000 },
  gdprbench: { records: 10_000, operations: 1_000 },
  keys: { people: 10_000_000 },
  usage: { people: 100_000, ms: 20_000, reported: 1_000_000 },
  walls: { rows: 100_000, rounds: 9 },
  site: { requests: 300, signIns: 400 },
  requests: { cases: 100_000, mails: 30, pages: 40 },
  billing: { webhooks: 10_000, entries: 100_000 },
  mail: { campaign: 10_000, service: 2_000 },
  verify: { rounds: 5, requests: 200 },
  largeStore: { gigabytes: 20, slowMs: 20_000 },
};
const QUICK: Efforts = {
  cpu: { rounds: 3, requests: 4000, warmUp: 8000 },
  latency: { rounds: 1, requests: 400 },
  speed: { rounds: 2, maxTokens: 96 },
  record: { entries: 200_000, onDisk: 50_000 },
  erasure: { people: 20_000, erased: 200, rounds: 1, roundMs: 2_000 },
  sealing: { people: 10_000, rounds: 3, operations: 500 },
  gdprbench: { records: 10_000, operations: 1_000 },
  keys: { people: 200_000 },
  usage: { people: 5_000, ms: 5_000, reported: 100_000 },
  walls: { rows: 20_000, rounds: 3 },
  site: { requests: 50, signIns: 100 },
  requests: { cases: 20_000, mails: 6, pages: 20 },
  billing: { webhooks: 1_000, entries: 10_000 },
  mail: { campaign: 1_500, service: 500 },
  verify: { rounds: 1, requests: 40 },
  largeStore: { gigabytes: 0.2, slowMs: 2_000 },
};
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    'stub-control': { type: 'boolean', default: false },
    'node-flag': { type: 'string', multiple: true, default: [] },
  },
});
const effort = flags.quick ? QUICK : FULL;
const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const say = (line: string): void => console.log(line);

/** Figures of the gateway, nginx beside it, before one fast engine. */
async function gateway(): Promise<Figure[]> {
  const engine = await spawnFastEngine();
  const generator = startGenerator();
  const peer = hasNginx() ? await startNginx(engine.port) : null;
  if (peer === null)
    say('nginx is not here (/usr/sbin/nginx): Kept is measured without it. Install Debian’s nginx.');
  const start = (): Promise<Side> =>
    flags['stub-control']
      ? startGatewayAlone(engine.url, FAST_MODEL, flags['node-flag'])
      : startWholeKept(engine.url);
  const figures: Figure[] = [];
  try {
    if (wanted('gateway') || wanted('latency')) {
      const ours = await start();
      try {
        if (wanted('gateway')) figures.push(...(await gatewayCpu(ours, peer, generator, effort.cpu, say)));
        const direct: Side = {
          name: 'engine',
          port: engine.port,
          key: 'none',
          pid: process.pid,
          stop: async () => {},
        };
        if (wanted('latency')) {
          figures.push(...(await gatewayLatency(direct, ours, peer, generator, effort.latency)));
        }
      } finally {
        await ours.stop();
      }
    }
    if (wanted('memory')) figures.push(...(await gatewayMemory(start, peer)));
  } finally {
    await generator.stop();
    await peer?.stop();
    await engine.stop();
  }
  return figures;
}

async function engine(): Promise<Figure[]> {
  const folder = process.env.KEPT_MODEL_CACHE ?? path.join(os.tmpdir(), 'kept-test-models');
  mkdirSync(folder, { recursive: true });
  const model = await fetchDefaultModel({
    folder,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  return engineSpeed(model, effort.speed, say);
}

// Ended early, nothing that was started stays behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

interface Part {
  /** It runs when one of them is asked for, or nothing is. */
  readonly names: readonly string[];
  readonly group: Group;
  readonly run: () => Promise<Figure[]>;
}
const PARTS: readonly Part[] = [
  { names: ['gateway', 'latency', 'memory'], group: 'gateway and engine', run: gateway },
  { names: ['engine'], group: 'gateway and engine', run: engine },
  { names: ['record'], group: 'store', run: () => recordBench(effort.record, say) },
  { names: ['erasure'], group: 'store', run: () => erasureBench(effort.erasure, say) },
  { names: ['sealing'], group: 'store', run: () => sealingBench(effort.sealing, say) },
  { names: ['gdprbench'], group: 'store', run: () => gdprBench(effort.gdprbench, say) },
  { names: ['keys'], group: 'store', run: () => keysBench(effort.keys, say) },
  { names: ['usage'], group: 'store', run: () => usageBench(effort.usage, say) },
  { names: ['walls'], group: 'store', run: () => wallsBench(effort.walls, say) },
  { names: ['site'], group: 'site', run: () => siteBench(effort.site, say) },
  {
    names: ['requests'],
    group: 'privacy office',
    run: () => requestsBench(effort.requests, say),
  },
  { names: ['billing'], group: 'billing', run: () => billingBench(effort.billing, say) },
  { names: ['mail'], group: 'mail', run: () => mailBench(effort.mail, say) },
  { names: ['verify'], group: 'verification', run: () => verifyBench(effort.verify, say) },
  { names: ['large-store'], group: 'large stores', run: () => largeStoreBench(effort.largeStore, say) },
];
const NAMES = PARTS.flatMap(({ names }) => names);

const unknown = positionals.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}: there are ${NAMES.join(', ')}.`);
  process.exit(1);
}
const writes = !flags.quick && !flags['stub-control'];
for (const group of GROUPS) {
  const loadBefore = os.loadavg();
  const figures: Figure[] = [];
  for (const { names, run } of PARTS.filter((part) => part.group === group && part.names.some(wanted))) {
    // One that fails keeps none of the others from being measured.
    const measured = await run().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      return names.map(
        (name): Figure => ({
          what: name,
          ours: 'not measured',
          peer: '',
          outcome: 'it failed',
          goal: '–',
          met: null,
        }),
      );
    });
    figures.push(...measured);
  }
  if (figures.length === 0) continue;
  say(`\n${table(figures)}`);
  const isWhole = PARTS.every((part) => part.group !== group || part.names.every(wanted));
  if (writes && isWhole) writeReport(group, figures, loadBefore);
}
