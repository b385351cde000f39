/** The machine: what could bring memory onto a disk, and whether the disk has room. */
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/index.ts';
import { canLaunch } from '../confine/launch.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const MIB = 1024 * 1024;
const DISK_LOW_BYTES = 1024 * MIB;
const DISK_FULL_BYTES = 64 * MIB;

export function machineFindings(config: Config): Finding[] {
  return [
    system(),
    swap(),
    corePattern(),
    disk(config.dataFolder),
    keysFolder(config.keysFolder),
    masterKey(config),
  ].filter((f) => f !== null);
}

function system(): Finding {
  if (canLaunch) return ok('system', 'This system has the walls that the gateway needs.');
  return warning(
    'system',
    'This system has no Landlock and cannot change limits and users the way Linux does.',
    'Serve people from Linux; for trying out, --allow-unconfined is there.',
  );
}

function readProc(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}

function swap(): Finding | null {
  const text = readProc('/proc/swaps');
  if (text === null) return null;
  const areas = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/)[0] ?? '');
  const onDisk = areas.filter((area) => !area.startsWith('/dev/zram'));
  if (onDisk.length === 0) return ok('swap', 'No swap on a disk: memory with prompts stays in memory.');
  return warning(
    'swap',
    `Memory can be written to ${onDisk.join(', ')}, prompts included.`,
    'Turn it off (`swapoff -a`, and remove it from /etc/fstab), or make sure that it is encrypted with a key that dies with the boot.',
  );
}

function corePattern(): Finding | null {
  const pattern = readProc('/proc/sys/kernel/core_pattern')?.trim();
  if (pattern === undefined) return null;
  const message =
    pattern.startsWith('|') || pattern.startsWith('@')
      ? 'Cores are handed to a program, which a limit of 0 does not stop; the limit of 1 and the empty filter of our processes do.'
      : 'Cores are written to files; the limit of our processes is too small for one.';
  return ok('core pattern', message);
}

function disk(folder: string): Finding {
  const place = existsSync(folder) ? folder : '.';
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const message = `${Math.floor(free / MIB)} MB are free for ${folder}.`;
  if (free < DISK_FULL_BYTES)
    return problem(
      'disk',
      message,
      'Free some space now: when the disk is full, usage cannot be recorded and replies are refused.',
    );
  if (free < DISK_LOW_BYTES)
    return warning('disk', message, 'Free some space, or move the data folder to a larger disk.');
  return ok('disk', message);
}

function keysFolder(folder: string): Finding | null {
  if (!existsSync(folder)) return null;
  const open = (statSync(folder).mode & 0o077) !== 0;
  if (!open) return ok('keys folder', 'Only this user may enter it.');
  return problem(
    'keys folder',
    `${folder} is open to other users of this machine.`,
    `Close it: chmod 700 ${folder}`,
  );
}

/** Whether who takes the disk has the key with it. */
function masterKey({ masterKey: given, masterKeyCommand, keysFolder: keys, dataFolder }: Config): Finding {
  const isFile = given !== null && !/^[0-9a-f]{64}$/i.test(given);
  if (masterKeyCommand !== null) return ok('master key', 'A command prints it.');
  if (given !== null && !isFile) return ok('master key', 'KEPT_MASTER_KEY holds it.');
  const beside = given === null || isWithin(given, keys) || isWithin(given, dataFolder);
  if (!beside) return ok('master key', 'It lies apart from the data.');
  return warning(
    'master key',
    'It lies beside the data: who takes the disk can read what is sealed.',
    'Give another from elsewhere: KEPT_NEW_MASTER_KEY=… npx --no kept keys rotate --master, then set KEPT_MASTER_KEY.',
  );
}

function isWithin(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
}
