/** Reads one file out of a zip archive (APPNOTE.TXT 6.3), stored or deflated; archives below 4 GB, as wheels are. */
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

interface Entry {
  readonly method: number;
  readonly compressedBytes: number;
  readonly headerAt: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const [STORED, DEFLATED] = [0, 8];

/** Writes the file `name` of `archive` to `target`. Rejects where the archive is damaged or does not hold it. */
export async function extractEntry(
  archive: string,
  name: string,
  target: string,
  onBytes: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(archive);
  let entry: Entry;
  let start: number;
  try {
    entry = await findEntry(file, name);
    start = await dataStart(file, entry);
  } finally {
    await file.close();
  }
  const end = start + entry.compressedBytes - 1;
  const unpacked = entry.method === STORED ? new PassThrough() : createInflateRaw();
  let done = 0;
  const counted = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      done += piece.length;
      onBytes(done);
      yield piece;
    }
  };
  await pipeline(createReadStream(archive, { start, end }), unpacked, counted, createWriteStream(target), {
    signal,
  });
}

async function findEntry(file: FileHandle, name: string): Promise<Entry> {
  const directory = await centralDirectory(file);
  for (let at = 0; at + CENTRAL_BYTES <= directory.length; ) {
    if (directory.readUInt32LE(at) !== CENTRAL_SIGNATURE) break;
    const nameBytes = directory.readUInt16LE(at + 28);
    const found = directory.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    if (found === name) return entryAt(directory, at);
    at += CENTRAL_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new Error('the archive does not hold the file');
}

function entryAt(directory: Buffer, at: number): Entry {
  const method = directory.readUInt16LE(at + 10);
  if (method !== STORED && method !== DEFLATED) throw new Error('the archive is packed in an unknown way');
  return {
    method,
    compressedBytes: directory.readUInt32LE(at + 20),
    headerAt: directory.readUInt32LE(at + 42),
  };
}

async function centralDirectory(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const tail = await bytesAt(file, Math.max(0, size - END_BYTES - COMMENT_BYTES_MAX), size);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const from = tail.readUInt32LE(at + 16);
    return bytesAt(file, from, from + tail.readUInt32LE(at + 12));
  }
  throw new Error('the archive has no directory');
}

/** The local header repeats the name; only its lengths tell where the data begins. */
async function dataStart(file: FileHandle, entry: Entry): Promise<number> {
  const header = await bytesAt(file, entry.headerAt, entry.headerAt + LOCAL_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error('the archive is damaged');
  return entry.headerAt + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function bytesAt(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  if (bytesRead < bytes.length) throw new Error('the archive is cut off');
  return bytes;
}
