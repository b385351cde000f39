/** What can be asked, each with what it needs and what is done about it. Which law gives it is said by the law's tables. */
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
  /** Goes on after "You asked us". */
  readonly words: string;
}

export const ASKS: Readonly<Record<RequestKind, Ask>> = {
  confirm: {
    proof: true,
    effect: 'answer',
    words: 'to confirm whether we hold data about you',
  },
  access: { proof: true, effect: 'export', words: 'for a copy of what we hold about you' },
  portability: {
    proof: true,
    effect: 'export',
    words: 'for your data in a form that you can take elsewhere',
  },
  correct: { proof: true, effect: 'correct', words: 'to correct something about you' },
  delete: { proof: true, effect: 'erase', words: 'to delete your account and your data' },
  restrict: { proof: true, effect: 'restrict', words: 'to restrict the use of your data' },
  object: { proof: true, effect: 'restrict', words: 'to stop a use that you object to' },
  withdraw_consent: {
    proof: false,
    effect: 'consents',
    words: 'to end every use that rests on your consent',
  },
  opt_out_sale: {
    proof: false,
    effect: 'consents',
    words: 'not to sell or share your data',
  },
  opt_out_targeted_advertising: {
    proof: false,
    effect: 'consents',
    words: 'not to use your data for targeted advertising',
  },
  opt_out_profiling: {
    proof: false,
    effect: 'consents',
    words: 'not to use your data for profiling',
  },
  limit_sensitive: {
    proof: false,
    effect: 'nothing',
    words: 'to limit the use of sensitive data about you',
  },
  /** No right of whoever tells it (CHILD-2): nothing in the law's tables is about it. */
  child_report: {
    proof: false,
    effect: 'erase_at_once',
    words: 'to delete the account of a child',
  },
};
export const REQUEST_KINDS = Object.keys(ASKS) as [RequestKind, ...RequestKind[]];

/** Whether it is a right, and not a report about somebody else. */
export const isRight = (kind: RequestKind): kind is AskedRight => kind !== 'child_report';
export const ASKED_RIGHTS = REQUEST_KINDS.filter(isRight) as [AskedRight, ...AskedRight[]];

/** How a request came. `agent`: by somebody who says that they were let. `drp`: by an agent, over the Data Rights Protocol. */
export const DOORS = ['web', 'mail', 'post', 'agent', 'drp'] as const;
export type Door = (typeof DOORS)[number];

/** What showed who asks. `none`: nothing had to. `staff`: somebody here checked it. */
export const PROOFS = ['none', 'session', 'link', 'staff'] as const;

/** `not_proven`: nobody showed that they are whom it is about. */
export const DECISIONS = ['whole', 'part', 'refused', 'not_proven'] as const;
export type Decision = (typeof DECISIONS)[number];
/** Of an appeal. `upheld`: the first decision stands. */
export const APPEAL_DECISIONS = ['whole', 'part', 'upheld'] as const;
export type AppealDecision = (typeof APPEAL_DECISIONS)[number];

/** Why more time is needed; the words are told to whoever asked. */
export const EXTENSIONS = {
  complex: 'it is complex',
  many: 'many requests came at the same time',
} as const;
export type Extension = keyof typeof EXTENSIONS;
export const EXTENSION_REASONS = Object.keys(EXTENSIONS) as [Extension, ...Extension[]];

export const WORDS_CHARACTERS_MAX = 4000;
