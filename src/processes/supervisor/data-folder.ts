/** The data folder and the run folder: made, locked against a second instance, and roomy enough, before anything starts. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Config } from '../../config/index.ts';
import { mayEnter } from '../confine/reach.ts';
import { codeOf, StartError } from '../start-error.ts';
import { readInstance } from './instance.ts';

const MIB = 1024 * 1024;
/** A fresh database with its first WAL segments. */
const NEW_DATABASE_BYTES = 160 * MIB;
/** Below this the database would stop in the middle of somebody's request. */
const RUNNING_BYTES = 32 * MIB;
/** A socket's path may have 107 bytes on Linux, 103 on macOS. */
const SOCKET_PATH_BYTES_MAX = 100;
/** The longest name below the run folder. */
const LONGEST_SOCKET = '/postgres/.s.PGSQL.5432.lock';

/** Others may enter (gateway and engine run as other users) but not list; what matters inside is closed. */
const FOLDER_MODE = 0o711;
const SECRET_MODE = 0o700;

export interface DataFolder {
  readonly path: string;
  readonly keys: string;
  /** Gives the folder free for another instance. */
  unlock(): void;
}

export function openDataFolder({ dataFolder: folder, keysFolder, modelsFolder }: Config): DataFolder {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    const unlock = lock(folder);
    mkdirSync(keysFolder, { recursive: true, mode: SECRET_MODE });
    mkdirSync(modelsFolder, { recursive: true, mode: 0o755 });
    return { path: realpathSync(folder), keys: keysFolder, unlock };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(folderSentence(folder, codeOf(error)));
  }
}

function folderSentence(folder: string, code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return fullSentence(folder);
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return `${folder} is not a folder: set KEPT_DATA to another one.`;
  return `The data folder ${folder} cannot be written by this user: give it to them, or set KEPT_DATA to another one.`;
}

/** What the start says when the disk is full, whoever noticed. */
export function fullSentence(folder: string): string {
  return `The disk that holds ${folder} is full: free some space there, or set KEPT_DATA to a folder on another disk.`;
}

/**
 * An exclusive lock on a file of SQLite's: the kernel holds it for the process, so that one that was killed leaves none
 * behind.
 */
function lock(folder: string): () => void {
  const file = new DatabaseSync(path.join(folder, 'lock'));
  try {
    // Nothing is ever written: no journal either.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY)
      throw new StartError(folderSentence(folder, ''));
    const pid = readInstance(folder)?.pid;
    const who = pid === undefined ? 'another instance' : `another instance (process ${pid})`;
    throw new StartError(
      `The data folder ${folder} is in use by ${who}: stop that one, or set KEPT_DATA to another folder.`,
    );
  }
  return () => file.close();
}
const SQLITE_BUSY = 5;

/** Refuses a disk without room for `extra` bytes (the model) and the database. */
export function requireSpace(folder: string, newDatabase: boolean, extra: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const needed = extra + (newDatabase ? NEW_DATABASE_BYTES : RUNNING_BYTES);
  if (bavail * bsize >= needed) return;
  const free = Math.floor((bavail * bsize) / MIB);
  throw new StartError(
    `${fullSentence(folder)} It has ${free} MB free, ${Math.ceil(needed / MIB)} MB are needed.`,
  );
}

/**
 * The folder of the local sockets: below the data folder, or, where that path is too long for a socket or closed to
 * `users`, below the folder for temporary files under a name that only depends on the data folder.
 */
export function openRunFolder(data: string, users: readonly { uid: number; gid: number }[]): string {
  const own = path.join(data, 'run');
  if (fits(own) && users.every((user) => mayEnter(own, user))) return makeRunFolder(own);
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const below = [os.tmpdir(), '/tmp'].find((tmp) => fits(path.join(tmp, `kept-${hash}`))) ?? '/tmp';
  return makeRunFolder(path.join(below, `kept-${hash}`));
}

const fits = (folder: string): boolean => Buffer.byteLength(folder + LONGEST_SOCKET) <= SOCKET_PATH_BYTES_MAX;

/** Made by us and nobody else: in a shared folder somebody could have put one there before. */
function makeRunFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const found = lstatSync(folder);
  const ours = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  if (!ours || (found.mode & 0o022) !== 0) {
    throw new StartError(
      `${folder} belongs to somebody else: remove it, or set KEPT_DATA to a shorter path.`,
    );
  }
  return folder;
}

/**
 * When process `pid` was started, as the kernel counts: a number that was given anew has another time. Null where no
 * such process runs, or only its exit waits to be read.
 */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
