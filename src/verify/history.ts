/** What each check has seen on each of the last days. Pure. */
import type { CheckStanding, Observation } from '../control/verification/index.ts';

type Verdict = CheckStanding['verdict'];

/** Of the strip that the page shows. */
export const DAYS_SHOWN = 30;
const DAYS_KEPT = 2 * DAYS_SHOWN;
export const DAY_MS = 86_400_000;
/** The worst first. */
const ORDER: readonly Verdict[] = ['broken', 'off', 'attested', 'kept'];

export const worstOf = (verdicts: readonly Verdict[]): Verdict | null =>
  ORDER.find((verdict) => verdicts.includes(verdict)) ?? null;

const dayOf = (at: number): number => Math.floor(at / DAY_MS);

export class History {
  /** Check, then day since 1970. */
  readonly #seen = new Map<string, Map<number, Verdict>>();

  add({ check, verdict, since, until }: Pick<Observation, 'check' | 'verdict' | 'since' | 'until'>): void {
    const days = this.#seen.get(check) ?? new Map<number, Verdict>();
    this.#seen.set(check, days);
    const last = dayOf(Date.parse(until));
    for (let day = Math.max(dayOf(Date.parse(since)), last - DAYS_SHOWN); day <= last; day++)
      days.set(day, worstOf([verdict, ...(days.has(day) ? [days.get(day) as Verdict] : [])]) ?? verdict);
    // By their number and not by today: a clock that is wrong for a while forgets nothing.
    for (const day of [...days.keys()].sort((one, two) => one - two).slice(0, -DAYS_KEPT)) days.delete(day);
  }

  /** Of a clause with these checks: the worst of each day; null where not all of them looked. `now`: ms since 1970. */
  days(checks: readonly string[], now: number): (Verdict | null)[] {
    const today = dayOf(now);
    return Array.from({ length: DAYS_SHOWN }, (_, at) => {
      const day = today - DAYS_SHOWN + 1 + at;
      const seen = checks.flatMap((check) => this.#seen.get(check)?.get(day) ?? []);
      if (seen.includes('broken')) return 'broken';
      return checks.length === 0 || seen.length < checks.length ? null : worstOf(seen);
    });
  }
}
