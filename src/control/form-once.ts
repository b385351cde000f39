/**
 * A form that is sent twice (its answer was lost, its button was clicked twice) makes its thing once: what it makes has a
 * number that follows from the page on which the form stood.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Id, newId } from '../link/ids.ts';
import { checkInput } from './input.ts';

const input = z.strictObject({ once: z.uuid('is missing: open the page again') });

/**
 * The number of what a form makes, for the row's primary key. A hash, so that nobody chooses it. `once`: the random number
 * of its page; left out: no page sent it. `by`: whose form it is. Throws `Problem` 400.
 */
export function idOnce(form: string, by: Id, once: string | undefined): Id {
  if (once === undefined) return newId();
  checkInput({ once }, input, { once: 'The form' });
  return createHash('sha256').update(`${form} form ${by} ${once}`).digest('hex').slice(0, 32);
}
