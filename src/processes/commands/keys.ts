/** `kept keys`: the key store of the running instance, and its rotation. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { newMasterKeyOf } from '../../config/index.ts';
import { KeyError } from '../../store/keys/errors.ts';
import { readMasterKey } from '../../store/keys/master-key.ts';
import { CommandError, callAdmin, openAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface Shown {
  readonly master_key: { readonly fingerprint: string; readonly from: From };
  readonly epoch: number;
  readonly rolling: boolean;
  readonly keys: Readonly<Record<string, number>>;
  readonly lookups: number;
  readonly suppressions: number;
  readonly in_grace: number;
  readonly damaged: number;
}

type From = 'keys_folder' | 'environment' | 'file' | 'command';

interface Rotated {
  readonly epoch: number;
  readonly master: { before: string; after: string; from: From; made: boolean } | null;
}

interface RotateOptions {
  epoch?: boolean;
  master?: boolean;
  command?: string[];
  json?: boolean;
}

const FROM: Readonly<Record<From, string>> = {
  keys_folder: 'the file `master-key` in the keys folder',
  environment: 'KEPT_MASTER_KEY',
  file: 'the file that KEPT_MASTER_KEY names',
  command: '`master_key_command`',
};

export function register(program: Command): void {
  const keys = program.command('keys').description('the key store: what data at rest is sealed under');
  withJson(keys.command('show').description('what it holds, and which master key it is under')).action(
    action(show),
  );
  withJson(keys.command('rotate').description('wrap every key anew, while everything runs'))
    .option('--epoch', 'under a new epoch key; copies of the key files made before do not open any more')
    .option('--master', 'under a new master key, from KEPT_NEW_MASTER_KEY or --command, and a new epoch key')
    .option('--command <words...>', 'with --master: a program and its arguments that print the new key')
    .action(action(rotate));
}

async function show({ json }: { json?: boolean }): Promise<void> {
  const shown = await callAdmin<Shown>('GET', '/key-store');
  const { master_key: master, epoch, rolling, keys, damaged } = shown;
  const counts = Object.entries({
    ...keys,
    'look-ups': shown.lookups,
    suppressions: shown.suppressions,
    'in the grace': shown.in_grace,
    damaged,
  });
  print(json, shown, [
    `Master key ${master.fingerprint}, from ${FROM[master.from]}.`,
    `Epoch ${epoch}${rolling ? ', being rolled' : ''}.`,
    ...table(counts.map(([kind, count]) => [`  ${kind}`, String(count)])),
  ]);
}

async function rotate(options: RotateOptions): Promise<void> {
  const { epoch, master, command, json } = options;
  if (!epoch && !master) throw new CommandError('Say what to rotate: --epoch, or --master.');
  if (command !== undefined && !master) throw new CommandError('--command goes with --master.');
  const body = master ? { master_key: await newMasterKey(command) } : {};
  const rotated = await follow(body);
  print(json, rotated, [
    `Every key is wrapped under epoch ${rotated.epoch}: copies of the key files made before do not open any more.`,
    ...(rotated.master === null ? [] : masterSentences(rotated.master)),
  ]);
}

/** 64 hex digits, or null where none is given: then control makes one, if it keeps its own. */
async function newMasterKey(command: string[] | undefined): Promise<string | null> {
  const environment = newMasterKeyOf(process.env, process.cwd());
  if (environment !== null && command !== undefined)
    throw new CommandError('KEPT_NEW_MASTER_KEY and --command exclude each other.');
  if (environment === null && command === undefined) return null;
  const source = environment === null ? { command } : { environment };
  try {
    // The folder is only looked at where neither is given.
    return (await readMasterKey(source, process.cwd(), { mayMake: false })).toString('hex');
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const why = error.code === 'missing_master_key' ? 'the file is not there' : error.message;
    throw new CommandError(`The new master key cannot be used: ${why}. Nothing was changed.`);
  }
}

type Line =
  | { readonly done: number; readonly total: number }
  | { readonly rotated: Rotated }
  | { readonly error: { readonly message: string } };

/** Shows the progress on standard error; the end is the answer. */
async function follow(body: object): Promise<Rotated> {
  const answer = await openAdmin('/key-store/rotate', { method: 'POST', body });
  let rotated: Rotated | null = null;
  try {
    for await (const text of createInterface({ input: answer })) {
      const line = JSON.parse(text) as Line;
      if ('error' in line) throw new CommandError(line.error.message);
      if ('rotated' in line) rotated = line.rotated;
      else showProgress(line.done, line.total);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
  if (rotated !== null) return rotated;
  throw new CommandError(
    'The running Kept broke off. Every key still opens; `kept keys show` says which master key it is under. Begin the rotation again.',
  );
}

function showProgress(done: number, total: number): void {
  const text = `${done} of ${total} keys looked at`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

function masterSentences({ before, after, from, made }: NonNullable<Rotated['master']>): string[] {
  const next: Readonly<Record<From, string>> = {
    keys_folder: made
      ? 'The new one lies in the file `master-key` in the keys folder, as the old one did.'
      : 'The file `master-key` in the keys folder is gone: set KEPT_MASTER_KEY or `master_key_command` to the new one, and restart Kept with it now.',
    environment: 'Set KEPT_MASTER_KEY to the new one, and restart Kept with it now.',
    file: 'Put the new one into the file that KEPT_MASTER_KEY names now.',
    command: 'Let `master_key_command` print the new one now.',
  };
  return [
    `The master key is ${after}; the old one, ${before}, opens nothing any more.`,
    next[from],
    ...(made
      ? []
      : [`Until then control cannot be started again: a start with another one refuses and names ${after}.`]),
    `Backups made before open with the old one only: keep it apart for as long as you keep them, or make one now (\`kept backup\`).`,
  ];
}
