/**
 * A small file that is replaced as a whole without a new file each time: two pages, of which the newer whole one counts.
 * A write goes to the other page, so that one that is torn leaves the last. Of each page: magic (8), sequence (8), length
 * of the content (4), CRC-32 of all but itself (4), content; numbers little-endian.
 */
import { crc32 } from 'node:zlib';

/** Disks write no less at once than a sector; a file system no less than this. */
const PAGE_BYTES = 4096;
const MAGIC = 'KEPTPAGE';
const HEAD_BYTES = 24;
const CRC_AT = 20;

export interface Page {
  readonly sequence: bigint;
  readonly content: Buffer;
}

/** The newer whole page, or null where there is none. */
export function newestPage(file: Uint8Array): Page | null {
  const pages = [0, 1].flatMap((at) => pageIn(Buffer.from(file), at) ?? []);
  return pages.sort((a, b) => (a.sequence < b.sequence ? 1 : -1))[0] ?? null;
}

/** A file that holds this alone. */
export const fileOf = (content: Uint8Array): Buffer =>
  Buffer.concat([pageOf({ sequence: 0n, content: Buffer.from(content) }), Buffer.alloc(PAGE_BYTES)]);

/** What is written, and where (bytes), so that `content` follows the page with this sequence. */
export function nextPage(sequence: bigint, content: Uint8Array): { position: number; bytes: Buffer } {
  const next = sequence + 1n;
  return {
    position: Number(next % 2n) * PAGE_BYTES,
    bytes: pageOf({ sequence: next, content: Buffer.from(content) }),
  };
}

function pageOf({ sequence, content }: Page): Buffer {
  if (content.length > PAGE_BYTES - HEAD_BYTES) throw new RangeError('this is too long for a page');
  const page = Buffer.alloc(PAGE_BYTES);
  page.write(MAGIC, 'latin1');
  page.writeBigUInt64LE(sequence, 8);
  page.writeUInt32LE(content.length, 16);
  page.set(content, HEAD_BYTES);
  page.writeUInt32LE(checksum(page), CRC_AT);
  return page;
}

function pageIn(file: Buffer, at: number): Page | null {
  const page = file.subarray(at * PAGE_BYTES, (at + 1) * PAGE_BYTES);
  if (page.length < PAGE_BYTES || page.toString('latin1', 0, 8) !== MAGIC) return null;
  const length = page.readUInt32LE(16);
  if (page.readUInt32LE(CRC_AT) !== checksum(page) || length > PAGE_BYTES - HEAD_BYTES) return null;
  const sequence = page.readBigUInt64LE(8);
  if (Number(sequence % 2n) !== at) return null;
  return { sequence, content: Buffer.from(page.subarray(HEAD_BYTES, HEAD_BYTES + length)) };
}

const checksum = (page: Buffer): number => crc32(page.subarray(CRC_AT + 4), crc32(page.subarray(0, CRC_AT)));
