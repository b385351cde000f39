/** Kept's gateway before a stub control: what the gateway itself costs, for whoever makes it faster. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DEFAULT_TIMES, type GatewaySettings } from '../../src/gateway/settings.ts';
import { newId } from '../../src/link/ids.ts';
import { freePort, untilAnswers } from './nginx.ts';
import type { Side } from './side.ts';
import { startStubControl } from './stub-control.ts';

/** As the product has it; see GatewaySettings. */
const RECORD_WAIT_MS = 15_000;
const UNRECORDED_MAX = 1000;

export async function startGatewayAlone(
  engineUrl: string,
  model: string,
  nodeFlags: readonly string[],
): Promise<Side> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-gateway-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const link = path.join(folder, 'link.sock');
  const control = await startStubControl(link, model);
  const port = await freePort();
  const settings: GatewaySettings = {
    session: newId(),
    host: '127.0.0.1',
    port,
    reusePort: false,
    shared: false,
    tls: null,
    link,
    inside: path.join(folder, 'gateway-1.sock'),
    logLevel: 'error',
    siteUrl: 'http://localhost:8080',
    apiUrl: 'http://localhost:8081',
    trustedProxies: [],
    engines: [
      {
        number: 0,
        name: 'bench',
        url: engineUrl,
        socket: null,
        key: null,
        dialect: 'vllm',
        region: 'local',
        terms: { retentionDays: 0, trains: false, declaredBy: 'operator', until: null },
        prefixCache: 'per_account',
      },
    ],
    times: DEFAULT_TIMES,
    recordWaitMs: RECORD_WAIT_MS,
    unrecordedMax: UNRECORDED_MAX,
    allowUnconfined: true,
  };
  const program = path.join(import.meta.dirname, 'gateway-program.ts');
  const child = spawn(process.execPath, [...nodeFlags, program], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  await untilAnswers(port);
  return {
    name: 'Kept (stub control)',
    port,
    key: control.key,
    pid: child.pid as number,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await control.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
