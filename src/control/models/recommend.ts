/**
 * Models that are like one that was looked at: of the same kind, the nearest by price and context first. No score of
 * anybody, nothing but the catalogue's own numbers. Pure.
 */
import type { ShownModel } from './shown-models.ts';

export interface Recommendation {
  /** "Because you looked at …" */
  readonly because: string;
  readonly models: readonly ShownModel[];
}

const RECOMMENDED_MAX = 3;

/** By the newest of `lookedAt` that is still offered; null where there is nothing to recommend. */
export function recommend(models: readonly ShownModel[], lookedAt: readonly string[]): Recommendation | null {
  const seen = lookedAt.flatMap((name) => models.find((model) => model.name === name) ?? [])[0];
  if (seen === undefined) return null;
  const alike = models
    .filter(({ name, kind }) => kind === seen.kind && !lookedAt.includes(name))
    .sort((one, two) => distance(one, seen) - distance(two, seen))
    .slice(0, RECOMMENDED_MAX);
  return alike.length === 0 ? null : { because: seen.name, models: alike };
}

/** How many times dearer or cheaper, longer or shorter, whichever way. */
const distance = (one: ShownModel, two: ShownModel): number =>
  ratio(outputUsd(one), outputUsd(two)) + ratio(one.context, two.context);
const outputUsd = ({ price }: ShownModel): number => price?.completionUsd ?? 0;
/** What costs nothing is as far from a price as a millionth is. */
const LEAST = 1e-6;
const ratio = (one: number, two: number): number =>
  Math.abs(Math.log(Math.max(one, LEAST) / Math.max(two, LEAST)));
