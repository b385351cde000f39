/** Random numbers that can be had again: the seed is printed, `KEPT_TEST_SEED` sets it. */

/** Numbers from 0 to below 1 (mulberry32). */
export function seeded(): () => number {
  const seed = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 32);
  console.log(`KEPT_TEST_SEED=${seed}`);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
