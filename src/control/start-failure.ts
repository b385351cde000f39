/**
 * Why control does not start. The code goes through the log, which takes no text; whoever reads it there finds the
 * sentence for the operator here.
 */

export const START_FAILURES = {
  database_away:
    'The database does not answer: check that PostgreSQL runs and that DATABASE_URL is right, then start again.',
  database_newer:
    'The database was used by a newer version of Kept: start that version, or restore a backup that this one made.',
  backup_before_failed:
    'The database has to be brought to this version, and the backup before that failed, so that nothing was changed: make room in the backups folder (`backups` in the data folder unless set), then start again. The earlier version still starts.',
  migration_failed:
    'The database could not be brought to this version and is as it was: start the earlier version again. A backup from just before is the newest in the backups folder; into an empty place it comes back with `npx --no kept restore FILE`.',
  database_not_owned:
    'The user of DATABASE_URL may not make tables in that database: make it the database’s owner (docs/database.md).',
  database_roles_missing:
    'The user of DATABASE_URL may not make the roles that Kept works under: have an administrator of that PostgreSQL run what `npx --no kept database sql` prints, then start again.',
  database_login_refused:
    'PostgreSQL does not let Kept’s own logins in: let users whose names begin with kept_login_ sign in by password (pg_hba.conf), or have an administrator run what `npx --no kept database sql` prints.',
  keys_unusable:
    'The folder `keys` in the data folder cannot be used: give it and what is in it to the user that runs Kept.',
  pepper_missing:
    'The database holds API keys, but what they are checked with (the pepper) is missing from the key store: put the folder `keys` back, or restore both with `kept restore`.',
  pepper_damaged: 'The file `keys/pepper` is damaged (not 64 hex digits): put it back from your backup.',
  master_key_wrong:
    'The master key is another one than the key store was made with: give the right one by KEPT_MASTER_KEY.',
  master_key_missing:
    'The key store is there, but not the master key that opens it: put `keys/master-key` back, or give it by KEPT_MASTER_KEY.',
  master_key_unusable:
    'The master key cannot be used: KEPT_MASTER_KEY is 64 hex digits or a file with them that only its owner may read (mode 0600), and `master_key_command` prints them.',
  key_store_missing:
    'The database holds people, but the key store that opens what is sealed there is missing: put the folder `keys` back, or restore both with `kept restore`.',
  key_store_damaged:
    'The key store in the folder `keys` is damaged: restore the folder from a backup with `kept restore`.',
  ledger_unusable:
    'The ledger folder cannot be used or is damaged: give it to the user that runs Kept, or put it back (KEPT_LEDGER).',
  ledger_behind:
    'The ledger folder is older than the database: it misses erasures that must not be undone. Put the newest one back (KEPT_LEDGER).',
  texts_damaged:
    'A text in `policy/consents` is missing or was changed: put it back as it was; other words are a new version with its line in `versions.json`.',
  record_older:
    'A witness has seen a longer record than the one in the ledger folder, which is therefore an older copy: put the newest one back (KEPT_LEDGER). Where you know that the witness is wrong, take it out of `record.witnesses`.',
  site_not_built: 'The site is not built, or not whole: run `npm install`, which does it, then start again.',
  address_in_use:
    'Another program listens where the site should: end it, or set KEPT_HOST or KEPT_SITE_PORT to another place.',
} as const;
export type StartFailureCode = keyof typeof START_FAILURES;

export interface Fingerprints {
  readonly wanted?: string;
  readonly given?: string;
}

/** The sentence for the operator, with which master key is meant where one is. */
export function startSentence(code: StartFailureCode, { wanted, given }: Fingerprints): string {
  if (wanted === undefined) return START_FAILURES[code];
  const other = given === undefined ? '' : `, given ${given}`;
  return `${START_FAILURES[code]} Wanted is the key with the fingerprint ${wanted}${other}.`;
}

/** Control cannot start; its message is the sentence of its code. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly code: StartFailureCode;
  /** Fingerprints of the master key that is wanted and of the one that was given. */
  readonly fingerprints: Fingerprints;

  constructor(code: StartFailureCode, cause?: unknown, fingerprints: Fingerprints = {}) {
    super(startSentence(code, fingerprints), { cause });
    this.code = code;
    this.fingerprints = fingerprints;
  }
}
