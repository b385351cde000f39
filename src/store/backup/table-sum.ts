/**
 * Counts the rows of a COPY stream in PostgreSQL's binary format and sums them up, in whatever order they come: the
 * lane-wise sum of the rows' SHA-256. It finds what was lost or altered by accident; forgery is the seal's business.
 */
import { hash } from 'node:crypto';
import { BackupError, damaged } from './errors.ts';
import type { TableTotal } from './items.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Signature, flags, length of the header's extension. */
const HEAD_BYTES = SIGNATURE.length + 4 + 4;
const LANES = 8;
/** A row is held whole. */
const ROW_BYTES_MAX = 64 * 1024 * 1024;
/** Most rows are smaller. */
const MENDING_BYTES = 8 * 1024;
const NOT_WHOLE = -1;

export class TableSum {
  readonly #name: string;
  readonly #lanes = new Uint32Array(LANES);
  #rows = 0;
  #state: 'head' | 'rows' | 'over' = 'head';
  /** The beginning of a row whose end comes in another piece. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(name: string) {
    this.#name = name;
  }

  /** Throws `damaged` where the bytes are no such stream, `limit` where a row is larger than 64 MB. */
  add(piece: Buffer): void {
    if (this.#rest.length > 0 && piece.length > MENDING_BYTES) {
      // Only the row that was cut in two is put together, not all of the piece.
      this.#take(Buffer.concat([this.#rest, piece.subarray(0, MENDING_BYTES)]));
      const left = this.#rest;
      const taken = Math.min(left.length, MENDING_BYTES);
      if (left.length <= MENDING_BYTES) {
        this.#rest = Buffer.alloc(0);
        this.#take(piece.subarray(MENDING_BYTES - taken));
      } else this.#take(Buffer.concat([left, piece.subarray(MENDING_BYTES)]));
    } else this.#take(this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]));
  }

  #take(bytes: Buffer): void {
    let at = this.#state === 'head' ? this.#head(bytes) : 0;
    while (this.#state === 'rows') {
      const end = endOfRow(bytes, at);
      if (end === NOT_WHOLE) break;
      if (bytes.readInt16BE(at) < 0) this.#state = 'over';
      else this.#add(bytes.subarray(at, end));
      at = end;
    }
    if (this.#state === 'over' && at < bytes.length) throw damaged('a table in it goes on after its end');
    if (bytes.length - at > ROW_BYTES_MAX)
      throw new BackupError('limit', `A row of ${this.#name} is too large for a backup.`);
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Throws `damaged` where the stream has not ended. */
  total(): TableTotal {
    if (this.#state !== 'over') throw damaged('a table in it is cut off');
    return { name: this.#name, rows: this.#rows, sum: Buffer.from(this.#lanes.buffer).toString('hex') };
  }

  /** How many bytes the head takes; 0 when it is not all there yet. */
  #head(bytes: Buffer): number {
    if (bytes.length < HEAD_BYTES) return 0;
    // Flags and extension are zero in what PostgreSQL writes.
    if (
      !bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE) ||
      bytes.readBigInt64BE(SIGNATURE.length) !== 0n
    )
      throw damaged('a table in it is not in the expected format');
    this.#state = 'rows';
    return HEAD_BYTES;
  }

  #add(row: Buffer): void {
    this.#rows += 1;
    const digest = hash('sha256', row, 'buffer');
    for (let lane = 0; lane < LANES; lane += 1)
      this.#lanes[lane] = (this.#lanes[lane] as number) + digest.readUInt32LE(lane * 4);
  }
}

/** Where the row (or the end mark) at `at` ends, or `NOT_WHOLE`. Throws `damaged`. */
function endOfRow(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return NOT_WHOLE;
  const fields = bytes.readInt16BE(at);
  if (fields < -1) throw damaged('a row in it cannot be read');
  let end = at + 2;
  for (let field = 0; field < fields; field += 1) {
    if (end + 4 > bytes.length) return NOT_WHOLE;
    const length = bytes.readInt32BE(end);
    if (length < -1) throw damaged('a row in it cannot be read');
    end += 4 + Math.max(0, length);
  }
  return end > bytes.length ? NOT_WHOLE : end;
}
