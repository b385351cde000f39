/**
 * Somebody comes by a provider whom nobody here is connected with. Where the provider says that their address is
 * confirmed, nobody has it here and signing up is open to them, they are a new person, who is asked for agreement and
 * age before anything else. An account that has the address is never joined with them: its owner gets a mail, and the
 * answer is the one that everybody gets who may not sign up.
 */
import type { Id } from '../../../link/ids.ts';
import { createAccount } from '../../accounts/index.ts';
import { Problem } from '../../problem.ts';
import { addressConfirmed, markConfirmed } from '../address.ts';
import type { Caller } from '../caller.ts';
import type { SignInParts } from '../parts.ts';
import { SignInRefused } from '../refusals.ts';
import { checkMode, countMail, tellOwner, useInvitation } from '../sign-up.ts';
import { connect } from './connections.ts';
import type { Identity, Provider } from './provider.ts';

/** Throws `SignInRefused`: `address_not_verified`, `nobody_connected`, `invitation_not_valid`, `too_many_tries`. */
export async function makeNewcomer(
  parts: SignInParts,
  caller: Caller,
  provider: Provider,
  { identity, invitation }: { identity: Identity; invitation: string | undefined },
): Promise<Id> {
  const { email } = identity;
  if (email === null) throw new SignInRefused('address_not_verified');
  countMail(parts, caller, email);
  try {
    await demandOpen(parts, email, invitation);
    if (parts.services.keys.lookup('email', email) !== null) throw new SignInRefused('nobody_connected');
    return await make(parts, provider, identity, email);
  } catch (error) {
    const isKnown = error instanceof Problem && error.code === 'account_exists';
    if (!isKnown && !(error instanceof SignInRefused && error.code === 'nobody_connected')) throw error;
    const url = `${parts.settings.siteUrl}/sign-in?next=/console/security`;
    const values = { provider: provider.settings.name, url };
    await tellOwner(parts, email, { template: 'connect_first', values });
    parts.notices.wake();
    throw new SignInRefused('nobody_connected');
  }
}

/** Who may not sign up hears the same as who has an account already. An invitation is used by that, as at a sign-up. */
async function demandOpen(parts: SignInParts, email: string, invitation: string | undefined): Promise<void> {
  const isInvited = parts.settings.signUp.mode === 'invite';
  if (isInvited && invitation !== undefined) return useInvitation(parts, { invitation, email });
  try {
    if (isInvited) throw new SignInRefused('invitation_not_valid');
    checkMode(parts, email);
  } catch (error) {
    throw error instanceof SignInRefused ? new SignInRefused('nobody_connected') : error;
  }
}

async function make(parts: SignInParts, provider: Provider, identity: Identity, email: string): Promise<Id> {
  const { person } = await createAccount(parts.services, {
    email,
    name: identity.name ?? email,
    staffRole: null,
    way: 'sign_up',
    welcomeDue: parts.settings.signUp.credit > 0,
    also: async (tx, made) => {
      await connect(parts, tx, { provider, identity, person: made });
      await markConfirmed(parts, tx, made);
    },
  });
  await addressConfirmed(parts, person);
  return person;
}
