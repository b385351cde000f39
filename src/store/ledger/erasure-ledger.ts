/**
 * The erasure ledger: who was erased, outside the database and never rolled back. A line is on the disk before the
 * first destructive step; a restore replays it before anything can be read. It holds random ids and times only.
 *
 *   erased <kind> <32 hex digits> <time, ISO 8601> <checksum>
 *
 * `held` in place of `erased`: while a legal hold keeps something of them; `released`: nothing is kept any more. So that
 * a hold that stands in an older copy of the database keeps nobody whose erasure it outlived.
 */
import { createHash } from 'node:crypto';
import type { SubjectName } from '../map/rows.ts';
import type { Disk } from './disk.ts';
import { LineFile, type LineFormat } from './line-file.ts';

export interface LedgerLine extends SubjectName {
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface WrittenLine extends LedgerLine {
  readonly what: 'erased' | 'held' | 'released';
}

const LINE = /^(erased|held|released) (person|account) ([0-9a-f]{32}) (\S{24})$/;

const FORMAT: LineFormat<WrittenLine> = {
  ledger: 'erasure ledger',
  text: ({ what, kind, id, at }) => `${what} ${kind} ${id} ${new Date(at).toISOString()}`,
  read(text) {
    const [, what, kind, id, time] = LINE.exec(text) ?? [];
    if (what === undefined || kind === undefined || id === undefined || time === undefined) return null;
    return { what, kind, id, at: Date.parse(time) } as WrittenLine;
  },
};

export class ErasureLedger {
  readonly #file: LineFile<WrittenLine>;
  readonly #lines: LedgerLine[];
  /** Everybody in it, and whether a hold keeps something of them. */
  readonly #known: Map<string, boolean>;
  /** Over the first `#digested` lines. */
  #digest = createHash('sha256');
  #digested = 0;

  private constructor(file: LineFile<WrittenLine>, lines: LedgerLine[], known: Map<string, boolean>) {
    this.#file = file;
    this.#lines = lines;
    this.#known = known;
  }

  /** Throws `LedgerDamaged`. */
  static async open(path: string, disk: Disk): Promise<ErasureLedger> {
    const lines: LedgerLine[] = [];
    const known = new Map<string, boolean>();
    const file = await LineFile.open(path, disk, FORMAT, ({ what, kind, id, at }) => {
      const name = nameOf({ kind, id });
      if (!known.has(name)) lines.push({ kind, id, at });
      known.set(name, what === 'held');
    });
    return new ErasureLedger(file, lines, known);
  }

  /**
   * Says that the erasure of these subjects has begun, and whether a legal hold keeps something of them; resolves when
   * that would survive a power cut. Idempotent; what is held stays so until it is released.
   */
  begun(subjects: readonly SubjectName[], at: number, held = false): Promise<void> {
    const unsaid = subjects.filter((subject) => (held ? !this.held(subject) : !this.erased(subject)));
    return this.#append(held ? 'held' : 'erased', unsaid, at);
  }

  /** Says that no hold keeps anything of these subjects any more, before the rest of them goes. Idempotent. */
  released(subjects: readonly SubjectName[], at: number): Promise<void> {
    return this.#append(
      'released',
      subjects.filter((subject) => this.held(subject)),
      at,
    );
  }

  /** Whether a hold keeps something of who is erased otherwise. */
  held(subject: SubjectName): boolean {
    return this.#known.get(nameOf(subject)) === true;
  }

  #append(what: WrittenLine['what'], subjects: readonly SubjectName[], at: number): Promise<void> {
    return this.#file.append(subjects.map(({ kind, id }) => ({ what, kind, id, at })));
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
