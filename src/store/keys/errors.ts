/** What can be wrong with a key store; each with a code. No message holds an id, a value or a key. */

export type KeyErrorCode =
  | 'wrong_master_key'
  | 'missing_master_key'
  | 'bad_master_key'
  | 'damaged_epochs'
  | 'damaged_key_file'
  | 'damaged_key_backup'
  | 'folder_not_empty'
  | 'owner_has_no_key'
  | 'bad_key_name'
  | 'key_store_busy'
  | 'key_store_closed';

export class KeyError extends Error {
  override readonly name: string = 'KeyError';
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The keys are under another master key. Fingerprints are 8 hex digits each. */
export class WrongMasterKey extends KeyError {
  override readonly name = 'WrongMasterKey';
  readonly wanted: string;
  readonly given: string;

  constructor(wanted: string, given: string) {
    super('wrong_master_key', `the keys are under master key ${wanted}; the one given is ${given}`);
    this.wanted = wanted;
    this.given = given;
  }
}

/** No master key was found, and keys under one are there; `wanted` is null where its fingerprint cannot be read. */
export class MissingMasterKey extends KeyError {
  override readonly name = 'MissingMasterKey';
  readonly wanted: string | null;

  constructor(wanted: string | null) {
    super('missing_master_key', `the keys are under master key ${wanted ?? '(unknown)'}; it is missing`);
    this.wanted = wanted;
  }
}
