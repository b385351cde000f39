/** The gateway's process. Its walls are closed before a module of the gateway's own is loaded. */

import type { GatewaySettings } from '../gateway/settings.ts';
import { checkWalls, sealModules, sealNetwork, type Walls } from '../gateway/walls.ts';
import type { Log } from '../log/log.ts';
import { EXIT_UNCONFINED, type Handed, type Running, runRole } from './role.ts';

/** Without these the gateway does not serve. */
const REQUIRED = ['permission', 'limits'] as const satisfies readonly (keyof Walls)[];

sealModules();
await runRole<GatewaySettings>('gateway', start);

async function start({ settings, inherited }: Handed<GatewaySettings>, log: Log): Promise<Running> {
  const walls = await checkWalls();
  for (const wall of Object.keys(walls) as (keyof Walls)[])
    if (!walls[wall]) log('warn', 'unconfined', { wall });
  if (!settings.allowUnconfined && REQUIRED.some((wall) => !walls[wall])) {
    log('error', 'stopped', { code: 'unconfined', exit: EXIT_UNCONFINED });
    setImmediate(() => process.exit(EXIT_UNCONFINED));
    return new Promise(() => {});
  }
  const { isDeclared } = await import('../gateway/connect.ts');
  sealNetwork(isDeclared, settings.port, inherited);
  const { startGateway } = await import('../gateway/index.ts');
  return startGateway(settings, log);
}
