/** What lists of partners work with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { Erasing } from '../rights/index.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface ImportParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  readonly log: Log;
}
