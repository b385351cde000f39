/** Comments in words. */
import type { CommentState } from '../../control/comments/index.ts';

/** For their author. */
export const COMMENT_STANDING: Readonly<Record<CommentState, string>> = {
  waiting: 'waits to be read; nobody sees it yet',
  shown: 'shown to everybody',
  refused: 'not shown',
};

/** For the staff. */
export const COMMENT_STATES: Readonly<Record<CommentState, string>> = {
  waiting: 'To be read',
  shown: 'Shown',
  refused: 'Not shown',
};

export { REASON_WORDS } from '../../control/comments/kinds.ts';
