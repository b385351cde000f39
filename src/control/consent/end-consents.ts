/**
 * Ends what rests on consent for somebody who opted out or took everything back: now, everywhere, and remembered like
 * Global Privacy Control (STATE-5, CHOICE-1). Repeated, it changes nothing.
 */
import type { Id } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import { accountsEndingWith, tellGateways } from '../accounts/index.ts';
import type { Services } from '../services.ts';
import type { ConsentLedger } from './give-consent.ts';
import { GPC_REFUSES } from './gpc.ts';
import { CONSENT_PURPOSE_NAMES, CONSENT_RULES } from './purposes.ts';
import { refusals } from './refusals.ts';
import type { ConsentWay } from './schema.ts';
import { withdrawConsent } from './withdraw-consent.ts';

export interface ConsentEnding {
  readonly person: Id;
  /** `opt_out`: what a browser's refusal ends. `all`: everything, of the accounts that are theirs alone too. */
  readonly what: 'opt_out' | 'all';
  readonly way: ConsentWay;
  readonly role: ActorRole;
}

const isOf = (kind: 'person' | 'account') => (purpose: ConsentPurpose) =>
  CONSENT_RULES[purpose].subject === kind;

/** Throws `Problem` 409 (`erased`). */
export async function endConsents(
  { services, ledger }: { readonly services: Services; readonly ledger: ConsentLedger },
  { person, what, way, role }: ConsentEnding,
): Promise<void> {
  const purposes = what === 'all' ? CONSENT_PURPOSE_NAMES : GPC_REFUSES;
  await refusals(async () => {
    for (const purpose of purposes.filter(isOf('person')))
      await withdrawConsent(ledger, { subject: { kind: 'person', id: person }, purpose, way, role });
  });
  const ofAccounts = purposes.filter(isOf('account'));
  if (ofAccounts.length === 0) return;
  const accounts = await accountsEndingWith(services.db, person);
  try {
    await refusals(async () => {
      for (const id of accounts)
        for (const purpose of ofAccounts)
          await withdrawConsent(ledger, { subject: { kind: 'account', id }, purpose, way, role, person });
    });
  } finally {
    // Also when it is not known whether it was committed.
    await tellGateways(services, accounts);
  }
}
