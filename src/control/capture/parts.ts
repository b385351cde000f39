/** What debug captures work with; made once, where control starts. */
import type { Store } from '../../store/store.ts';
import type { Services } from '../services.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface CaptureParts {
  readonly services: Services;
  readonly store: Store;
  readonly signIn: SignInParts;
  /** The time, or `ClockDoubted`: nothing is destroyed because of another. */
  readonly believed: () => Promise<number>;
}
