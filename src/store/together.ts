/**
 * What goes on side by side and ends together, also where some of it fails: no statement comes after the rollback of its
 * transaction, and nothing is still being written when it is tried again.
 *
 * Statements of one transaction are sent together. They run in the order in which they stand here, each with a snapshot
 * of its own: what reads under a lock stands after it.
 */

/** Answers all; rejects with the first failure, in the order of the arguments. */
export async function together<T extends readonly unknown[]>(
  ...work: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work) as unknown as Promise<T>;
}
