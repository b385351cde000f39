/** How much of a large matrix a run takes: a share with a seed of its own by default, all of it with KEPT_TEST_ALL. */

export interface Share {
  readonly seed: number;
  readonly numRuns: number;
}

/** `few` cases, or `all`. Prints the seed: KEPT_TEST_SEED runs the same again. */
export function share(what: string, few: number, all: number): Share {
  const seed = Number(process.env.KEPT_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const numRuns = process.env.KEPT_TEST_ALL ? all : few;
  process.stdout.write(`${what}: ${numRuns} of ${all} cases, KEPT_TEST_SEED=${seed}\n`);
  return { seed, numRuns };
}
