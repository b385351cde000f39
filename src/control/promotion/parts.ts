/** What promotional mail works with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { Store } from '../../store/store.ts';
import type { ConsentLedger, StandingConsents } from '../consent/index.ts';
import type { MailTags } from '../mail-tags.ts';
import type { MailSettings } from '../notices/index.ts';
import type { Company } from '../settings.ts';
import type { SignInParts } from '../sign-in/index.ts';

export interface PromotionParts {
  readonly store: Omit<Store, 'consents'> & { readonly consents: StandingConsents };
  readonly ledger: ConsentLedger;
  readonly signIn: SignInParts;
  readonly mail: MailSettings;
  readonly company: Company;
  readonly siteUrl: string;
  /** Where a mail that unsubscribes is read; null: none is. */
  readonly unsubscribeTo: string | null;
  /** Bind reports about a mail to it. */
  readonly tags: MailTags;
  /** Counts of fewer people are shown to nobody. */
  readonly groupMin: number;
  readonly log: Log;
}
