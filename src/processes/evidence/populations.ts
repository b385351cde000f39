/** Every act of a period by its kind, with its count; a sample that whoever knows the seed draws again; gaps in monitoring. Pure. */
import { createHash } from 'node:crypto';
import type { Evidence, RecordedAct } from '../../control/verification/evidence.ts';

export interface Population {
  readonly kind: string;
  readonly count: number;
  /** In the order of time. */
  readonly acts: readonly RecordedAct[];
  readonly sample: readonly RecordedAct[];
}

/** By the hash of seed and id: nobody chooses, and everybody can draw it again. */
export function sampleOf(acts: readonly RecordedAct[], size: number, seed: string): RecordedAct[] {
  const drawn = acts
    .map((act) => ({ act, lot: createHash('sha256').update(`${seed}\n${act.id}`).digest('hex') }))
    .sort((one, two) => (one.lot < two.lot ? -1 : 1));
  return drawn.slice(0, size).map(({ act }) => act);
}

/** Kinds without an act are there as well: none is also an answer. Padding is no act. */
export const populationsOf = (
  { acts }: Evidence,
  kinds: readonly string[],
  { size, seed }: { readonly size: number; readonly seed: string },
): Population[] =>
  kinds
    .filter((kind) => kind !== 'padding')
    .map((kind) => {
      const mine = acts.filter((act) => act.kind === kind);
      return { kind, count: mine.length, acts: mine, sample: sampleOf(mine, size, seed) };
    });

export interface Gap {
  readonly check: string;
  /** ISO. */
  readonly from: string;
  readonly to: string;
}

/** Times of the period in which a check did not look. `now`: ISO; what lies after it is no gap. */
export function gapsOf({ observations, from, to }: Evidence, checks: readonly string[], now: string): Gap[] {
  const start = `${from}T00:00:00.000Z`;
  const last = `${to}T23:59:59.999Z`;
  const end = now < last ? now : last;
  return checks.flatMap((check) => {
    const mine = observations
      .filter((each) => each.check === check)
      .toSorted((one, two) => (one.since < two.since ? -1 : 1));
    const gaps: Gap[] = [];
    let seen = start;
    for (const { since, until } of mine) {
      if (since > seen) gaps.push({ check, from: seen, to: since });
      if (until > seen) seen = until;
    }
    if (seen < end) gaps.push({ check, from: seen, to: end });
    return gaps;
  });
}
