/** Conversations in words. */
import type { MessageKind, MessageState } from '../../control/messages/index.ts';

export const KIND_WORDS: Readonly<Record<MessageKind, { readonly name: string; readonly what: string }>> = {
  enquiry: { name: 'A question', what: 'About the service, before or after you use it.' },
  sales: { name: 'Sales', what: 'Volumes, contracts, an engine of your own.' },
  support: {
    name: 'Support',
    what: 'Something does not do what you need. Name the request’s id, never the prompt.',
  },
  problem: { name: 'A problem', what: 'Something is broken, or answers what it should not.' },
  feedback: { name: 'Feedback', what: 'What you like, what you miss.' },
  survey: { name: 'A survey', what: 'What was said in a survey in one’s own words.' },
};

/** For whoever wrote. */
export const STANDING: Readonly<Record<MessageState, string>> = {
  open: 'waits for our answer',
  waiting: 'answered',
  solved: 'solved',
};

/** For the staff. */
export const STATE_WORDS: Readonly<Record<MessageState, string>> = {
  open: 'Open',
  waiting: 'Waits for them',
  solved: 'Solved',
};

export const DOOR_WORDS = {
  web: 'by the form, not signed in',
  console: 'signed in',
  mail: 'by mail',
} as const;
