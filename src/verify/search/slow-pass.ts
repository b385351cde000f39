/**
 * Goes through everything that is stored, a little each minute, for words that probes have said: what a search leaves out,
 * since it was there before, or is too much at once. Words are kept in memory only: written down they would be found.
 */
import { Scanner } from './scanner.ts';

/** Of everything that is stored, chance makes eight letters of some word once in a while, and never twelve. */
const LETTERS_MIN = 12;
/** The newest: as many as half a day of looks says. Besides, whatever was found. */
const WORDS_MAX = 64;

export interface Piece {
  /** A file or a table. */
  readonly place: string;
  readonly bytes: number;
  /** Which of the words stand in it. */
  readonly look: (scanner: Scanner) => Promise<readonly string[]>;
}

/** Everything, in pieces that take some milliseconds each. */
export interface Everything {
  readonly bytes: number;
  readonly pieces: AsyncIterator<Piece>;
}

interface Find {
  readonly place: string;
  readonly said: string;
  readonly word: string;
  /** When the pass began that found it. */
  readonly pass: number;
}

interface Pass {
  readonly begunAt: number;
  readonly everything: Everything;
  /** Could not be looked at the last time, and is tried again. */
  again: Piece | null;
  done: number;
}

export class SlowPass {
  readonly #begin: () => Promise<Everything>;
  readonly #now: () => number;
  /** Words by what said them. */
  #words = new Map<string, string>();
  #scanner: Scanner | null = null;
  #pass: Pass | null = null;
  /** Milliseconds since 1970, of the last pass that came to its end. */
  #whole: { readonly begunAt: number; readonly endedAt: number } | null = null;
  /** Where words were found, with the pass that found them: a whole pass that does not find them any more lets go of them. */
  readonly #found = new Map<string, Find>();

  constructor(begin: () => Promise<Everything>, now: () => number = Date.now) {
    this.#begin = begin;
    this.#now = now;
  }

  /** `said`: a name for what said them, which `found` is asked by. */
  remember(said: string, words: readonly string[]): void {
    for (const word of words) this.#words.set(word, said);
    const found = new Set([...this.#found.values()].map(({ word }) => word));
    const old = this.#words.size - WORDS_MAX;
    this.#words = new Map([...this.#words].filter(([word], at) => at >= old || found.has(word)));
    this.#scanner = null;
  }

  /** Goes on for about so many milliseconds. Throws what the database does. */
  async step(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#words.size === 0) return;
    const until = performance.now() + ms;
    this.#pass ??= { begunAt: this.#now(), everything: await this.#begin(), again: null, done: 0 };
    const pass = this.#pass;
    while (performance.now() < until && !signal.aborted) {
      pass.again ??= (await pass.everything.pieces.next()).value ?? null;
      if (pass.again === null) return this.#end(pass);
      await this.#lookAt(pass.again, pass);
      pass.again = null;
    }
  }

  /** Places that hold a word which this said. */
  found(said: string): readonly string[] {
    return [...this.#found.values()].flatMap((each) => (each.said === said ? [each.place] : []));
  }

  /** How old what it has seen is, in words. */
  age(): string {
    const pass = this.#pass;
    const going =
      pass === null
        ? null
        : `${percent(pass.done, pass.everything.bytes)} of a pass that began ${this.#ago(pass.begunAt)}`;
    if (this.#whole !== null)
      return `A slow pass went through everything else between ${this.#ago(this.#whole.begunAt)} and ${this.#ago(this.#whole.endedAt)}${going === null ? '' : `, and is at ${going}`}.`;
    return going === null
      ? 'A slow pass through everything else has not begun since the start.'
      : `A slow pass through everything else is at ${going}, the first since the start.`;
  }

  async #lookAt({ place, bytes, look }: Piece, pass: Pass): Promise<void> {
    this.#scanner ??= new Scanner([...this.#words.keys()], LETTERS_MIN);
    for (const word of await look(this.#scanner)) {
      const said = this.#words.get(word);
      if (said !== undefined) this.#found.set(`${said} ${place}`, { place, said, word, pass: pass.begunAt });
    }
    pass.done += bytes;
  }

  #end({ begunAt }: Pass): void {
    this.#whole = { begunAt, endedAt: this.#now() };
    this.#pass = null;
    for (const [name, { pass }] of this.#found) if (pass < begunAt) this.#found.delete(name);
  }

  #ago(at: number): string {
    const minutes = Math.round((this.#now() - at) / 60_000);
    if (minutes < 120) return `${minutes} min ago`;
    return `${Math.round(minutes / 60)} h ago`;
  }
}

const percent = (done: number, all: number): string =>
  `${Math.min(99, Math.floor((100 * done) / Math.max(1, all)))} %`;
