/** The running processes: the walls of each, as the kernel has them. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import type { Walls } from '../../gateway/walls.ts';
import type { Instance, RunningProcess } from '../supervisor/instance.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const ANSWER_MS = 2000;
const CORE_BYTES_MAX = 1;

export async function processFindings(instance: Instance): Promise<Finding[]> {
  const kernel = instance.processes
    .filter(({ role }) => role === 'gateway' || role === 'engine')
    .flatMap((one) => kernelFindings(one));
  const numbers = Array.from({ length: instance.gateways }, (_, at) => at + 1);
  const inside = await Promise.all(numbers.map((at) => gatewayFindings(instance.runFolder, at)));
  return [...kernel, ...inside.flat()];
}

/** What `/proc` says of a process; nothing where there is none. */
function kernelFindings({ role, pid }: RunningProcess): Finding[] {
  const read = (file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
      return null;
    }
  };
  const limits = read('limits');
  const status = read('status');
  if (limits === null || status === null) return [];
  const name = `${role} ${pid}`;
  const fact = (label: string) => new RegExp(`^${label}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const missing = [
    hardLimit(limits, 'Max file size') === 0 ? null : 'its files may grow',
    hardLimit(limits, 'Max core file size') <= CORE_BYTES_MAX ? null : 'it may leave a core',
    /^0*\s*$/.test(read('coredump_filter') ?? '0') ? null : 'its core filter is not empty',
    fact('NoNewPrivs') === '1' ? null : 'it may gain rights',
    /^0*$/.test(fact('CapEff')) ? null : 'it has capabilities',
  ].filter((one) => one !== null);
  const limitsFinding =
    missing.length === 0
      ? ok(`${name} limits`, 'No files, no core, no new rights.')
      : problem(
          `${name} limits`,
          `A wall is missing: ${missing.join(', ')}.`,
          'Restart Kept; in a container, allow its processes to lower their limits.',
        );
  const user =
    fact('Uid') === '0'
      ? warning(
          `${name} user`,
          'It runs as root, since no other user may read the source or the files that it needs.',
          'Move the installation to a folder that every user may enter, such as /opt/kept.',
        )
      : ok(`${name} user`, `It runs as user ${fact('Uid')}, not as root.`);
  return [limitsFinding, user];
}

function hardLimit(limits: string, label: string): number {
  const line = limits.split('\n').find((one) => one.startsWith(label)) ?? '';
  const [, hard] = line.slice(label.length).trim().split(/\s+/);
  return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

const WALLS: Readonly<Record<keyof Walls, { readonly stands: string; readonly todo: string }>> = {
  permission: {
    stands: "Node's permission model: no files, processes, workers, add-ons",
    todo: 'Start Kept with `kept start`, which gives the gateway its flags.',
  },
  limits: {
    stands: 'kernel limits',
    todo: 'Run Kept on Linux, and allow its processes to lower their limits.',
  },
  landlock: {
    stands: 'Landlock: no names, no undeclared ports',
    todo: 'Use a Linux kernel of 5.13 or newer with Landlock (6.7 for ports); in a container, allow the landlock system calls.',
  },
  user: { stands: 'another user than root', todo: 'See the line about its user.' },
};

async function gatewayFindings(runFolder: string, at: number): Promise<Finding[]> {
  const name = `gateway ${at} walls`;
  const health = await read(path.join(runFolder, `gateway-${at}.sock`));
  if (health === null)
    return [problem(name, 'It does not answer.', 'Look at its log; it is restarted by itself.')];
  const entries = Object.entries(WALLS) as [keyof Walls, (typeof WALLS)[keyof Walls]][];
  const missing = entries.filter(([wall]) => !health.walls[wall]);
  if (missing.length === 0)
    return [ok(name, `Checked from inside: ${entries.map(([, wall]) => wall.stands).join('; ')}.`)];
  return missing.map(([wall, { stands, todo }]) => {
    const say = wall === 'permission' || wall === 'limits' ? problem : warning;
    return say(name, `Missing, as it sees itself: ${stands}.`, todo);
  });
}

function read(socketPath: string): Promise<{ walls: Walls } | null> {
  return new Promise((resolve) => {
    const request = http.get({ socketPath, path: '/health', agent: false, timeout: ANSWER_MS }, (reply) => {
      let text = '';
      reply.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      reply.on('end', () => {
        try {
          resolve(JSON.parse(text) as { walls: Walls });
        } catch {
          resolve(null);
        }
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}
