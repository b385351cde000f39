/**
 * The erasure ledger: who was erased, outside the database and never rolled back. A line is on the disk before the
 * first destructive step; a restore replays it before anything can be read. It holds random ids and times only.
 *
 *   erased <kind> <32 hex digits> <time, ISO 8601> <CRC-32 of what stands before it, 8 hex digits>
 */
import { crc32 } from 'node:zlib';
import type { SubjectName } from '../map/rows.ts';
import type { Disk } from './disk.ts';

export interface LedgerLine extends SubjectName {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What stands in the ledger folder cannot be read: somebody or something has changed it. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
  readonly code = 'ledger_unusable';
}

const LINE = /^erased (person|account) ([0-9a-f]{32}) (\S{24}) ([0-9a-f]{8})$/;
const WAITING_MAX = 65_536;

interface Waiting {
  readonly lines: readonly LedgerLine[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class ErasureLedger {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #lines: LedgerLine[];
  readonly #known: Set<string>;
  #length: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  private constructor(path: string, disk: Disk, lines: LedgerLine[], length: number) {
    this.#path = path;
    this.#disk = disk;
    this.#lines = lines;
    this.#known = new Set(lines.map(nameOf));
    this.#length = length;
  }

  /** Reads the ledger; a last line that was torn by a kill was never acknowledged and is cut. Throws `LedgerDamaged`. */
  static async open(path: string, disk: Disk): Promise<ErasureLedger> {
    const bytes = (await disk.read(path)) ?? Buffer.alloc(0);
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    const lines = whole
      .toString('latin1')
      .split('\n')
      .slice(0, -1)
      .map((text, index) => readLine(text) ?? refuse(index + 1));
    if (whole.length < bytes.length) await disk.cut(path, whole.length);
    return new ErasureLedger(path, disk, lines, whole.length);
  }

  /** Says that the erasure of these subjects has begun; resolves when that would survive a power cut. Idempotent. */
  begun(subjects: readonly SubjectName[], at: number): Promise<void> {
    const lines = subjects
      .filter((subject) => !this.erased(subject))
      .map(({ kind, id }) => ({ kind, id, at }));
    if (lines.length === 0) return Promise.resolve();
    if (this.#waiting.length >= WAITING_MAX) throw new Error('too many erasures wait for the ledger');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  erased(subject: SubjectName): boolean {
    return this.#known.has(nameOf(subject));
  }

  /** Everybody in it, in order. */
  get lines(): readonly LedgerLine[] {
    return this.#lines;
  }

  /** Lines that wait while others are written go together into the next write. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      const lines = batch.flatMap((each) => each.lines);
      const bytes = Buffer.from(lines.map(lineText).join(''), 'latin1');
      try {
        await this.#disk.write(this.#path, this.#length, bytes);
        this.#length += bytes.length;
        for (const line of lines) {
          this.#lines.push(line);
          this.#known.add(nameOf(line));
        }
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // The next write begins where this one did and covers what it left.
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = null;
  }
}

const nameOf = ({ kind, id }: SubjectName): string => `${kind} ${id}`;

function lineText({ kind, id, at }: LedgerLine): string {
  const text = `erased ${kind} ${id} ${new Date(at).toISOString()}`;
  return `${text} ${checksum(text)}\n`;
}

function readLine(text: string): LedgerLine | null {
  const [, kind, id, time, sum] = LINE.exec(text) ?? [];
  if (kind === undefined || id === undefined || time === undefined) return null;
  if (checksum(text.slice(0, -9)) !== sum) return null;
  return { kind: kind as LedgerLine['kind'], id, at: Date.parse(time) };
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

const refuse = (line: number): never => {
  throw new LedgerDamaged(`line ${line} of the erasure ledger cannot be read`);
};
