/**
 * What somebody shows who asks about their data and has lost the mailbox of their account: an API key, a recovery code, or
 * facts that we hold and that are not public. Each is asked of what was held before and collects nothing: of a try only
 * its count stays, of a proof only its kind. What follows from it is the requests' affair.
 */
export { challenged, newChallenge } from './challenge.ts';
export { factsHold, plainName } from './facts.ts';
export { type CarriedKey, keyShows } from './key-shows.ts';
export { countProof, type NewLadder } from './tally.ts';
