/** What the ledger refuses, as a problem that a person or a program is told. */
import { Refused } from '../../store/rights/failures.ts';
import { Problem } from '../problem.ts';

export async function refusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) throw new Problem(400, 'invalid_input', `hours: ${error.message}.`);
    if (!(error instanceof Refused)) throw error;
    throw new Problem(409, error.code, 'This person is erased, or is being erased.');
  }
}
