/** How far Kept is open to others: who it runs as, what that user may write, where it listens, and what goes unencrypted. */
import { accessSync, constants, existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { type Config, isLoopback } from '../../config/index.ts';
import { isHere } from '../../control/on-this-machine.ts';
import type { Instance } from '../supervisor/instance.ts';
import { isOwn } from '../supervisor/own-hosts.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** What is run, and what decides what is run. */
const SOURCE = ['.', 'src', 'src/main.ts', 'policy', 'build', 'node_modules', 'package.json'];

interface Runner {
  readonly uid: number;
  readonly gid: number;
}

export async function exposureFindings(config: Config, instance: Instance | null): Promise<Finding[]> {
  const found = [
    ...(instance === null ? [] : processOf(instance.pid)),
    source(config, runner(instance)),
    dataFolder(config),
    ...encryption(config),
    await listening(config),
    proxies(config),
    await databaseConnection(config),
  ];
  return found.filter((one) => one !== null);
}

/** Somebody else than this machine reaches it; else it is being tried out. */
const isServing = ({ siteUrl, apiUrl }: Config): boolean => !isHere(siteUrl) || !isHere(apiUrl);

function statusOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return null;
  }
}

const fact = (status: string, label: string): string =>
  new RegExp(`^${label}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';

/** Whoever the supervisor runs as: control and the embedded database do too. */
function runner(instance: Instance | null): Runner | null {
  const status = instance === null ? null : statusOf(instance.pid);
  if (status !== null) return { uid: Number(fact(status, 'Uid')), gid: Number(fact(status, 'Gid')) };
  return process.getuid === undefined || process.getgid === undefined
    ? null
    : { uid: process.getuid(), gid: process.getgid() };
}

function processOf(pid: number): Finding[] {
  const status = statusOf(pid);
  if (status === null) return [];
  const uid = fact(status, 'Uid');
  const user =
    uid === '0'
      ? warning(
          'user',
          'The supervisor and control run as root.',
          'Run Kept as a user of its own; deploy/ shows how.',
        )
      : ok('user', `Kept runs as user ${uid}.`);
  const mayGain = fact(status, 'NoNewPrivs') !== '1';
  const capabilities = !/^0*$/.test(fact(status, 'CapEff'));
  const missing = [capabilities ? 'it has capabilities' : null, mayGain ? 'it may gain rights' : null];
  const said = missing.filter((one) => one !== null);
  const rights =
    said.length === 0
      ? ok('rights', 'The supervisor has no capabilities and cannot gain rights.')
      : warning(
          'rights',
          `Of the supervisor: ${said.join(', ')}.`,
          'Start it with no-new-privileges and without capabilities (`setpriv --no-new-privs --bounding-set -all`, or as deploy/compose.yaml does).',
        );
  return [user, rights];
}

function source(config: Config, by: Runner | null): Finding | null {
  if (by === null) return null;
  const open = SOURCE.filter((one) => mayWrite(path.join(ROOT, one), by));
  if (open.length === 0) return ok('source', 'Who runs Kept cannot change what is run.');
  if (!isServing(config))
    return ok('source', 'Who runs Kept can change its source, which is fine for trying out.');
  return warning(
    'source',
    `Who runs Kept can write ${open.join(', ')} of its source, and so could whoever got in.`,
    'Give the tree to another user, or mount it read-only.',
  );
}

/** A mount that is read-only counts where it is looked at from the same process tree: as the same user. */
function mayWrite(file: string, by: Runner): boolean {
  if (!existsSync(file)) return false;
  if (process.getuid?.() === by.uid) return isWritable(file);
  return by.uid === 0 || modeLets(statSync(file), by);
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const modeLets = ({ mode, uid, gid }: Stats, by: Runner): boolean =>
  (uid === by.uid && (mode & 0o200) !== 0) ||
  (gid === by.gid && (mode & 0o020) !== 0) ||
  (mode & 0o002) !== 0;

function dataFolder({ dataFolder: folder }: Config): Finding | null {
  if (!existsSync(folder)) return null;
  if ((statSync(folder).mode & 0o022) === 0) return ok('data folder', 'No other user may write there.');
  return problem(
    'data folder',
    `Other users of this machine may write in ${folder}.`,
    `Close it: chmod go-w ${folder}`,
  );
}

function encryption({ siteUrl, apiUrl }: Config): Finding[] {
  const plain = [siteUrl, apiUrl].filter((url) => !url.startsWith('https://') && !isHere(url));
  if (plain.length === 0)
    return [ok('encryption', 'Site and API are reached by https, or from this machine only.')];
  return plain.map((url) =>
    problem(
      'encryption',
      `${url} is readable on its way.`,
      'Put a proxy with TLS before it (docs/proxies.md), and say the https address in KEPT_SITE_URL or KEPT_API_URL.',
    ),
  );
}

async function listening({ apiHost, siteHost, tls }: Config): Promise<Finding> {
  const plain = [...new Set([siteHost, ...(tls === null ? [apiHost] : [])])];
  const open: string[] = [];
  for (const host of plain) if (!isLoopback(host) && !(await isOwn(host))) open.push(host);
  if (open.length === 0)
    return ok('listening', 'What speaks plain HTTP listens on this machine or in a private network.');
  return warning(
    'listening',
    `Plain HTTP is answered on ${open.join(', ')}, past the proxy.`,
    'Set KEPT_HOST to an address that only the proxy reaches.',
  );
}

/** Whoever is believed can say any address of a client. */
function proxies({ trustedProxies }: Config): Finding {
  const wide = trustedProxies.filter((network) => {
    const [address = '', bits] = network.split('/');
    return bits !== undefined && Number(bits) < (address.includes(':') ? 64 : 16);
  });
  if (wide.length > 0)
    return warning(
      'proxies',
      `Whoever is in ${wide.join(', ')} is believed about a client’s address.`,
      'Name your proxies alone in KEPT_TRUSTED_PROXIES.',
    );
  const said =
    trustedProxies.length === 0 ? 'No proxy is believed.' : `Believed: ${trustedProxies.join(', ')}.`;
  return ok('proxies', said);
}

async function databaseConnection({ databaseUrl }: Config): Promise<Finding> {
  const name = 'database connection';
  if (databaseUrl === null) return ok(name, 'The embedded one is reached by a local socket.');
  // What is no URL to Node names a local socket and no host.
  const url = URL.parse(databaseUrl);
  const mode = url?.searchParams.get('sslmode');
  if (mode === 'verify-full' || mode === 'verify-ca')
    return ok(name, 'It is encrypted, and its certificate looked at.');
  if (url === null || url.hostname === '' || (await isOwn(url.hostname)))
    return ok(name, 'It stays on this machine or in a private network.');
  return warning(
    name,
    'It leaves this machine’s network without its certificate being looked at.',
    'Put ?sslmode=verify-full behind DATABASE_URL.',
  );
}
