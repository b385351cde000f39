/** What disclosures work with; made once, where control starts. */
import type { Act } from '../../store/store.ts';
import type { Erasing } from '../rights/index.ts';
import type { SignInParts } from '../sign-in/index.ts';
import type { DisclosureSettings } from './settings.ts';

export interface DisclosureParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  readonly settings: DisclosureSettings;
  /** Who answers. */
  readonly company: string;
  /** The time, or `ClockDoubted`: nobody is told, and no gag ends, because of another. */
  readonly believed: () => Promise<number>;
}

export type Enter = Parameters<Act<unknown>>[1];
