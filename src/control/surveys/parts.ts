/** What surveys work with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { Messages } from '../messages/index.ts';
import type { Erasing } from '../rights/index.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface SurveyParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  /** Where what is said in one's own words goes. */
  readonly said: Messages['survey'];
  /** No number is about fewer people. */
  readonly groupMin: number;
  readonly log: Log;
}
