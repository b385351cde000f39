/** What the register of breaches works with; made once, where control starts. */
import type { Act } from '../../store/store.ts';
import type { LawTable } from '../law/index.ts';
import type { Erasing } from '../rights/index.ts';
import type { Company } from '../settings.ts';
import type { SignInParts } from '../sign-in/index.ts';
import type { BreachLaw } from './law.ts';

export interface BreachParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  readonly company: Company;
  readonly law: LawTable;
  readonly table: BreachLaw;
  /** HIPAA holds here. */
  readonly hipaa: boolean;
  /** The time, or `ClockDoubted`: no deadline is told of because of another. */
  readonly believed: () => Promise<number>;
}

export type Enter = Parameters<Act<unknown>>[1];
