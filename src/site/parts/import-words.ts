/** Lists of partners in words. */
import type { Ground, ImportState } from '../../control/imports/index.ts';

export const IMPORT_STATE_WORDS: Readonly<Record<ImportState, string>> = {
  uploaded: 'its columns are to be named',
  ready: 'waits to be confirmed',
  running: 'is being taken over',
  done: 'taken over',
  stopped: 'stopped',
};

/** For whoever chooses one. */
export const GROUND_NAMES: Readonly<Record<Ground, string>> = {
  consent: 'Consent: they told the partner that we may have it',
  contract: 'A contract with them, or what they asked for before one',
  legitimate_interest: 'A legitimate interest, weighed against theirs',
  legal_obligation: 'A law demands it',
};

export { REFUSAL_WORDS } from '../../control/imports/kinds.ts';
