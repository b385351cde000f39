/** What the store refuses about somebody's rights, as answers of the admin API. */
import { Refused } from '../../store/rights/failures.ts';
import { Problem } from '../problem.ts';

/** Runs `work`; its `Refused` become `Problem` with a sentence that says what to do. */
export async function refusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refused ? problemOf(error) : error;
  }
}

/** Messages of `Refused` name tables and columns, never a value. */
export function problemOf({ code, message }: Refused): Problem {
  switch (code) {
    case 'reason_missing':
      return new Problem(400, 'invalid_input', 'reason: say why, in 1 to 500 characters.');
    case 'erased':
      return new Problem(
        409,
        'erased',
        'This person is erased, or is being erased: nothing is left of them.',
      );
    case 'not_found':
      return new Problem(
        404,
        'no_such_item',
        'This person has no such item. `kept person show` names those that there are.',
      );
    case 'not_correctable':
      return new Problem(409, 'not_correctable', `This is not corrected here: ${message}.`);
    case 'taken':
      return new Problem(409, 'taken', 'Somebody else is found by this value. Nothing was changed.');
    case 'invalid':
      return new Problem(400, 'invalid_input', `value: ${message}. Nothing was changed.`);
    case 'busy':
      return new Problem(503, 'busy', 'Too much of this runs already. Try again in a moment.');
    default:
      return new Problem(409, code, `Refused: ${message}.`);
  }
}
