/**
 * Counts the rows of a COPY stream in PostgreSQL's binary format and sums them up, in whatever order they come: the
 * lane-wise sum of the rows' SHA-256. It finds what was lost or altered by accident; forgery is the seal's business.
 */
import { createHash, type Hash } from 'node:crypto';
import { damaged } from './errors.ts';
import type { TableTotal } from './items.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Signature, flags, length of the header's extension. */
const HEAD_BYTES = SIGNATURE.length + 4 + 4;
const LANES = 8;

type State = 'head' | 'row' | 'field' | 'value' | 'over';

export class TableSum {
  readonly #name: string;
  readonly #lanes = new Uint32Array(LANES);
  #rows = 0;
  #state: State = 'head';
  /** Bytes of a number that was cut in two by the end of a piece. */
  #rest: Buffer = Buffer.alloc(0);
  #fields = 0;
  #valueLeft = 0;
  #hash: Hash = createHash('sha256');

  constructor(name: string) {
    this.#name = name;
  }

  /** Throws `damaged` where the bytes are no such stream. */
  add(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let at = 0;
    for (;;) {
      const step = this.#step(bytes, at);
      if (step < 0) break;
      at += step;
      if (at === bytes.length && this.#state !== 'value') break;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Throws `damaged` where the stream has not ended. */
  total(): TableTotal {
    if (this.#state !== 'over' || this.#rest.length > 0) throw damaged('a table in it is cut off');
    return { name: this.#name, rows: this.#rows, sum: Buffer.from(this.#lanes.buffer).toString('hex') };
  }

  /** Takes one thing from `bytes` at `at`; how many bytes that were, or -1 when it is not all there yet. */
  #step(bytes: Buffer, at: number): number {
    const left = bytes.length - at;
    if (this.#state === 'value') return this.#value(bytes, at, left);
    if (this.#state === 'row') return left < 2 ? -1 : this.#row(bytes.readInt16BE(at));
    if (this.#state === 'field') return left < 4 ? -1 : this.#field(bytes, at);
    if (this.#state === 'head') return left < HEAD_BYTES ? -1 : this.#head(bytes, at);
    if (left > 0) throw damaged('a table in it goes on after its end');
    return -1;
  }

  #head(bytes: Buffer, at: number): number {
    if (!bytes.subarray(at, at + SIGNATURE.length).equals(SIGNATURE) || bytes.readInt32BE(at + 15) !== 0)
      throw damaged('a table in it is not in the expected format');
    this.#state = 'row';
    return HEAD_BYTES;
  }

  #row(fields: number): number {
    this.#fields = fields;
    if (fields < -1) throw damaged('a row in it cannot be read');
    if (fields === -1) this.#state = 'over';
    else if (fields === 0) this.#endRow();
    else this.#state = 'field';
    return 2;
  }

  #field(bytes: Buffer, at: number): number {
    const length = bytes.readInt32BE(at);
    if (length < -1) throw damaged('a row in it cannot be read');
    this.#hash.update(bytes.subarray(at, at + 4));
    this.#valueLeft = Math.max(0, length);
    if (this.#valueLeft > 0) this.#state = 'value';
    else this.#endField();
    return 4;
  }

  #value(bytes: Buffer, at: number, left: number): number {
    if (left === 0) return -1;
    const taken = Math.min(left, this.#valueLeft);
    this.#hash.update(bytes.subarray(at, at + taken));
    this.#valueLeft -= taken;
    if (this.#valueLeft === 0) this.#endField();
    return taken;
  }

  #endField(): void {
    this.#fields -= 1;
    this.#state = 'field';
    if (this.#fields === 0) this.#endRow();
  }

  #endRow(): void {
    this.#rows += 1;
    const digest = this.#hash.digest();
    for (let lane = 0; lane < LANES; lane += 1)
      this.#lanes[lane] = (this.#lanes[lane] as number) + digest.readUInt32LE(lane * 4);
    this.#hash = createHash('sha256');
    this.#state = 'row';
  }
}
