/** TCP sockets of processes, as the kernel lists them. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { End } from '../control/processors/index.ts';

export interface Socket {
  readonly here: End;
  readonly there: End;
  readonly state: 'listening' | 'established' | 'other';
}

const STATES: Readonly<Record<string, Socket['state']>> = { '0A': 'listening', '01': 'established' };

/** Of one process; none where it cannot be looked into. */
export async function socketsOf(pid: number | 'self'): Promise<Socket[]> {
  const fds = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const files = [`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`];
  const tables = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
  return tables
    .flatMap((text) => text.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((parts) => parts.length > 9 && inodes.has(parts[9] ?? ''))
    .map((parts) => ({
      here: endOf(parts[1] ?? ''),
      there: endOf(parts[2] ?? ''),
      state: STATES[parts[3] ?? ''] ?? 'other',
    }));
}

/** The kernel's hexadecimal: words of four bytes, each the other way round. */
function endOf(text: string): End {
  const [hex = '', port = '0'] = text.split(':');
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  const address =
    bytes.length === 4
      ? bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
      : bytes.join('').replace(/.{4}(?!$)/g, '$&:');
  return { address, port: Number.parseInt(port, 16) };
}
