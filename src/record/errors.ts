/** What can go wrong with the record, as one class with a code. Messages never hold an entry's content or a salt. */

export type RecordFault =
  | 'argument'
  | 'busy'
  | 'checkpoint'
  | 'damaged'
  | 'note'
  | 'opening'
  | 'receipt'
  | 'signature'
  | 'witness';

export class RecordError extends Error {
  readonly fault: RecordFault;

  constructor(fault: RecordFault, message: string) {
    super(message);
    this.name = 'RecordError';
    this.fault = fault;
  }
}
