/** The closed lists of the register of breaches. Plain data, also for pages. */
import { DATA_CLASSES, type DataClass } from '../../store/map/words.ts';

/** What a breach did to data (GDPR Art. 4(12)). */
export const NATURES = {
  disclosed: 'Somebody got or saw data who may not',
  altered: 'Data were changed that may not be',
  lost: 'Data were lost, or could not be reached',
} as const;

export const GROUPS = {
  customers: 'Customers',
  enquirers: 'Visitors, and whoever wrote to us',
  newsletter: 'Whoever gets a newsletter',
  staff: 'Staff',
} as const;

/** Kinds of data, as the data map has them. */
export const CLASSES: Readonly<Record<DataClass, string>> = DATA_CLASSES;

/** Whether whoever got them can read them. `sealed`: without their keys. */
export const READABLE = {
  readable: 'They can be read',
  keys: 'They are sealed, but keys may be gone with them',
  sealed: 'They are sealed, and no key is gone',
} as const;

/** How likely a risk for people is; `unknown` counts as the highest until somebody has looked. */
export const RISKS = {
  unknown: 'Nobody has assessed it yet',
  unlikely: 'A risk for people is unlikely',
  risk: 'A risk for people is likely',
  high: 'A high risk for people is likely',
} as const;
export type Risk = keyof typeof RISKS;

/** Whom of those affected the service mail goes to. */
export const AFFECTED = {
  named: 'Those who are named below',
  everybody: 'Everybody of whom anything is held',
} as const;

export const WHOM = {
  authority: 'Authority',
  people: 'People',
  agencies: 'Consumer reporting agencies',
  media: 'Media',
} as const;
export type Whom = keyof typeof WHOM;

/** How much of it somebody was told: information may come in phases (GDPR Art. 33(4)). */
export const PHASES = {
  first: 'What is known so far; more follows',
  more: 'More of it; still not all',
  whole: 'All of it',
} as const;
export type Phase = keyof typeof PHASES;

/** The two notices that are drafted. */
export const NOTICES = { authority: 'Notice to an authority', people: 'Notice to the people' } as const;
export type Notice = keyof typeof NOTICES;

/** What one person proposes and another agrees to. */
export const PROPOSALS = {
  not_told: 'somebody is not told',
  tell_people: 'people are told by mail',
  close: 'it is closed',
} as const;
export type Proposal = keyof typeof PROPOSALS;

/** How long before its end a deadline is told of, and `due` at it. */
export const MARKS_HOURS = { day: 24, hours: 6, due: 0 } as const;
export type Mark = keyof typeof MARKS_HOURS;

/** What can stand in the register; each is a row that stays as it is, and an entry of the record. */
export const BREACH_EVENTS = [
  'open',
  'correct',
  'draft',
  'told',
  'propose',
  'agree',
  'decline',
  'sent',
  'remind',
  'look',
  'export',
] as const;

export const wordsOf = <Word extends string>(list: Readonly<Record<Word, string>>) =>
  Object.keys(list) as [Word, ...Word[]];
