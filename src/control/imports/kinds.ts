/** What partners hand over, on which ground, and why something of it is not taken. Plain data, also for pages. */

/** GDPR Art. 6(1), as far as somebody else's list can rest on it. */
export const GROUNDS = ['consent', 'contract', 'legitimate_interest', 'legal_obligation'] as const;
export type Ground = (typeof GROUNDS)[number];

export const GROUND_WORDS: Readonly<Record<Ground, string>> = {
  consent: 'you told them that they may',
  contract: 'it is needed for a contract with you, or for what you asked for before one',
  legitimate_interest: 'they and we have a legitimate interest in it',
  legal_obligation: 'a law demands it',
};

/** `ready`: its columns are named, and it waits to be confirmed. */
export const IMPORT_STATES = ['uploaded', 'ready', 'running', 'done', 'stopped'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/**
 * Why a row is not taken. `out`: whoever has the address was erased, opted out, or restricted the use of their data; it is not
 * said which. `known`: the same partner named them before.
 */
export const ROW_REFUSALS = [
  'bad_address',
  'bad_name',
  'bad_note',
  'twice',
  'out',
  'customer',
  'known',
] as const;
export type RowRefusal = (typeof ROW_REFUSALS)[number];

export const REFUSAL_WORDS: Readonly<Record<RowRefusal, string>> = {
  bad_address: 'no e-mail address, or none that can be one',
  bad_name: 'a name that is too long or holds control characters',
  bad_note: 'a note that is too long or holds control characters',
  twice: 'an address that stands further up',
  out: 'somebody who wants to stay out',
  customer: 'somebody who has an account',
  known: 'somebody whom this partner named before',
};

export const ROWS_MAX = 100_000;
export const COLUMNS_MAX = 50;
const MB = 1024 * 1024;
export const IMPORT_BYTES_MAX = 8 * MB;
export const NOTE_CHARACTERS_MAX = 500;
/** A file that nobody confirms goes so many days later; who was taken over, and the numbers of it, after more. */
export const UNCONFIRMED_DAYS = 7;
export const IMPORTED_DAYS = 366;
