/** How much of a large matrix a run takes: a share with a seed of its own by default, all of it with KEPT_TEST_ALL. */

export interface Share {
  readonly seed: number;
  readonly numRuns: number;
}

/** Runs `check` on a random share of the numbers below `all`, each at most once, or on all of them. */
export async function shareOf(
  what: string,
  few: number,
  all: number,
  check: (index: number) => Promise<void>,
): Promise<void> {
  const { seed, numRuns } = share(what, few, all);
  const stride = Math.floor(all / numRuns);
  for (let index = seed % stride; index < all; index += stride) await check(index);
}

/** `few` cases, or `all`. Prints the seed: KEPT_TEST_SEED runs the same again. */
export function share(what: string, few: number, all: number): Share {
  const seed = Number(process.env.KEPT_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const numRuns = process.env.KEPT_TEST_ALL ? all : Math.min(few, all);
  process.stdout.write(`${what}: ${numRuns} of ${all} cases, KEPT_TEST_SEED=${seed}\n`);
  return { seed, numRuns };
}
