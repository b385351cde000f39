/** The closed lists of the register: what systems outside Kept are, whom they may hold, and what their data are used for. */
import { DATA_CLASSES, type DataClass } from '../../store/map/words.ts';

export const SYSTEM_KINDS = {
  crm: 'Customer database',
  inbox: 'Shared inbox',
  spreadsheet: 'Spreadsheet or document',
  paper: 'Paper',
  other: 'Something else',
} as const;

/** Which people a system may hold. */
export const GROUPS = {
  customers: 'Customers',
  enquirers: 'Visitors, and whoever wrote to us',
  newsletter: 'Whoever gets a newsletter',
  staff: 'Staff',
} as const;
export type Group = keyof typeof GROUPS;

/** What data in it are used for that somebody can opt out of. */
export const SYSTEM_USES = {
  promotion: 'To send promotional mail',
  advertising: 'For targeted advertising',
  profiling: 'For profiling',
  sharing: 'Given to others for ends of their own',
} as const;
export type SystemUse = keyof typeof SYSTEM_USES;

/** The categories of the policy (CPPA-2). */
export const SYSTEM_CLASSES: Readonly<Record<DataClass, string>> = DATA_CLASSES;

/** What is to be done in a system. `stop`: nothing is used any more for what somebody opted out of. */
export const TASK_KINDS = {
  hand_in: 'Look for them, and hand in what is there',
  correct: 'Look for them, and correct it',
  restrict: 'Look for them, and see that their data are used for nothing',
  erase: 'Look for them, and erase what is there',
  stop: 'Look for them, and end the use',
} as const;
export type TaskKind = keyof typeof TASK_KINDS;

/**
 * `cannot`: on a ground of the law's list. `run_out`: nobody did it before whom it is about could be found no more. `ended`: what it
 * was for is over.
 */
export const TASK_STATES = ['open', 'done', 'nothing_found', 'cannot', 'run_out', 'ended'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const wordsOf = <Word extends string>(list: Readonly<Record<Word, string>>) =>
  Object.keys(list) as [Word, ...Word[]];

/** The fields of the register's form; boxes are named by the list that they are of. */
export const SYSTEM_FIELDS: readonly string[] = [
  'name',
  'kind',
  'finding',
  'owner',
  ...wordsOf(SYSTEM_CLASSES).map((word) => `class_${word}`),
  ...wordsOf(GROUPS).map((word) => `holds_${word}`),
  ...wordsOf(SYSTEM_USES).map((word) => `use_${word}`),
];
