/**
 * The few things that ledger, openings and tiles ask of a disk, so that tests can kill at any of them. Each write is
 * durable when it resolves, names in folders included. Nothing here knows what is written.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export interface Disk {
  /** The whole file, or null where there is none. */
  read(path: string): Promise<Buffer | null>;
  /** Up to `length` bytes from `position` on, fewer where the file ends; none where there is none. */
  readPart(path: string, position: number, length: number): Promise<Buffer>;
  /** Writes `bytes` at `position` (bytes) and lets the file end there; makes file and folders where they are missing. */
  write(path: string, position: number, bytes: Uint8Array): Promise<void>;
  /** Writes `bytes` at `position` (bytes) of a file that is there and as long as that. */
  overwrite(path: string, position: number, bytes: Uint8Array): Promise<void>;
  /** Old or new bytes, never a mixture. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Lets the file end after `length` bytes. */
  cut(path: string, length: number): Promise<void>;
  /** The names in a folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Lets go of what it keeps open. */
  close(): Promise<void>;
}

/** Files of this machine. */
export const realDisk: Disk = {
  read: (path) => absent(readFile(path)),
  async readPart(path, position, length) {
    const file = await absent(open(path, 'r'));
    if (file === null) return Buffer.alloc(0);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  async write(path, position, bytes) {
    const existing = await absent(open(path, 'r+'));
    if (existing !== null) return finish(existing, position, bytes);
    await makeFolder(dirname(path));
    await finish(await open(path, 'wx', FILE_MODE), position, bytes);
    await syncFolder(dirname(path));
  },
  async overwrite(path, position, bytes) {
    const file = await open(path, 'r+');
    try {
      await writeAll(file, position, bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  async replace(path, bytes) {
    const beside = `${path}.${randomBytes(4).toString('hex')}.new`;
    await makeFolder(dirname(path));
    await finish(await open(beside, 'wx', FILE_MODE), 0, bytes);
    await rename(beside, path);
    await syncFolder(dirname(path));
  },
  async cut(path, length) {
    const file = await open(path, 'r+');
    try {
      await file.truncate(length);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  list: async (folder) => (await absent(readdir(folder))) ?? [],
  close: async () => {},
};

async function finish(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  try {
    await writeAll(file, position, bytes);
    if ((await file.stat()).size > position + bytes.length) await file.truncate(position + bytes.length);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Makes a folder and those above it; each new name is durable. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const absent = <T>(promise: Promise<T>): Promise<T | null> =>
  promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
