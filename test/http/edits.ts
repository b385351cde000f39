/** Every way to change one byte of a message: put in before, replaced by each of the 256, or taken out. */

const BYTES = 256;
const WAYS = 2 * BYTES + 1;

export const editsOf = (bytes: Buffer): number => bytes.length * WAYS;

/** The `index`th of `editsOf(bytes)` changes. */
export function edited(bytes: Buffer, index: number): Buffer {
  const at = Math.floor(index / WAYS);
  const way = index % WAYS;
  const replaces = way >= BYTES;
  const middle = way === 2 * BYTES ? [] : [way % BYTES];
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), bytes.subarray(at + (replaces ? 1 : 0))]);
}
