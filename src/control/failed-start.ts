/** What an error of the start means to the operator. */
import { isOutage } from '../store/failures.ts';
import { RecordBehind } from '../store/ledger/record-behind.ts';
import { NewerSchema } from '../store/migrate.ts';
import { StartFailure } from './start-failure.ts';

/** Others than these are faults of ours, and stay what they are. */
export function startFailure(error: unknown): unknown {
  if (error instanceof StartFailure) return error;
  if (error instanceof NewerSchema) return new StartFailure('database_newer', error);
  if (error instanceof RecordBehind) return new StartFailure('ledger_unusable', error);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    return new StartFailure('address_in_use', error);
  if (isOutage(error)) return new StartFailure('database_away', error);
  return error;
}
