/**
 * `npm run bench [-- NAME… --quick --stub-control --node-flag=FLAG]`: measures Kept beside its peers, all in one run.
 * Names: gateway. Without names everything is measured and docs/performance.md is written anew.
 */
import { parseArgs } from 'node:util';
import { FAST_MODEL, spawnFastEngine } from '../test/support/fast-engine.ts';
import { type Figure, table } from './figures.ts';
import { type Effort, gatewayCpu } from './gateway-cpu.ts';
import { startGenerator } from './load/generator.ts';
import { startGatewayAlone } from './sides/gateway-alone.ts';
import { hasNginx, startNginx } from './sides/nginx.ts';

const FULL: Effort = { rounds: 7, requests: 8000 };
const QUICK: Effort = { rounds: 3, requests: 3000 };

const { values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    'stub-control': { type: 'boolean', default: false },
    'node-flag': { type: 'string', multiple: true, default: [] },
  },
});
const say = (line: string): void => console.log(line);

async function gateway(): Promise<Figure[]> {
  const engine = await spawnFastEngine();
  const generator = startGenerator();
  const peer = hasNginx() ? await startNginx(engine.port) : null;
  if (peer === null)
    say('nginx is not here (/usr/sbin/nginx): Kept is measured without its peer. Install Debian’s nginx.');
  const ours = await startGatewayAlone(engine.url, FAST_MODEL, flags['node-flag']);
  try {
    return await gatewayCpu(ours, peer, generator, flags.quick ? QUICK : FULL, say);
  } finally {
    await generator.stop();
    await ours.stop();
    await peer?.stop();
    await engine.stop();
  }
}

console.log(table(await gateway()));
