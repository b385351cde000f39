/**
 * The master key: 64 hex digits, a file that only its owner can read, or what a command prints (for KMS and HSM).
 * Never logged, never in an error.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { wantedMaster } from './epochs.ts';
import { KeyError, MissingMasterKey } from './errors.ts';
import { realFiles, syncFolder } from './files.ts';
import { EPOCHS_FILE } from './open-parts.ts';
import { fingerprint, KEY_BYTES } from './wrap.ts';

const FILE = 'master-key';
/** The next one while a rotation is under way. */
const STAGED_FILE = 'master-key.next';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const COMMAND_MS_MAX = 10_000;
const COMMAND_BYTES_MAX = 4096;
const DIGITS = /^[0-9a-f]{64}$/i;

/**
 * `environment`: KEPT_MASTER_KEY, 64 hex digits or a path. `command`: the configuration's, program and arguments; it
 * goes first. Neither: the file `master-key` in the keys folder.
 */
export interface MasterKeySource {
  readonly environment?: string | undefined;
  readonly command?: readonly string[] | undefined;
}

/**
 * The 32 bytes. `mayMake`: the default file is made where it is missing and no keys are there. Throws
 * `MissingMasterKey`, or `KeyError` (`bad_master_key`); touches nothing then. Whether it is the right one shows when
 * the store is opened.
 */
export async function readMasterKey(
  source: MasterKeySource,
  keysFolder: string,
  { mayMake }: { readonly mayMake: boolean },
): Promise<Buffer> {
  if (source.command !== undefined && source.command.length > 0) return fromCommand(source.command);
  if (source.environment) {
    if (DIGITS.test(source.environment)) return Buffer.from(source.environment, 'hex');
    return (await fromFile(source.environment)) ?? missing(keysFolder);
  }
  const path = join(keysFolder, FILE);
  await settleStaged(keysFolder);
  const found = await fromFile(path);
  if (found !== null) return found;
  if (!mayMake || (await hasEpochs(keysFolder))) return missing(keysFolder);
  await make(path, keysFolder);
  return (await fromFile(path)) ?? missing(keysFolder);
}

/** A new master key beside the one in the keys folder, before the epochs are wrapped under it. Durable. */
export async function stageMasterKey(keysFolder: string, key: Buffer): Promise<void> {
  const draft = await writeDraft(join(keysFolder, STAGED_FILE), key);
  await rename(draft, join(keysFolder, STAGED_FILE));
  await syncFolder(keysFolder);
}

/** The epochs are under the new one: it takes the old one's place, which is overwritten first. */
export async function adoptMasterKey(keysFolder: string): Promise<void> {
  await overwrite(join(keysFolder, FILE));
  await rename(join(keysFolder, STAGED_FILE), join(keysFolder, FILE));
  await syncFolder(keysFolder);
}

/** The epochs are under a key from elsewhere: the file in the keys folder is overwritten and removed. */
export async function dropMasterKeyFile(keysFolder: string): Promise<void> {
  await remove(keysFolder, FILE);
}

/** Ends a rotation that a kill cut off: which of the two keys counts, the epochs say. */
async function settleStaged(keysFolder: string): Promise<void> {
  const staged = await fromFile(join(keysFolder, STAGED_FILE));
  if (staged === null) return;
  if (fingerprint(staged) === (await wantedIn(keysFolder))) await adoptMasterKey(keysFolder);
  else await remove(keysFolder, STAGED_FILE);
}

async function remove(keysFolder: string, name: string): Promise<void> {
  await overwrite(join(keysFolder, name));
  await rm(join(keysFolder, name), { force: true });
  await syncFolder(keysFolder);
}

/** With zeros, where it stands; nothing happens where there is no such file. */
async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function missing(keysFolder: string): Promise<never> {
  throw new MissingMasterKey(await wantedIn(keysFolder));
}

/** The fingerprint of the key that the epochs are under; null where there are none. */
async function wantedIn(keysFolder: string): Promise<string | null> {
  if (!(await hasEpochs(keysFolder))) return null;
  const file = await realFiles.open(join(keysFolder, EPOCHS_FILE));
  try {
    return await wantedMaster(file);
  } finally {
    await file.close();
  }
}

async function hasEpochs(keysFolder: string): Promise<boolean> {
  return stat(join(keysFolder, EPOCHS_FILE)).then(
    ({ size }) => size > 0,
    () => false,
  );
}

function parsed(text: string, from: string): Buffer {
  const digits = text.trim();
  if (!DIGITS.test(digits)) throw new KeyError('bad_master_key', `${from} does not hold 64 hex digits`);
  return Buffer.from(digits, 'hex');
}

async function fromFile(path: string): Promise<Buffer | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new KeyError('bad_master_key', 'the master key file cannot be read', { cause: error });
  });
  if (found === null) return null;
  if ((found.mode & 0o077) !== 0) {
    throw new KeyError('bad_master_key', 'others may read the master key file: give it mode 0600');
  }
  const text = await readFile(path, 'latin1').catch((error: unknown) => {
    throw new KeyError('bad_master_key', 'the master key file cannot be read', { cause: error });
  });
  return parsed(text, 'the master key file');
}

function fromCommand([program, ...rest]: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL', maxBuffer: COMMAND_BYTES_MAX } as const;
    // What the command printed is neither in the error nor in its cause: it may be the key.
    execFile(program!, rest, limits, (error, stdout) => {
      if (error === null) {
        try {
          resolve(parsed(stdout, 'what the master key command printed'));
        } catch (bad) {
          reject(bad);
        }
        return;
      }
      const why = error.killed ? `took longer than ${COMMAND_MS_MAX / 1000} s` : 'failed';
      reject(new KeyError('bad_master_key', `the master key command ${why}`));
    });
  });
}

/** Whole or not at all, also when killed meanwhile; of two at once the first one's stays. */
async function make(path: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const draft = await writeDraft(path, randomBytes(KEY_BYTES));
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  await syncFolder(folder);
}

async function writeDraft(path: string, key: Buffer): Promise<string> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(draft, 'wx', FILE_MODE);
  try {
    await file.writeFile(`${key.toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}
