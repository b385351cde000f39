/** How cases at the desk stand, in words. */
import type { DisclosureDesk } from '../../control/disclosure/index.ts';

export type ListedCase = Awaited<ReturnType<DisclosureDesk['list']>>['cases'][number];
export type ShownCase = Awaited<ReturnType<DisclosureDesk['case']>>;

/** `a court order` as it stands alone. */
export const titled = (words: string): string => {
  const bare = words.replace(/^(a|an|the) /, '');
  return bare.slice(0, 1).toUpperCase() + bare.slice(1);
};

const OUTCOMES: Readonly<Record<NonNullable<ListedCase['outcome']>, string>> = {
  whole: 'answered as asked',
  part: 'answered in part',
  nothing_held: 'answered: nothing is held',
  refused: 'refused',
};

export function standingOfCase({ state, outcome, isDue }: ListedCase): string {
  if (outcome !== null) return OUTCOMES[outcome];
  if (state === 'open') return 'being prepared';
  if (state === 'prepared') return 'waits for a second person';
  return isDue ? 'approved: to be handed over' : 'approved: they may still object';
}

export const EVENTS: Readonly<Record<ShownCase['steps'][number]['event'], string>> = {
  open: 'Entered',
  narrow: 'Narrowed',
  prepare: 'Checklist answered',
  send_back: 'Sent back',
  approve: 'Approved',
  object: 'An objection came',
  refuse: 'Refused',
  build: 'Package made',
  look: 'Looked at',
  gag_propose: 'A later end of the silence proposed',
  gag_extend: 'A later end of the silence approved',
  gag_end: 'The silence ended',
  announce: 'Told before',
  tell: 'Told what came of it',
  hold_end: 'The hold ended',
  overdue: 'Others told that it is overdue',
};

export const FILES: Readonly<Record<ShownCase['files'][number]['role'], string>> = {
  document: 'The order',
  gag: 'What forbids telling',
  package: 'Package for the recipient',
};
