/** What people write to us about, and how a conversation stands. Plain data, also for pages. */

/** In days after the last message, each is kept for so long. */
export const KEPT_DAYS = {
  enquiry: 366,
  sales: 731,
  support: 731,
  problem: 731,
  feedback: 366,
  /** In their own words, with what they answered. */
  survey: 366,
} as const;
export type MessageKind = keyof typeof KEPT_DAYS;
export const MESSAGE_KINDS = Object.keys(KEPT_DAYS) as [MessageKind, ...MessageKind[]];
/** Those that a form can be sent as. */
export const WRITTEN_KINDS = ['enquiry', 'sales', 'support', 'problem', 'feedback'] as const;

/** `open`: an answer is owed. `waiting`: for whoever wrote. */
export const MESSAGE_STATES = ['open', 'waiting', 'solved'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** `console`: they were signed in. Of the other two the address is a claim. */
export const MESSAGE_DOORS = ['web', 'console', 'mail'] as const;
export type MessageDoor = (typeof MESSAGE_DOORS)[number];

/** Who wrote one. */
export const WRITERS = ['person', 'staff'] as const;

export const SUBJECT_CHARACTERS_MAX = 200;
/** Of a form; a mail may have twice as many. */
export const WORDS_CHARACTERS_MAX = 10_000;
/** Of the staff; two of them fit into one message. */
export const ANSWER_CHARACTERS_MAX = 8_000;
/** A conversation that is longer goes on in another one. */
export const MESSAGES_MAX = 500;

const MB = 1024 * 1024;
export const FILES_MAX = 3;
export const FILE_BYTES_MAX = 4 * MB;
/** Of all files of one message. */
export const FILES_BYTES_MAX = 8 * MB;
