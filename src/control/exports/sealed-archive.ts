/**
 * The file of an archive: pieces of 64 KiB, each sealed by AES-256-GCM under a key that is used for this file and no
 * other. Its number, whether it is the last, and the export's id are bound to it, so that no piece can be left out,
 * doubled, moved, or taken from another file.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = PIECE_BYTES + TAG_BYTES;
const NONCE_BYTES = 12;
const FILE_MODE = 0o600;

export interface ArchivePlace {
  readonly path: string;
  /** The export's id, 32 hex digits. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** The file does not open: it was altered or cut off, or is another's. */
export class ArchiveDamaged extends Error {
  override readonly name = 'ArchiveDamaged';
}

/** Writes a new file (0600) and makes it durable; answers how many bytes went in. Throws what the source or the disk throws. */
export async function writeArchive(place: ArchivePlace, source: AsyncIterable<Buffer>): Promise<number> {
  const file = await open(place.path, 'wx', FILE_MODE);
  try {
    let [bytes, number] = [0, 0];
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of source) {
      bytes += chunk.length;
      rest = Buffer.concat([rest, chunk]);
      // The last piece is only known at the end: what could be it is held back.
      for (; rest.length > PIECE_BYTES; rest = rest.subarray(PIECE_BYTES)) {
        await writeWhole(file, sealPiece(place, number++, false, rest.subarray(0, PIECE_BYTES)));
      }
    }
    await writeWhole(file, sealPiece(place, number, true, rest));
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

/** What `writeArchive` was given, piece by piece. Throws `ArchiveDamaged`, and what the disk throws: ENOENT where it is gone. */
export async function openArchive(place: ArchivePlace): Promise<AsyncGenerator<Buffer>> {
  const file = await open(place.path, 'r');
  return pieces(place, file);
}

async function* pieces(place: ArchivePlace, file: FileHandle): AsyncGenerator<Buffer> {
  try {
    const { size } = await file.stat();
    const last = Math.max(0, Math.ceil(size / SEALED_BYTES) - 1);
    for (let number = 0; number <= last; number++) {
      const sealed = Buffer.alloc(number < last ? SEALED_BYTES : size - last * SEALED_BYTES);
      const { bytesRead } = await file.read(sealed, 0, sealed.length, number * SEALED_BYTES);
      if (bytesRead < sealed.length) throw new ArchiveDamaged('the file is cut off');
      yield openPiece(place, number, number === last, sealed);
    }
  } finally {
    await file.close();
  }
}

/** A disk may take less than it is given. */
async function writeWhole(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, null);
    done += bytesWritten;
  }
}

/** A piece's number is its nonce: the key is used for one file, and each number once. */
function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(number), NONCE_BYTES - 8);
  return nonce;
}

const boundTo = ({ id }: ArchivePlace, number: number, isLast: boolean): Buffer =>
  Buffer.from(`kept export v1\n${id}\n${number}\n${isLast ? 'last' : 'more'}\n`);

function sealPiece(place: ArchivePlace, number: number, isLast: boolean, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', place.key, nonceOf(number));
  cipher.setAAD(boundTo(place, number, isLast));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openPiece(place: ArchivePlace, number: number, isLast: boolean, sealed: Buffer): Buffer {
  const end = sealed.length - TAG_BYTES;
  if (end < 0) throw new ArchiveDamaged('the file is cut off');
  const decipher = createDecipheriv('aes-256-gcm', place.key, nonceOf(number), { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(place, number, isLast));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch {
    throw new ArchiveDamaged('the file was altered, or is of another key');
  }
}
