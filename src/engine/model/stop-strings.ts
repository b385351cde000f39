/** Finds stop strings in text that arrives in pieces; what may be the beginning of one is held back. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = '';

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** The text that is certain by now, and whether a stop string ended it. After `stopped` nothing more may come. */
  push(text: string): { text: string; stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const all = this.#held + text;
    const at = this.#firstStop(all);
    if (at >= 0) {
      this.#held = '';
      return { text: all.slice(0, at), stopped: true };
    }
    const keep = this.#beginningAtEnd(all);
    this.#held = keep === 0 ? '' : all.slice(-keep);
    return { text: keep === 0 ? all : all.slice(0, -keep), stopped: false };
  }

  /** What was held back, when nothing more comes. */
  flush(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  #firstStop(text: string): number {
    let first = -1;
    for (const stop of this.#stops) {
      const at = text.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) first = at;
    }
    return first;
  }

  /** The length of the longest end of `text` that is a beginning of a stop string. */
  #beginningAtEnd(text: string): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
        if (text.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
