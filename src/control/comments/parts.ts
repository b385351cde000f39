/** What comments work with; made once, where control starts. */
import type { ChangelogEntry } from '../policy/index.ts';
import type { Erasing } from '../rights/index.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface CommentParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  readonly changelog: readonly ChangelogEntry[];
}
