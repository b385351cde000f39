/**
 * What auditors get of each entry, in a file outside the database: kind, time, role, and what is needed to recompute
 * the entry. No personal data, and nothing that opens an entry's content. Padding is in it like everything else.
 *
 * 80 bytes for each entry, at its index: code of the kind, code of the role, two zeros, milliseconds since 1970 (8),
 * salt1 (32), hash of the content (32), CRC-32 of all that (4); numbers big-endian.
 */
import { crc32 } from 'node:zlib';
import { ACTOR_ROLES, type AuditOpening, ENTRY_KINDS } from '../../record/commitment.ts';
import type { Disk } from './disk.ts';

const OPENING_BYTES = 80;
/** Read at once: 320 KB. */
const PART_OPENINGS = 4096;

export class Openings {
  readonly #path: string;
  readonly #disk: Disk;
  #count: number;

  private constructor(path: string, disk: Disk, count: number) {
    this.#path = path;
    this.#disk = disk;
    this.#count = count;
  }

  /** Opens the file; what a kill left beyond `size` entries, or torn, is cut. */
  static async open(path: string, disk: Disk, size: number): Promise<Openings> {
    const bytes = (await disk.read(path)) ?? Buffer.alloc(0);
    const count = Math.min(size, Math.floor(bytes.length / OPENING_BYTES));
    if (bytes.length > count * OPENING_BYTES) await disk.cut(path, count * OPENING_BYTES);
    return new Openings(path, disk, count);
  }

  /** Looks at the file and changes nothing: the openings of the first `size` entries, damaged ones as all zeros. */
  static async *given(
    path: string,
    disk: Disk,
    size: number,
  ): AsyncGenerator<AuditOpening & { readonly index: number }> {
    const none = Buffer.alloc(32);
    const damaged = { kind: 'padding', role: 'system', at: 0, salt1: none, contentHash: none } as const;
    for await (const { index, opening } of openingsIn(path, disk, size)) {
      yield { ...(opening ?? damaged), index };
    }
  }

  /** How many entries, from the first on, have one. */
  get count(): number {
    return this.#count;
  }

  /** Writes those of the entries from index `first` on, which is at most `count`. */
  async write(first: number, openings: readonly AuditOpening[]): Promise<void> {
    if (first > this.#count) throw new Error(`openings of entries before ${first} are missing`);
    await this.#disk.write(this.#path, first * OPENING_BYTES, Buffer.concat(openings.map(bytesOf)));
    this.#count = first + openings.length;
  }

  /** Each entry's, in order; null where the file is damaged. */
  read(): AsyncGenerator<{ readonly index: number; readonly opening: AuditOpening | null }> {
    return openingsIn(this.#path, this.#disk, this.#count);
  }
}

/** Those of the first `size` entries, as far as the file has them; in parts, since the file grows for years. */
async function* openingsIn(
  path: string,
  disk: Disk,
  size: number,
): AsyncGenerator<{ readonly index: number; readonly opening: AuditOpening | null }> {
  for (let index = 0; index < size; ) {
    const wanted = Math.min(PART_OPENINGS, size - index) * OPENING_BYTES;
    const part = await disk.readPart(path, index * OPENING_BYTES, wanted);
    for (let at = 0; at + OPENING_BYTES <= part.length; at += OPENING_BYTES) {
      yield { index, opening: openingOf(part.subarray(at, at + OPENING_BYTES)) };
      index += 1;
    }
    if (part.length < wanted) return;
  }
}

function bytesOf({ kind, role, at, salt1, contentHash }: AuditOpening): Buffer {
  const bytes = Buffer.alloc(OPENING_BYTES);
  bytes[0] = ENTRY_KINDS.indexOf(kind);
  bytes[1] = ACTOR_ROLES.indexOf(role);
  bytes.writeBigUInt64BE(BigInt(at), 4);
  bytes.set(salt1, 12);
  bytes.set(contentHash, 44);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 76)), 76);
  return bytes;
}

function openingOf(bytes: Buffer): AuditOpening | null {
  const kind = ENTRY_KINDS[bytes[0] as number];
  const role = ACTOR_ROLES[bytes[1] as number];
  if (kind === undefined || role === undefined) return null;
  if (bytes.length < OPENING_BYTES || crc32(bytes.subarray(0, 76)) !== bytes.readUInt32BE(76)) return null;
  return {
    kind,
    role,
    at: Number(bytes.readBigUInt64BE(4)),
    salt1: Buffer.from(bytes.subarray(12, 44)),
    contentHash: Buffer.from(bytes.subarray(44, 76)),
  };
}
