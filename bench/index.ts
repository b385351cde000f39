/**
 * `npm run bench [-- NAME… --quick --stub-control --node-flag=FLAG]`: measures Kept beside its peers, all in one run.
 * Names: gateway, latency, memory. Without names everything is measured and docs/performance.md is written anew.
 */
import { parseArgs } from 'node:util';
import { FAST_MODEL, spawnFastEngine } from '../test/support/fast-engine.ts';
import { type Figure, table } from './figures.ts';
import { type Effort, gatewayCpu } from './gateway-cpu.ts';
import { gatewayLatency, type LatencyEffort } from './gateway-latency.ts';
import { gatewayMemory } from './gateway-memory.ts';
import { startGenerator } from './load/generator.ts';
import { startGatewayAlone } from './sides/gateway-alone.ts';
import { startWholeKept } from './sides/kept.ts';
import { hasNginx, startNginx } from './sides/nginx.ts';
import type { Side } from './sides/side.ts';

const CPU_EFFORT: Effort = { rounds: 7, requests: 8000 };
const CPU_QUICK: Effort = { rounds: 3, requests: 3000 };
const LATENCY_EFFORT: LatencyEffort = { rounds: 3, requests: 1500 };
const LATENCY_QUICK: LatencyEffort = { rounds: 1, requests: 400 };

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    'stub-control': { type: 'boolean', default: false },
    'node-flag': { type: 'string', multiple: true, default: [] },
  },
});
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
    if (wanted('memory')) figures.push(...(await gatewayMemory(start, peer)));
    if (wanted('gateway') || wanted('latency')) {
      const ours = await start();
      try {
        const cpu = flags.quick ? CPU_QUICK : CPU_EFFORT;
        if (wanted('gateway')) figures.unshift(...(await gatewayCpu(ours, peer, generator, cpu, say)));
        const direct: Side = {
          name: 'engine',
          port: engine.port,
          key: 'none',
          pid: process.pid,
          stop: async () => {},
        };
        const latency = flags.quick ? LATENCY_QUICK : LATENCY_EFFORT;
        if (wanted('latency'))
          figures.push(...(await gatewayLatency(direct, ours, peer, generator, latency)));
      } finally {
        await ours.stop();
      }
    }
  } finally {
    await generator.stop();
    await peer?.stop();
    await engine.stop();
  }
  return figures;
}

console.log(table(await gateway()));
