/**
 * A disk that keeps the files open that are written again and again: an act's writes then are one call each. For who
 * alone writes in its folders; nobody may put another file in the place of one that is kept open.
 */
import { constants, type FileHandle, open } from 'node:fs/promises';
import { type Disk, realDisk } from './disk.ts';

/** An act writes ledger, openings, state, and a tile of each level. */
const FILES_MAX = 16;

interface Kept {
  readonly file: FileHandle;
  length: number;
  /** Whoever writes or closes, one after the other. */
  turn: Promise<unknown>;
}

/** A write is durable when it returns. Elsewhere it may stay in the drive's cache, so that a sync has to follow. */
const SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0;

export function openDisk(): Disk {
  /** By path, the longest unused first. */
  const files = new Map<string, Kept>();
  let isClosed = false;

  async function keep(path: string): Promise<Kept> {
    const file = await open(path, constants.O_RDWR | SYNCED);
    const length = (await file.stat()).size;
    // Somebody else was faster, or has closed the disk meanwhile.
    const other = files.get(path);
    if (isClosed || other !== undefined) await file.close();
    if (isClosed) throw new Error('the disk is closed: nothing is written any more');
    if (other !== undefined) return other;
    const kept = { file, length, turn: Promise.resolve() };
    files.set(path, kept);
    const [oldest] = files.keys();
    if (files.size > FILES_MAX && oldest !== undefined) await letGo(oldest);
    return kept;
  }

  async function letGo(path: string): Promise<void> {
    const kept = files.get(path);
    files.delete(path);
    await kept?.turn.catch(() => {});
    await kept?.file.close();
  }

  /** The file as it is kept open, or opened; null where there is none. */
  async function kept(path: string): Promise<Kept | null> {
    const found = files.get(path);
    if (found === undefined) {
      return keep(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
    }
    files.delete(path);
    files.set(path, found);
    return found;
  }

  return {
    ...realDisk,
    async write(path, position, bytes) {
      const found = await kept(path);
      if (found === null) return realDisk.write(path, position, bytes);
      await inTurn(found, async () => {
        await put(found, position, bytes);
        if (found.length <= position + bytes.length) return;
        await found.file.truncate(position + bytes.length);
        await found.file.datasync();
        found.length = position + bytes.length;
      });
    },
    async overwrite(path, position, bytes) {
      const found = await kept(path);
      if (found === null) return realDisk.overwrite(path, position, bytes);
      await inTurn(found, () => put(found, position, bytes));
    },
    async replace(path, bytes) {
      await letGo(path);
      await realDisk.replace(path, bytes);
    },
    async cut(path, length) {
      await letGo(path);
      await realDisk.cut(path, length);
    },
    async close() {
      isClosed = true;
      await Promise.all([...files.keys()].map(letGo));
    },
  };
}

function inTurn(kept: Kept, work: () => Promise<void>): Promise<void> {
  const done = kept.turn.catch(() => {}).then(work);
  kept.turn = done;
  return done;
}

async function put(kept: Kept, position: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await kept.file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
    // Also of a write that fails half-way: the next one lets the file end where it ends.
    kept.length = Math.max(kept.length, position + done);
  }
  if (SYNCED === 0) await kept.file.datasync();
}
