/**
 * Consent: what people and accounts agreed to, by which text, when and how, and that they took it back (USE-5, INFER-3,
 * INFER-4, CHOICE-1). Whoever needs a consent asks `StandingConsents`; nobody reads the table for it. A consent that was
 * taken back never comes back by a restore: see `replay-choices.ts`.
 */
export {
  answerTraining,
  type DataTerms,
  type DataTermsParts,
  dataTerms,
  setDataTerms,
  setObjections,
  type Unreached,
} from './data-terms.ts';
export { endConsents } from './end-consents.ts';
export { type ConsentLedger, giveConsent } from './give-consent.ts';
export { refusals } from './refusals.ts';
export { replayChoices, replayChoicesInto } from './replay-choices.ts';
export { StandingConsents } from './standing.ts';
export { ConsentTexts, TextsDamaged } from './texts.ts';
export { wantsOut } from './wants-out.ts';
export { withdrawConsent } from './withdraw-consent.ts';
