/** Why an act on somebody's rights is refused. Messages name tables and columns, never a value. */

export type RefusalCode =
  /** No such table, column or row for this person. */
  | 'not_found'
  /** The map says that this is not corrected. */
  | 'not_correctable'
  /** The value does not pass the check of the first entry. */
  | 'invalid'
  /** Somebody else has this address. */
  | 'taken'
  /** The map does not name this purpose for the column (COLLECT-6). */
  | 'wrong_purpose'
  /** The data are restricted (GDPR Art. 18). */
  | 'restricted'
  /** The person is being erased, or is. */
  | 'erased'
  /** Too many at once; try again later. */
  | 'busy'
  /** A staff read without a reason, or with one that is too long. */
  | 'reason_missing'
  /** It took longer than it may. */
  | 'too_long'
  /** The value asked to be left alone. */
  | 'suppressed';

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
