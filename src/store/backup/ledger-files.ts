/**
 * The files outside the database (erasure ledger, tiles, openings) on their way into a backup and out of it. They only
 * grow, and what a tile held is the beginning of what it holds: a copy made while others write is a valid older one,
 * if what tells their size is read first.
 */
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { FileSums } from './check-items.ts';
import { BackupError } from './errors.ts';
import type { FileTotal, Item } from './items.ts';

const PIECE_BYTES = 256 * 1024;
const FILES_MAX = 5_000_000;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** What a killed replacement left behind. */
const LEFT_BEHIND = /\.new$/;
/** Says how far the others count. */
const TELLS_SIZE = /(^|\/)(state|checkpoint)$/;

/** The files of a folder; `totals` is complete when all were read. */
export class LedgerFiles {
  readonly #folder: string;
  readonly #sums = new FileSums();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async *read(): AsyncGenerator<Extract<Item, { kind: 'file' }>> {
    const paths = await pathsIn(this.#folder);
    const inOrder = [
      ...paths.filter((path) => TELLS_SIZE.test(path)),
      ...paths.filter((path) => !TELLS_SIZE.test(path)),
    ];
    for (const path of inOrder) {
      for await (const bytes of piecesOf(join(this.#folder, path))) {
        this.#sums.add(path, bytes);
        yield { kind: 'file', path, bytes };
      }
    }
  }

  totals(): readonly FileTotal[] {
    return this.#sums.end();
  }
}

/** Relative paths with `/`, sorted; none where there is no such folder. */
export async function pathsIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  if (found.length > FILES_MAX) throw new BackupError('limit', 'The ledger folder holds too many files.');
  return found
    .filter((entry) => entry.isFile() && !LEFT_BEHIND.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** At least one piece, also of an empty file; no more than it held at the beginning. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let at = 0;
    do {
      const bytes = Buffer.alloc(Math.min(PIECE_BYTES, size - at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
      yield bytes.subarray(0, bytesRead);
      if (bytesRead === 0) return;
      at += bytesRead;
    } while (at < size);
  } finally {
    await file.close();
  }
}

/** Writes files piece by piece into a folder that did not exist; `end` makes them durable. */
export class FileSink {
  readonly #folder: string;
  #open: { path: string; file: FileHandle } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(path: string, bytes: Buffer): Promise<void> {
    if (this.#open?.path !== path) {
      await this.end();
      const place = join(this.#folder, path);
      await mkdir(dirname(place), { recursive: true, mode: FOLDER_MODE });
      this.#open = { path, file: await open(place, 'wx', FILE_MODE) };
    }
    await this.#open.file.appendFile(bytes);
  }

  async end(): Promise<void> {
    const { file } = this.#open ?? {};
    this.#open = null;
    if (file === undefined) return;
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
