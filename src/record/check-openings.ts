/** Auditors' openings beside the entries that they are of: in order, each recomputed, counted by kind. */
import { type AuditOpening, type EntryKind, entryOfAudit } from './commitment.ts';
import { RecordError } from './errors.ts';
import { Bad } from './verdict.ts';

export interface IndexedOpening extends AuditOpening {
  readonly index: number;
}

/** Openings as they come, beside the entries. */
export class Openings {
  readonly kinds = new Map<EntryKind, number>();
  readonly #iterator: AsyncIterator<IndexedOpening> | null;
  readonly #every: boolean;
  #next: IndexedOpening | null = null;
  #ended = false;

  constructor(openings: AsyncIterable<IndexedOpening> | undefined, every: boolean) {
    this.#iterator = openings?.[Symbol.asyncIterator]() ?? null;
    this.#ended = this.#iterator === null;
    this.#every = every;
  }

  /** Whether there is anything to check. */
  get given(): boolean {
    return !this.#ended || this.#next !== null || this.#every;
  }

  /** Checks the opening of an entry, where there is one. */
  async check(index: number, entry: Uint8Array): Promise<void> {
    if (this.#next === null && !this.#ended) await this.#read(index);
    if (this.#next?.index !== index) {
      if (this.#every) throw new Bad('opening', index, null, 'Nothing says what this entry is.');
      return;
    }
    const opening = this.#next;
    this.#next = null;
    let opened: Buffer;
    try {
      opened = entryOfAudit(opening);
    } catch (error) {
      if (error instanceof RecordError) throw new Bad('opening', index, null, error.message);
      throw error;
    }
    if (!opened.equals(entry)) throw new Bad('opening', index, null, 'It does not give the entry.');
    this.kinds.set(opening.kind, (this.kinds.get(opening.kind) ?? 0) + 1);
  }

  /** What is left speaks of entries that are not there. */
  async end(size: number): Promise<void> {
    if (this.#next === null && !this.#ended) await this.#read(size);
    if (this.#next === null) return;
    throw new Bad('opening', this.#next.index, null, `There is no such entry: the record has ${size}.`);
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator?.return?.();
  }

  async #read(atLeast: number): Promise<void> {
    const step = await this.#iterator?.next();
    if (step === undefined || step.done === true) {
      this.#ended = true;
      return;
    }
    const { value } = step;
    if (!Number.isSafeInteger(value.index) || value.index < atLeast) {
      throw new Bad('opening', atLeast, null, 'Openings do not come in the order of their indexes.');
    }
    this.#next = value;
  }
}
