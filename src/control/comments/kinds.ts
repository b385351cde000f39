/** How a comment stands, and why one is not shown. Plain data, also for pages. */

export const COMMENT_STATES = ['waiting', 'shown', 'refused'] as const;
export type CommentState = (typeof COMMENT_STATES)[number];

/** Why a comment is not shown; its author is told. */
export const REFUSAL_REASONS = [
  'off_topic',
  'personal',
  'insult',
  'advertising',
  'unlawful',
  'hole',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Goes on after "It is not shown, because". */
export const REASON_WORDS: Readonly<Record<RefusalReason, string>> = {
  off_topic: 'it is about something else than the page',
  personal: 'it holds data about somebody',
  insult: 'it insults or threatens somebody',
  advertising: 'it advertises something',
  unlawful: 'we think that the law forbids it',
  hole: 'it tells of a hole in security: write to us instead, so that it can be closed first',
};

export const COMMENT_CHARACTERS_MAX = 2_000;
export const SHOWN_NAME_CHARACTERS_MAX = 60;
/** Of one person on one page. */
export const COMMENTS_MAX = 5;
