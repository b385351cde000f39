/** Reads a backup's FILE: every item in order, each authenticated before it is handed on. Writes nothing. */
import { type FileHandle, open } from 'node:fs/promises';
import { damaged } from './errors.ts';
import { decode } from './item-codec.ts';
import type { Item } from './items.ts';
import {
  CHUNK,
  CHUNK_BYTES_MAX,
  CHUNK_HEAD_BYTES,
  type ChunkKind,
  HEAD_BYTES,
  idIn,
  openChunk,
} from './sealed-file.ts';

const KINDS: readonly number[] = Object.values(CHUNK);

export interface ReadOptions {
  /** Called after each chunk. */
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The id of a backup, which names its key. Throws `damaged`. */
export async function readId(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    return idIn(await take(handle, 0, HEAD_BYTES));
  } finally {
    await handle.close();
  }
}

/** Throws `damaged` where anything is not as it was written, and where the file ends before its last chunk. */
export async function* readItems(file: string, key: Buffer, options: ReadOptions = {}): AsyncGenerator<Item> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const id = idIn(await take(handle, 0, HEAD_BYTES));
    let at = HEAD_BYTES;
    let kind: ChunkKind = CHUNK.header;
    for (let number = 0; number === 0 || kind !== CHUNK.end; number += 1) {
      options.signal?.throwIfAborted();
      const head = await take(handle, at, CHUNK_HEAD_BYTES);
      const length = head.readUInt32BE(1);
      kind = head[0] as ChunkKind;
      if (!KINDS.includes(kind) || length > CHUNK_BYTES_MAX) throw damaged(`chunk ${number} was altered`);
      if ((number === 0) !== (kind === CHUNK.header)) throw damaged('its header is not in its place');
      const sealed = await take(handle, at + CHUNK_HEAD_BYTES, length);
      at += CHUNK_HEAD_BYTES + length;
      const item = decode(kind, await openChunk(key, id, number, kind, sealed));
      if (item.kind === 'header' && item.header.id !== id) throw damaged('its header is of another backup');
      if (kind === CHUNK.end && at !== size) throw damaged('something follows its end');
      yield item;
      options.onProgress?.(at, size);
    }
  } finally {
    await handle.close();
  }
}

async function take(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw damaged('it is cut off');
    done += bytesRead;
  }
  return bytes;
}
