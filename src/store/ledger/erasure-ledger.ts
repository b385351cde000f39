/**
 * The erasure ledger: who was erased, outside the database and never rolled back. A line is on the disk before the
 * first destructive step; a restore replays it before anything can be read. It holds random ids and times only.
 *
 *   erased <kind> <32 hex digits> <time, ISO 8601> <checksum>
 */
import { createHash } from 'node:crypto';
import type { SubjectName } from '../map/rows.ts';
import type { Disk } from './disk.ts';
import { LineFile, type LineFormat } from './line-file.ts';

export interface LedgerLine extends SubjectName {
  /** Milliseconds since 1970. */
  readonly at: number;
}

const LINE = /^erased (person|account) ([0-9a-f]{32}) (\S{24})$/;

const FORMAT: LineFormat<LedgerLine> = {
  ledger: 'erasure ledger',
  text: ({ kind, id, at }) => `erased ${kind} ${id} ${new Date(at).toISOString()}`,
  read(text) {
    const [, kind, id, time] = LINE.exec(text) ?? [];
    if (kind === undefined || id === undefined || time === undefined) return null;
    return { kind: kind as LedgerLine['kind'], id, at: Date.parse(time) };
  },
};

export class ErasureLedger {
  readonly #file: LineFile<LedgerLine>;
  readonly #lines: LedgerLine[];
  readonly #known: Set<string>;
  /** Over the first `#digested` lines. */
  #digest = createHash('sha256');
  #digested = 0;

  private constructor(file: LineFile<LedgerLine>, lines: LedgerLine[], known: Set<string>) {
    this.#file = file;
    this.#lines = lines;
    this.#known = known;
  }

  /** Throws `LedgerDamaged`. */
  static async open(path: string, disk: Disk): Promise<ErasureLedger> {
    const lines: LedgerLine[] = [];
    const known = new Set<string>();
    const file = await LineFile.open(path, disk, FORMAT, (line) => {
      lines.push(line);
      known.add(nameOf(line));
    });
    return new ErasureLedger(file, lines, known);
  }

  /** Says that the erasure of these subjects has begun; resolves when that would survive a power cut. Idempotent. */
  begun(subjects: readonly SubjectName[], at: number): Promise<void> {
    return this.#file.append(
      subjects.filter((subject) => !this.erased(subject)).map(({ kind, id }) => ({ kind, id, at })),
    );
  }

  erased(subject: SubjectName): boolean {
    return this.#known.has(nameOf(subject));
  }

  /** Everybody in it, in order. */
  get lines(): readonly LedgerLine[] {
    return this.#lines;
  }

  /**
   * Names the first `count` lines by their kinds and times; null where there are fewer. Ids are not in it: it is stored
   * where nothing may follow from them.
   */
  digest(count: number): string | null {
    if (count > this.#lines.length) return null;
    if (count < this.#digested) [this.#digest, this.#digested] = [createHash('sha256'), 0];
    for (; this.#digested < count; this.#digested += 1) {
      const { kind, at } = this.#lines[this.#digested] as LedgerLine;
      this.#digest.update(`${kind} ${at}\n`);
    }
    return this.#digest.copy().digest('hex');
  }
}

const nameOf = ({ kind, id }: SubjectName): string => `${kind} ${id}`;
