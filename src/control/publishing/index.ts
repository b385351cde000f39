/**
 * Publishing (CHANGE-1, CHANGE-2, SCOPE-2): versions of the policy and the terms, what of them is significant, who is told
 * when, and from when they hold. A text of the repository is a draft until somebody publishes it; what is published stays.
 */
import { Rounds } from '../rounds.ts';
import { forPublishingDesk } from './for-desk.ts';
import { forPublishingPages } from './for-pages.ts';
import { holdDue } from './hold.ts';
import type { PublishingParts } from './parts.ts';
import { publishingAdmin, versionRoutes } from './routes.ts';

export type { ComparedBlock } from './compare.ts';
export { factsOf } from './facts.ts';
export type { Preview } from './for-desk.ts';
export type {
  AskedAnew,
  Comparison,
  News,
  ShownVersion,
  VersionState,
} from './for-pages.ts';
export { POLICY_NOTICE_DAYS_MIN } from './notice-days.ts';
export { Publications } from './publications.ts';
export { versionRoutes } from './routes.ts';

const LOOK_MS = 60_000;

export function openPublishing(parts: PublishingParts) {
  const rounds = new Rounds({ everyMs: LOOK_MS, work: () => holdDue(parts), log: parts.log });
  return {
    start: () => rounds.start(),
    stop: () => rounds.stop(),
    pages: forPublishingPages(parts),
    desk: forPublishingDesk(parts),
    admin: publishingAdmin(parts),
    /** Below `/api/privacy`. */
    routes: versionRoutes(parts),
  };
}
export type Publishing = ReturnType<typeof openPublishing>;
