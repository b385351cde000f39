/**
 * How old a look is, by two clocks: the one that is set, and the one that only goes on (it stands while the machine sleeps). The
 * older counts, so that no clock makes anything younger.
 */
export interface Clocks {
  /** Milliseconds since 1970. */
  readonly set: number;
  /** Milliseconds since some start. */
  readonly steady: number;
}

export const clocksNow = (): Clocks => ({ set: Date.now(), steady: performance.now() });

/** A clock that is corrected by less than this was not wrong. */
const CORRECTED_MS = 5 * 60_000;

/** Milliseconds; infinite where the look was later than now: the clock was set back, and nobody knows how old it is. */
function ageOf(then: Clocks, now: Clocks): number {
  const set = now.set - then.set;
  return set < -CORRECTED_MS ? Number.POSITIVE_INFINITY : Math.max(set, now.steady - then.steady);
}

export class Ages {
  readonly #looks = new Map<string, { readonly at: Clocks; readonly reached: boolean }>();
  readonly #now: () => Clocks;

  constructor(now: () => Clocks = clocksNow) {
    this.#now = now;
  }

  /** `reached`: it could look. */
  looked(check: string, reached: boolean): void {
    this.#looks.set(check, { at: this.#now(), reached });
  }

  /** Infinite where it never looked, too. */
  of(check: string): number {
    const look = this.#looks.get(check);
    return look === undefined ? Number.POSITIVE_INFINITY : ageOf(look.at, this.#now());
  }

  /** Whether it could not look, the last time. */
  failed(check: string): boolean {
    return this.#looks.get(check)?.reached === false;
  }
}
