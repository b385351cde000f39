/** The `ApiError` that `run` throws. */
import { ApiError } from '../../src/gateway/api/errors.ts';

export function caught(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
