/** Agreeing to policy and terms in the versions in force, and stating to be 18 or over; one row for each, with its time and way. */
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { accountsOwnedBy } from '../accounts/index.ts';
import { type AGREED_AT, agreement } from '../accounts/schema.ts';
import { giveWelcome } from '../billing/index.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { demandSignedIn } from './state.ts';

/** What "18 or over" is a version of: the sentence that the form says. */
export const AGE_VERSION = '18-or-over';

export interface Agreeing {
  /** Versions as the form showed them. */
  readonly policy: string;
  readonly terms: string;
  /** "I am 18 or over." */
  readonly adult: true;
}

/** Throws `SignInRefused` (`versions_changed`) when a newer version came out while the form was open. */
export function checkVersions(
  { settings }: Pick<SignInParts, 'settings'>,
  { policy, terms }: Agreeing,
): void {
  const { documents } = settings;
  if (policy !== documents.policy || terms !== documents.terms) throw new SignInRefused('versions_changed');
}

export async function writeAgreements(
  tx: Tx,
  personId: Id,
  { policy, terms }: Agreeing,
  way: (typeof AGREED_AT)[number],
  now: () => number,
): Promise<void> {
  const at = new Date(now());
  const rows = [
    { to: 'policy' as const, version: policy },
    { to: 'terms' as const, version: terms },
    { to: 'age' as const, version: AGE_VERSION },
  ].map((row) => ({ ...row, person: personId, way, at }));
  await tx.insert(agreement).values(rows).onConflictDoNothing();
}

/**
 * At the first sign-in of somebody whom an operator added or who came by a provider, and when a new version asks again.
 * The credit of a sign-up that waited for it is booked. Repeating it changes nothing.
 */
export async function agree(parts: SignInParts, caller: Caller, agreeing: Agreeing): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: ['way_in', 'agreement', 'age', 'address'] });
  checkVersions(parts, agreeing);
  const way = who.steps.includes('age') ? 'first_sign_in' : 'new_version';
  const { services, settings, now } = parts;
  await services.db.transaction((tx) => writeAgreements(tx, who.person, agreeing, way, now));
  for (const id of await accountsOwnedBy(services.db, who.person))
    await giveWelcome(services, id, settings.signUp.credit);
}
