/**
 * A disk in memory that forgets: what was not synced when the power is cut is there, not there, or there in part, as
 * the random numbers have it. `cutAfter`: how many bytes may be written before the power goes.
 */
import type { FileLayer, OpenFile } from '../../src/store/keys/files.ts';

export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

interface Pending {
  readonly bytes: Buffer;
  readonly position: number;
}

interface Kept {
  durable: Buffer;
  pending: Pending[];
}

/** Disks write so much at once; a torn write ends between two of them, or anywhere. */
const SECTOR_BYTES = 512;

export class MemoryDisk implements FileLayer {
  readonly files = new Map<string, Kept>();
  cutAfter = Number.POSITIVE_INFINITY;
  written = 0;
  off = false;
  /** Every write fails as on a full disk, without a cut. */
  full = false;

  async makeFolder(): Promise<void> {}

  async open(path: string): Promise<OpenFile> {
    const kept = this.files.get(path) ?? { durable: Buffer.alloc(0), pending: [] };
    this.files.set(path, kept);
    return {
      size: async () => contentsOf(kept).length,
      read: async (into, position) => contentsOf(kept).subarray(position).copy(into),
      write: async (bytes, position) => this.#write(kept, bytes, position),
      sync: async () => {
        if (this.off) throw new PowerCut();
        kept.durable = contentsOf(kept);
        kept.pending = [];
      },
      close: async () => {},
    };
  }

  /** The power comes back: what was not synced is decided by `random`. */
  restart(random: () => number): void {
    for (const kept of this.files.values()) {
      for (const { bytes, position } of kept.pending) {
        for (const [from, to] of pieces(bytes.length, random)) {
          kept.durable = written(kept.durable, bytes.subarray(from, to), position + from);
        }
      }
      kept.pending = [];
    }
    this.off = false;
    this.cutAfter = Number.POSITIVE_INFINITY;
  }

  /** Everything that is on the disk. */
  all(): Buffer {
    return Buffer.concat([...this.files.values()].map(contentsOf));
  }

  copy(): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [path, kept] of this.files) {
      disk.files.set(path, { durable: Buffer.from(contentsOf(kept)), pending: [] });
    }
    return disk;
  }

  #write(kept: Kept, bytes: Buffer, position: number): void {
    if (this.off) throw new PowerCut();
    if (this.full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const may = Math.min(bytes.length, this.cutAfter - this.written);
    kept.pending.push({ bytes: Buffer.from(bytes.subarray(0, may)), position });
    this.written += may;
    if (may === bytes.length) return;
    this.off = true;
    throw new PowerCut();
  }
}

/** Which parts of a write that was not synced reached the disk. */
function pieces(length: number, random: () => number): [number, number][] {
  const kind = random();
  if (kind < 0.3) return [];
  if (kind < 0.6) return [[0, length]];
  if (kind < 0.8) return [[0, Math.floor(random() * length)]];
  const found: [number, number][] = [];
  for (let from = 0; from < length; from += SECTOR_BYTES) {
    if (random() < 0.5) found.push([from, Math.min(from + SECTOR_BYTES, length)]);
  }
  return found;
}

const contentsOf = ({ durable, pending }: Kept): Buffer =>
  pending.reduce((sum, { bytes, position }) => written(sum, bytes, position), durable);

function written(before: Buffer, bytes: Buffer, position: number): Buffer {
  if (bytes.length === 0) return before;
  const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
  before.copy(after);
  bytes.copy(after, position);
  return after;
}
