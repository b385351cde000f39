/**
 * Noise of the discrete Laplace distribution, exactly: whole numbers only, so that no rounding of a float shows what was
 * added to what. C. Canonne, G. Kamath, T. Steinke, The Discrete Gaussian for Differential Privacy (2020), algorithms 1 and 2.
 */
import { randomInt } from 'node:crypto';

/** A whole number from 0 up to, without, `below`, each as likely as any other. */
export type Draw = (below: number) => number;

const fromTheSystem: Draw = (below) => randomInt(below);

/** What `randomInt` can draw from; a product beyond it would not be exact. */
const BELOW_MAX = 2 ** 48 - 1;

/**
 * A whole number x with a probability in proportion to exp(-|x| · step / width). Throws `RangeError` where the two are
 * not whole, not positive, or too large to be exact.
 */
export function discreteLaplace(width: number, step: number, draw: Draw = fromTheSystem): number {
  for (const each of [width, step])
    if (!Number.isSafeInteger(each) || each < 1) throw new RangeError('noise has a whole, positive scale');
  for (;;) {
    const low = drawn(width, draw);
    if (!isHeads(low, width, draw)) continue;
    let high = 0;
    while (isHeads(1, 1, draw)) high++;
    const size = Math.floor((low + width * high) / step);
    const isNegative = drawn(2, draw) === 1;
    // Zero has no sign: drawn as minus zero it would be twice as likely.
    if (isNegative && size === 0) continue;
    return isNegative ? -size : size;
  }
}

/** True with probability exp(-over / under); `over` ≤ `under`. */
function isHeads(over: number, under: number, draw: Draw): boolean {
  let tries = 1;
  while (drawn(under * tries, draw) < over) tries++;
  return tries % 2 === 1;
}

function drawn(below: number, draw: Draw): number {
  if (below > BELOW_MAX) throw new RangeError('the scale of the noise is too large to be exact');
  return draw(below);
}
