/** Compressed members anywhere in data: gzip, zlib, zstd, and entries of ZIP files; found by their first bytes. */
import zlib from 'node:zlib';

/** What is read of a member at most, packed and unpacked, in bytes. */
export const MEMBER_BYTES_MAX = 32 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;
/** Of a suspected member this much is unpacked first, to see whether it is one. */
const PROBE_BYTES = 1024;

export type Packing = 'gzip' | 'zlib' | 'zstd' | 'zip';
export interface Member {
  readonly packing: Packing;
  /** Where its compressed bytes begin. */
  readonly at: number;
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const ZIP = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const ZLIB_FIRST = 0x78;
/** Second bytes of zlib data without dictionary, one for each level (RFC 1950). */
const ZLIB_SECOND = new Set([0x01, 0x5e, 0x9c, 0xda]);
const ZIP_HEADER_BYTES = 30;
const GZIP_HEADER_BYTES = 10;
const GZIP_HAS_CHECK = 2;
const GZIP_HAS_EXTRA = 4;
const GZIP_HAS_NAME = 8;
const GZIP_HAS_COMMENT = 16;
const SLICE_BYTES = 4096;

/** Every place in `data` where a member may begin. */
export function suspects(data: Buffer): Member[] {
  const found: Member[] = [];
  for (let at = data.indexOf(ZSTD); at >= 0; at = data.indexOf(ZSTD, at + 1))
    found.push({ packing: 'zstd', at });
  for (let at = data.indexOf(GZIP); at >= 0; at = data.indexOf(GZIP, at + 1)) {
    found.push({ packing: 'gzip', at: afterGzipHeader(data, at) });
  }
  for (let at = data.indexOf(ZIP); at >= 0; at = data.indexOf(ZIP, at + 1)) {
    if (at + ZIP_HEADER_BYTES > data.length) continue;
    const names = data.readUInt16LE(at + 26) + data.readUInt16LE(at + 28);
    found.push({ packing: 'zip', at: at + ZIP_HEADER_BYTES + names });
  }
  for (let at = data.indexOf(ZLIB_FIRST); at >= 0; at = data.indexOf(ZLIB_FIRST, at + 1)) {
    if (ZLIB_SECOND.has(data[at + 1] ?? 0)) found.push({ packing: 'zlib', at });
  }
  return found;
}

/** Where deflated data begin after a gzip header at `at` (RFC 1952, 2.3). They are unpacked bare, whatever follows. */
function afterGzipHeader(data: Buffer, at: number): number {
  const flags = data[at + 3] ?? 0;
  let next = at + GZIP_HEADER_BYTES;
  if (flags & GZIP_HAS_EXTRA && next + 2 <= data.length) next += 2 + data.readUInt16LE(next);
  for (const flag of [GZIP_HAS_NAME, GZIP_HAS_COMMENT]) {
    if (flags & flag) next = data.indexOf(0, next) + 1 || next;
  }
  return flags & GZIP_HAS_CHECK ? next + 2 : next;
}

const inflateRaw = {
  probe: zlib.inflateRawSync,
  stream: zlib.createInflateRaw,
  flush: zlib.constants.Z_SYNC_FLUSH,
};
const UNPACKERS = {
  gzip: inflateRaw,
  zip: inflateRaw,
  zlib: { probe: zlib.inflateSync, stream: zlib.createInflate, flush: zlib.constants.Z_SYNC_FLUSH },
  zstd: { probe: null, stream: zlib.createZstdDecompress, flush: zlib.constants.ZSTD_e_continue },
} as const;

/** Whether data that begin so may be a member: what does not even begin to unpack is none. */
export function begins(packing: Packing, packed: Buffer): boolean {
  const { probe, flush } = UNPACKERS[packing];
  if (probe === null) return true;
  try {
    return probe(packed.subarray(0, PROBE_BYTES), { finishFlush: flush }).length > 0;
  } catch {
    return false;
  }
}

/** What can be unpacked of `packed`, also when it is cut off or broken later on. */
export function unpack(packing: Packing, packed: Buffer): Promise<Buffer> {
  const { stream, flush } = UNPACKERS[packing];
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const unpacker = stream({ finishFlush: flush });
    const over = (): void => resolve(Buffer.concat(parts));
    unpacker.on('data', (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes > UNPACKED_BYTES_MAX) {
        unpacker.destroy();
        over();
      }
    });
    unpacker.on('end', over);
    unpacker.on('error', over);
    // In slices, since what came out of the slice that turns out broken is lost.
    for (let at = 0; at < packed.length; at += SLICE_BYTES)
      unpacker.write(packed.subarray(at, at + SLICE_BYTES));
    unpacker.end();
  });
}
