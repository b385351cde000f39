/** The closed lists of disclosures: who asks, what is asked about, what has to be looked at first, and what came of it. */
import { DATA_CLASSES, type DataClass } from '../../store/map/words.ts';

/** Demands of authorities (DISCLOSE-3): always possible, since they are not ours to switch off. */
export const LEGAL_KINDS = ['court_order', 'subpoena', 'regulator', 'emergency'] as const;
/** What the operator may begin (DISCLOSE-4, DISCLOSE-5): off unless the configuration names them. */
export const OWN_KINDS = ['fraud', 'safety', 'collection'] as const;
export const CASE_KINDS = [...LEGAL_KINDS, ...OWN_KINDS] as const;
export type CaseKind = (typeof CASE_KINDS)[number];
export type OwnKind = (typeof OWN_KINDS)[number];

/** A demand or disclosure of the kind, in words that go on in a sentence. */
export const KIND_WORDS: Readonly<Record<CaseKind, string>> = {
  court_order: 'a court order',
  subpoena: 'a subpoena',
  regulator: 'a demand of a regulator',
  emergency: 'an emergency',
  fraud: 'protection against fraud',
  safety: 'the protection of rights, property or safety',
  collection: 'the enforcement of our terms',
};

export const CASE_STATES = ['open', 'prepared', 'approved', 'closed'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** `nothing_held`: it was answered, and there was nothing of what was asked for. */
export const OUTCOMES = ['whole', 'part', 'nothing_held', 'refused'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What was handed over with them: personal data left us. */
export const isDisclosed = (outcome: Outcome | null): boolean => outcome === 'whole' || outcome === 'part';

/** Prompts and answers: no table has a column for them, so that is what is answered. */
export const CONTENT = 'content_of_requests';
/** What lets somebody in is no answer to a question about data, and is never handed over. */
type Askable = Exclude<DataClass, 'user.authorization.credentials'>;
export type Category = Askable | typeof CONTENT;
const { 'user.authorization.credentials': _never, ...askable } = DATA_CLASSES;
export const CATEGORIES: Readonly<Record<Category, string>> = {
  ...askable,
  [CONTENT]: 'Content of requests: prompts and answers',
};
export const CATEGORY_NAMES = Object.keys(CATEGORIES) as [Category, ...Category[]];

/** What is asked before somebody else may approve (DISCLOSE-3), and the answers with which they may. */
export const CHECKS = {
  valid: 'Is it valid: issued by whom it says, in the form that the law wants, and not over?',
  jurisdiction: 'Has whoever asks the power to ask us, here?',
  scope: 'Is what is asked named exactly, and in proportion to what it is for?',
  notice: 'May the person be told?',
  narrower: 'Could less answer it?',
} as const;
export type Check = keyof typeof CHECKS;
export const CHECK_NAMES = Object.keys(CHECKS) as [Check, ...Check[]];

export const ANSWERS = ['yes', 'no'] as const;

/** What happened in a case; each is an entry of the record. */
export const CASE_EVENTS = [
  'open',
  'narrow',
  'prepare',
  'send_back',
  'approve',
  'object',
  'refuse',
  'build',
  'look',
  'gag_propose',
  'gag_extend',
  'gag_end',
  'announce',
  'tell',
  'hold_end',
  'overdue',
] as const;
export type CaseEvent = (typeof CASE_EVENTS)[number];

/** Whoever did one of them has prepared the case, and does not approve it. */
export const PREPARING: readonly CaseEvent[] = ['open', 'narrow', 'prepare'];

/** Files of a case. `package`: what is handed over. */
export const FILE_ROLES = ['document', 'gag', 'package'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

/** How far a disclosure is for whom it is about. */
export const TOLD_STATES = ['announced', 'disclosed', 'not_disclosed'] as const;
export type ToldState = (typeof TOLD_STATES)[number];
