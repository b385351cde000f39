/** What dates work with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { Notices } from '../notices/index.ts';
import type { Plan } from '../payments/index.ts';
import type { Services } from '../services.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface DateParts {
  readonly services: Services;
  readonly notices: Notices;
  readonly signIn: SignInParts;
  readonly siteUrl: string;
  /** Those that are offered. */
  readonly plans: readonly Plan[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The same, or `ClockDoubted`: nobody is told of a day because of a clock that jumped. */
  readonly believed: () => Promise<number>;
  readonly log: Log;
}
