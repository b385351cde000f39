/**
 * The few things that the key store asks of a disk, so that tests can cut the power at any write. Files are never
 * truncated, renamed or removed here: what is to be gone is overwritten where it stands.
 */
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export interface OpenFile {
  /** Bytes. */
  size(): Promise<number>;
  /** Reads from `position` until `into` is full or the file ends; returns how many bytes were read. */
  read(into: Buffer, position: number): Promise<number>;
  /** Writes all of `bytes` at `position`; durable after the next `sync`. */
  write(bytes: Buffer, position: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileLayer {
  /** Makes the folder (0700) where it is missing. */
  makeFolder(path: string): Promise<void>;
  /** Opens for reading and writing; makes an empty file (0600) where there is none. */
  open(path: string): Promise<OpenFile>;
}

/** Files of this machine. */
export const realFiles: FileLayer = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    await chmod(path, FOLDER_MODE);
  },
  async open(path) {
    const existing = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (existing !== null) return new RealFile(existing);
    const made = await open(path, 'wx+', FILE_MODE);
    await made.sync();
    await syncFolder(dirname(path));
    return new RealFile(made);
  },
};

/** Makes names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

class RealFile implements OpenFile {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  async read(into: Buffer, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await this.#file.read(into, done, into.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async write(bytes: Buffer, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  sync(): Promise<void> {
    return this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
