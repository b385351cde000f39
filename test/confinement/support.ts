/** Starts the probe behind the walls that a test chooses. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { launch } from '../../src/processes/confine/launch.ts';
import { gatewayFlags, gatewayWalls } from '../../src/processes/supervisor/roles.ts';
import { ROOT } from '../support/instance.ts';
import type { Field } from './attempts.ts';

const PROBE = path.join(import.meta.dirname, 'probe.ts');
const ADDON = path.join(ROOT, 'node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/llama-addon.node');
/** A user that nobody is. */
export const NOBODY = { uid: 1_899_999_999, gid: 1_899_999_999 };

export interface Chosen {
  readonly permission?: true;
  readonly limits?: true;
  readonly landlock?: true;
  readonly seal?: true;
  readonly user?: true;
}

export interface Ground {
  readonly field: Field;
  /** Tries the attempts of `lists` behind `walls`: for each null (worked) or an error's code. */
  tryAll(walls: Chosen, lists: readonly string[]): Promise<Record<string, string | null>>;
  clean(): Promise<void>;
}

export async function prepareGround(): Promise<Ground> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kept-walls-')));
  chmodSync(folder, 0o777);
  const servers = [net.createServer((s) => s.destroy()), net.createServer((s) => s.destroy())];
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const [declaredPort, undeclaredPort] = servers.map((server) => (server.address() as AddressInfo).port) as [
    number,
    number,
  ];
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const field: Field = {
    folder,
    declaredPort,
    undeclaredPort,
    addon: ADDON,
    secret: path.join(folder, 'secret'),
    stranger: stranger.pid as number,
  };
  return {
    field,
    tryAll: (walls, lists) => run(walls, lists, field),
    clean: async () => {
      stranger.kill('SIGKILL');
      for (const server of servers) server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The files that attempts are made on, as they were before the last one. */
function layOut(folder: string): void {
  for (const [name, mode] of [
    ['existing', 0o666],
    ['removable', 0o666],
    ['secret', 0o600],
  ] as const) {
    writeFileSync(path.join(folder, name), 'some text');
    chmodSync(path.join(folder, name), mode);
  }
}

async function run(
  chosen: Chosen,
  lists: readonly string[],
  field: Field,
): Promise<Record<string, string | null>> {
  layOut(field.folder);
  const native = lists.some((list) => list.startsWith('NATIVE'));
  const inside = path.join(field.folder, `inside-${Date.now()}.sock`);
  const engine = { url: `http://127.0.0.1:${field.declaredPort}/v1`, socket: null } as never;
  const whole = gatewayWalls({
    identity: chosen.user ? NOBODY : null,
    apiPort: field.declaredPort,
    engines: [engine],
    inside,
    tlsFiles: [],
  });
  const reads = [import.meta.dirname, path.join(ROOT, 'test/confinement')].map(
    (file) => `--allow-fs-read=${file}`,
  );
  const child = launch({
    deathSignal: 'SIGKILL',
    sockets: [],
    noFiles: chosen.limits === true,
    identity: whole.identity,
    capabilities: chosen.user ? whole.capabilities : null,
    landlock: chosen.landlock ? whole.landlock : null,
    file: process.execPath,
    args: ['node', '--no-warnings', ...(chosen.permission ? [...gatewayFlags([]), ...reads] : []), PROBE],
    env: {},
  });
  const lines: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout?.on('data', (part: Buffer) => lines.push(part));
  child.stderr?.on('data', (part: Buffer) => errors.push(part));
  child.stdin?.end(JSON.stringify({ seal: chosen.seal === true, lists, native, field }));
  await once(child, 'close');
  const text = Buffer.concat(lines).toString();
  if (text === '') throw new Error(`the probe said nothing: ${Buffer.concat(errors).toString()}`);
  return JSON.parse(text) as Record<string, string | null>;
}
