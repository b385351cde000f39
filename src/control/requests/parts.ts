/** What requests work with; made once, where control starts. */
import type { ConsentLedger } from '../consent/index.ts';
import type { RequestExports } from '../exports/index.ts';
import type { LawTable } from '../law/index.ts';
import type { Erasing } from '../rights/index.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface RequestParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  readonly ledger: ConsentLedger;
  readonly exports: RequestExports;
  readonly law: LawTable;
  /** Who answers, and where from (CONTACT-1). */
  readonly company: { readonly name: string; readonly policyEmail: string };
  /** What an agent of the directory is called; null: it is in it no more. */
  readonly agentName: (id: string) => string | null;
  /** The time, or `ClockDoubted`: nothing ends because of another. */
  readonly believed: () => Promise<number>;
}
