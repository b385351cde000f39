/** How far a request is, in words. */
import type { ListedRequest, ShownRequest } from '../../control/requests/index.ts';

export type ShownStep = ShownRequest['steps'][number];

const EVENTS: Readonly<Record<NonNullable<ShownStep['event']>, string>> = {
  acknowledge: 'We said that we have it',
  join: 'It was joined with another one that asks the same',
  ask_proof: 'We asked for a proof of who asks',
  take_up: 'We took it up',
  show: 'Something was shown instead of the mailbox',
  prove: 'It was shown who asks',
  disown: 'Whoever holds the address said that it was not them',
  refuse_agent: 'What was shown is no proof of having been let to ask',
  not_proven: 'Nobody showed in time who asks',
  extend: 'The answer was put off',
  decide: 'It was decided',
  carry_out: 'It is being carried out',
  do_own_part: 'It was carried out in our own systems; others are still looked through',
  deliver: 'It was carried out',
  close: 'It was closed',
  withdraw: 'It was withdrawn',
  appeal: 'It was appealed',
  invite_outside: 'An independent person from outside was asked to decide the appeal',
  enrol_outside: 'They accepted, and look at it',
  end_outside: 'They decide it no more',
  decide_appeal: 'The appeal was decided',
  lapse: 'It ended, because the account was deleted',
};

export function stepInWords({ event, state }: ShownStep): string {
  if (event === null) return 'It came';
  return event === 'acknowledge' && state === 'appeal_deciding'
    ? 'We said that we have the appeal'
    : EVENTS[event];
}

const CAUSES: Readonly<Record<ShownStep['cause'], string>> = {
  system: 'by rule',
  requester: 'by whoever asked',
  staff: 'by staff',
  other_staff: 'by somebody else of the staff',
  outsider: 'by an independent person from outside',
};
export const causeInWords = ({ cause }: ShownStep): string => CAUSES[cause];

/** What somebody showed who has lost the mailbox. */
export const SHOWN_WORDS = {
  api_key: 'an API key',
  recovery_code: 'a recovery code',
  facts: 'facts that are not public',
} as const;

/** Goes on after "by". */
export const DOORS = {
  web: 'web',
  mail: 'mail',
  post: 'post',
  agent: 'somebody who asks for them',
  drp: 'an agent’s program',
} as const;

/** What showed who asks, for whoever decides: how far it goes is theirs to weigh. */
export const PROVEN_BY = {
  none: 'not needed',
  session: 'by their sign-in',
  link: 'by the link to the address that we hold',
  staff: 'somebody here has seen who asks',
  api_key: 'by an API key, without the mailbox',
  recovery_code: 'by a recovery code, without the mailbox',
  facts: 'by facts that are not public, without the mailbox',
  two_proofs: 'by two different proofs without the mailbox, and nobody objected',
} as const;

/** What shows that somebody was let to ask. */
export const AUTHORITY_WORDS = {
  signed_permission: 'A permission that they signed',
  power_of_attorney: 'A power of attorney',
  guardian: 'Papers of their parent or guardian',
  other: 'Something else',
} as const;

export const DECISIONS = {
  whole: 'granted',
  part: 'granted in part',
  refused: 'refused',
  not_proven: 'not proven who asked',
} as const;

/** One or a few words, for a list. */
export function standingOf({ state, decision }: Pick<ListedRequest, 'state' | 'decision'>): string {
  switch (state) {
    case 'identity':
      return 'waits for proof';
    case 'carrying_out':
      return 'being carried out';
    case 'delivered':
      return 'carried out';
    case 'withdrawn':
      return 'withdrawn';
    case 'joined':
      return 'joined with another';
    case 'appealed':
    case 'appeal_deciding':
      return 'appealed';
    case 'closed':
      return decision === null ? 'closed' : DECISIONS[decision];
    default:
      return 'being looked at';
  }
}
