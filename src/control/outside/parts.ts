/** What the register of systems outside Kept works with; made once, where control starts. */
import type { Store } from '../../store/store.ts';
import type { LawTable } from '../law/index.ts';
import type { Services } from '../services.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface OutsideParts {
  readonly services: Services;
  readonly store: Store;
  readonly signIn: SignInParts;
  readonly law: LawTable;
  /** Requests look whether they can go on. */
  readonly wake: () => Promise<void>;
}
