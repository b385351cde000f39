/**
 * Why control does not start. The code goes through the log, which takes no text; whoever reads it there finds the
 * sentence for the operator here.
 */

export const START_FAILURES = {
  database_away:
    'The database does not answer: check that PostgreSQL runs and that DATABASE_URL is right, then start again.',
  database_newer:
    'The database was used by a newer version of Kept: start that version, or restore a backup that this one made.',
  keys_unusable:
    'The folder `keys` in the data folder cannot be used: give it and what is in it to the user that runs Kept.',
  pepper_missing:
    'The database holds API keys, but the file `keys/pepper` that they are checked with is missing: put it back from your backup.',
  pepper_damaged: 'The file `keys/pepper` is damaged (not 64 hex digits): put it back from your backup.',
  address_in_use:
    'Another program listens where the site should: end it, or set KEPT_HOST or KEPT_SITE_PORT to another place.',
} as const;
export type StartFailureCode = keyof typeof START_FAILURES;

/** Control cannot start; its message is the sentence of its code. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly code: StartFailureCode;

  constructor(code: StartFailureCode, cause?: unknown) {
    super(START_FAILURES[code], { cause });
    this.code = code;
  }
}
