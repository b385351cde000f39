/**
 * The bytes of a backup's FILE: a plain head with its id, then chunks. Each chunk is compressed and sealed by
 * AES-256-GCM under the backup's key; its number, its kind and the id are bound to it, so that none can be left out,
 * doubled, moved, or taken from another backup; without its last chunk the file is refused. Nothing here touches a disk.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { damaged } from './errors.ts';

const MAGIC = Buffer.from('KEPTBAK1', 'latin1');
const ID_BYTES = 16;
export const HEAD_BYTES = MAGIC.length + ID_BYTES;
/** Kind, length of what follows. */
export const CHUNK_HEAD_BYTES = 1 + 4;
const TAG_BYTES = 16;
/** What a chunk may hold, before and after it is compressed. */
export const CHUNK_BYTES_MAX = 16 * 1024 * 1024;
const COMPRESSION_LEVEL = 3;

/** Codes stand in files and never change. */
export const CHUNK = { header: 1, rows: 2, file: 3, end: 4 } as const;
export type ChunkKind = (typeof CHUNK)[keyof typeof CHUNK];

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export const headOf = (id: string): Buffer => Buffer.concat([MAGIC, Buffer.from(id, 'hex')]);

/** The backup's id. Throws `damaged`. */
export function idIn(head: Buffer): string {
  if (head.length !== HEAD_BYTES || !head.subarray(0, MAGIC.length).equals(MAGIC))
    throw damaged('it is not a backup of Kept');
  return head.toString('hex', MAGIC.length);
}

/** A chunk's number is its nonce: the key is used for one backup, and each number once. */
function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 4);
  return nonce;
}

const boundTo = (id: string, number: number, kind: ChunkKind): Buffer =>
  Buffer.from(`kept backup v1\n${id}\n${number}\n${kind}\n`);

export async function sealChunk(
  key: Buffer,
  id: string,
  number: number,
  kind: ChunkKind,
  plain: Buffer,
): Promise<Buffer> {
  const packed = await compress(plain, {
    params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL },
  });
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number));
  cipher.setAAD(boundTo(id, number, kind));
  const head = Buffer.alloc(CHUNK_HEAD_BYTES);
  head[0] = kind;
  head.writeUInt32BE(packed.length + TAG_BYTES, 1);
  const sealed = cipher.update(packed);
  cipher.final();
  return Buffer.concat([head, sealed, cipher.getAuthTag()]);
}

/** Throws `damaged` for anything but the chunk that was written there. */
export async function openChunk(
  key: Buffer,
  id: string,
  number: number,
  kind: ChunkKind,
  sealed: Buffer,
): Promise<Buffer> {
  const end = sealed.length - TAG_BYTES;
  if (end < 0) throw damaged(`chunk ${number} is cut off`);
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number), { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(id, number, kind));
  decipher.setAuthTag(sealed.subarray(end));
  const packed = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
    return await decompress(packed, { maxOutputLength: CHUNK_BYTES_MAX });
  } catch {
    throw damaged(`chunk ${number} was altered, or the key is another backup's`);
  }
}
