/**
 * Comments (COLLECT-2) on pages of the documentation and the changelog (USE-4): by whoever is signed in, read by somebody
 * here before they are shown, under the name that their author chose or none.
 */
export { type CommentDesk, forCommentDesk } from './for-desk.ts';
export { type CommentPages, type CommentsOn, forCommentPages } from './for-pages.ts';
export type { CommentState } from './kinds.ts';
