/** What can be asked, each with what it needs and what is done about it. Words for it stand in the catalogues of letters; which law gives it is said by the law's tables. */
import type { Right } from '../law/index.ts';

/** `appeal` is no request of its own: it goes on with the one that was refused. */
export type AskedRight = Exclude<Right, 'appeal'>;

/** What comes to the desk: a right that somebody uses, or what they tell of somebody else. */
export type RequestKind = AskedRight | 'child_report';

/**
 * `answer`: yes, with where to look. `export`: the archive. `correct`, `erase`, `restrict`: the store's operations.
 * `erase_at_once`: the store's erasure without the grace, of whom a report is about. `consents`: what rests on consent ends. `nothing`: there is nothing of this kind, which is the answer.
 */
export type Effect =
  | 'answer'
  | 'export'
  | 'correct'
  | 'erase'
  | 'restrict'
  | 'consents'
  | 'nothing'
  | 'erase_at_once';

interface Ask {
  /** Whether it must be known who asks: never for what only stops a use. */
  readonly proof: boolean;
  readonly effect: Effect;
}

export const ASKS: Readonly<Record<RequestKind, Ask>> = {
  confirm: {
    proof: true,
    effect: 'answer',
  },
  access: { proof: true, effect: 'export' },
  portability: {
    proof: true,
    effect: 'export',
  },
  correct: { proof: true, effect: 'correct' },
  delete: { proof: true, effect: 'erase' },
  restrict: { proof: true, effect: 'restrict' },
  object: { proof: true, effect: 'restrict' },
  withdraw_consent: {
    proof: false,
    effect: 'consents',
  },
  opt_out_sale: {
    proof: false,
    effect: 'consents',
  },
  opt_out_targeted_advertising: {
    proof: false,
    effect: 'consents',
  },
  opt_out_profiling: {
    proof: false,
    effect: 'consents',
  },
  limit_sensitive: {
    proof: false,
    effect: 'nothing',
  },
  /** No right of whoever tells it (CHILD-2): nothing in the law's tables is about it. */
  child_report: {
    proof: false,
    effect: 'erase_at_once',
  },
};
export const REQUEST_KINDS = Object.keys(ASKS) as [RequestKind, ...RequestKind[]];

/** Whether it is a right, and not a report about somebody else. */
export const isRight = (kind: RequestKind): kind is AskedRight => kind !== 'child_report';
export const ASKED_RIGHTS = REQUEST_KINDS.filter(isRight) as [AskedRight, ...AskedRight[]];

/** How a request came. `agent`: by somebody who says that they were let. `drp`: by an agent, over the Data Rights Protocol. */
export const DOORS = ['web', 'mail', 'post', 'agent', 'drp'] as const;
export type Door = (typeof DOORS)[number];

/**
 * What showed who asks. `none`: nothing had to. `staff`: somebody here checked it. `two_proofs`: two different ones of
 * those after `staff`, and nobody objected.
 */
export const PROOFS = [
  'none',
  'session',
  'link',
  'staff',
  'api_key',
  'recovery_code',
  'facts',
  'two_proofs',
] as const;
export type Proof = (typeof PROOFS)[number];
/** Shown without the mailbox and without anybody here. */
export const LADDER_PROOFS: readonly (Proof | null)[] = ['api_key', 'recovery_code', 'facts', 'two_proofs'];

/** `not_proven`: nobody showed that they are whom it is about. */
export const DECISIONS = ['whole', 'part', 'refused', 'not_proven'] as const;
export type Decision = (typeof DECISIONS)[number];
/** Of an appeal. `upheld`: the first decision stands. */
export const APPEAL_DECISIONS = ['whole', 'part', 'upheld'] as const;
export type AppealDecision = (typeof APPEAL_DECISIONS)[number];

/** Why more time is needed. */
export const EXTENSION_REASONS = ['complex', 'many'] as const;

export const WORDS_CHARACTERS_MAX = 4000;
