/** The record could not take an act. No message holds anything of the act. */

const SENTENCES = {
  not_begun: 'the record cannot be written at the moment; nothing was done',
  committed: 'it was done, but its entry is not in the record yet; it follows as soon as the disk lets it',
  no_such_entry: 'there is no such entry, or it can no longer be opened',
} as const;

export class RecordBehind extends Error {
  override readonly name = 'RecordBehind';
  readonly code: keyof typeof SENTENCES;

  constructor(code: keyof typeof SENTENCES, options?: ErrorOptions) {
    super(SENTENCES[code], options);
    this.code = code;
  }
}
