/** What publishing works with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { Notices } from '../notices/index.ts';
import type { Clause } from '../policy/index.ts';
import type { Services } from '../services.ts';
import type { SignInParts } from '../sign-in/index.ts';
import type { Publications } from './publications.ts';

/** Somebody who will process; `from`: ISO 8601, null: no day is known yet. */
export interface ComingRecipient {
  readonly what: string;
  readonly from: string | null;
}

export interface PublishingParts {
  readonly publications: Publications;
  readonly services: Services;
  readonly notices: Notices;
  readonly signIn: SignInParts;
  readonly siteUrl: string;
  readonly clauses: readonly Clause[];
  /** Engines and regions that are announced, and get nothing before their day. */
  readonly newcomers: () => readonly ComingRecipient[];
  /** Who processes already, though people have not had their time yet; `since`: ISO. */
  readonly early: () => readonly { readonly what: string; readonly since: string }[];
  /** From the announcement of a significant change until it holds. */
  readonly noticeDays: number;
  /** Milliseconds since 1970, or `ClockDoubted`. */
  readonly believed: () => Promise<number>;
  /** Mails of announcements go on at once. */
  readonly tell: () => void;
  readonly log: Log;
}
