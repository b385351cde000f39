/** What can be wrong with a backup, a restore or a move; each with a code. No message holds a value of anybody's. */

import { isDiskFull } from '../failures.ts';

export type BackupErrorCode =
  | 'exists'
  | 'damaged'
  | 'keys_do_not_fit'
  | 'newer_format'
  | 'newer_schema'
  | 'other_schema'
  | 'not_empty'
  | 'disk_full'
  | 'ledger_too_old'
  | 'other_record'
  | 'target_too_old'
  | 'copy_differs'
  | 'tables'
  | 'limit';

export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const damaged = (what: string): BackupError =>
  new BackupError('damaged', `The backup cannot be used: ${what}. Nothing was changed.`);

/** A full disk, said as such; anything else as it came. */
export function saidPlainly(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  const sentence = 'The disk is full; nothing was lost. Make room and try again.';
  return new BackupError('disk_full', sentence, { cause: error });
}
