/** How breaches at the desk stand, in words. */
import type { BreachDesk } from '../../control/breach/index.ts';
import { RISKS } from '../../control/breach/words.ts';

export type ListedBreach = Awaited<ReturnType<BreachDesk['list']>>[number];
export type ShownBreach = Awaited<ReturnType<BreachDesk['breach']>>;
export type ShownDuty = ShownBreach['duties'][number];

export function standingOfBreach({ closedAt, overdue, owed, risk }: ListedBreach): string {
  if (closedAt !== null) return 'closed';
  if (overdue > 0) return `${overdue} overdue`;
  if (risk === 'unknown') return 'to be assessed';
  return owed === 0 ? 'everybody is told' : `${owed} still to be told`;
}

export const riskOf = ({ risk }: Pick<ListedBreach, 'risk'>): string => RISKS[risk];

export const STAGES: Readonly<Record<ShownBreach['stages'][number]['stage'], string>> = {
  aware: 'We became aware',
  assessed: 'The risk is assessed',
  authority: 'Authorities are told, or why not',
  people: 'People are told, or why not',
  closed: 'Closed',
};

export const EVENTS: Readonly<Record<ShownBreach['steps'][number]['event'], string>> = {
  open: 'Entered',
  correct: 'What is known was written anew',
  draft: 'A notice was written',
  told: 'Somebody was told',
  propose: 'Proposed to a second person',
  agree: 'The second person agreed',
  decline: 'The proposal was declined',
  sent: 'Everybody affected was written to',
  remind: 'Staff were told of a deadline',
  look: 'Looked at',
  export: 'Exported',
};

/** What waits for a second person, as a sentence. */
export function proposalWords({ proposed, duties }: ShownBreach): string {
  if (proposed === null) return '';
  if (proposed.what === 'close') return 'that it is closed';
  if (proposed.what === 'tell_people') return 'that whoever is affected is told by mail';
  const duty = duties.find(({ key }) => key === proposed.duty);
  return `that this is not told to: ${duty?.who ?? 'somebody'} (${duty?.placeName ?? proposed.duty})`;
}
