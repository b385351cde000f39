/** A new password for whoever can read the mail of an address. What a stranger is told is the same for every address. */
import { eq } from 'drizzle-orm';
import { readValue } from '../../store/sealed-rows.ts';
import { isReader } from '../accounts/index.ts';
import { agreement, person } from '../accounts/schema.ts';
import { addressConfirmed, markConfirmed } from './address.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { acceptPassword, endSessions, tellOfChange, writePassword } from './set-password.ts';
import { countMail } from './sign-up.ts';
import { onSteps } from './steady-time.ts';
import { dropTokens, giveToken, lookAtToken, takeToken } from './tokens.ts';

/** `email`: normalised. Throws `SignInRefused` (`too_many_tries`) only. */
export function askForReset(parts: SignInParts, caller: Caller, email: string): Promise<void> {
  return onSteps(async () => {
    countMail(parts, caller, email);
    const { services, notices, settings, now } = parts;
    const owner = services.keys.lookup('email', email);
    if (owner === null) return;
    await services.db.transaction(async (tx) => {
      const found = await tx.select({ id: person.id }).from(person).where(eq(person.id, owner));
      // Who has no account has no password.
      if (found.length === 0 || (await isReader(tx, owner))) return;
      const wish = { purpose: 'reset_password', person: owner, only: true } as const;
      const token = await giveToken({ vault: services.vault, now }, tx, wish);
      const url = `${settings.siteUrl}/reset-password?token=${token}`;
      await notices.send(tx, { template: 'reset_password', person: owner, values: { url } });
    });
    notices.wake();
  });
}

/**
 * Sets the password; all sign-ins end, and a second factor stays. The link came by mail, so the address is confirmed; if
 * it was not before, whoever signed up may have been somebody else, so what they agreed to is asked anew. Throws
 * `SignInRefused` (`link_not_valid`, `too_many_tries`) or `Problem` (`weak_password`; the link still works then).
 */
export async function resetPassword(
  parts: SignInParts,
  caller: Caller,
  { token, password }: { token: string; password: string },
): Promise<void> {
  const { services, now, limits } = parts;
  const { db, vault } = services;
  const wait = limits.waitMs('token', caller.network);
  if (wait > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(wait / 1000) });
  const link = await lookAtToken({ vault, now }, db, 'reset_password', token);
  const [whom] = link === null ? [] : await db.select().from(person).where(eq(person.id, link.person));
  if (whom === undefined) {
    limits.count('token', caller.network);
    throw new SignInRefused('link_not_valid');
  }
  const own = [readValue(vault, person, whom, 'name') ?? '', readValue(vault, person, whom, 'email') ?? ''];
  const hash = await acceptPassword(password, own);
  await db.transaction(async (tx) => {
    const taken = await takeToken({ vault, now }, tx, 'reset_password', token);
    if (taken?.person !== whom.id) throw new SignInRefused('link_not_valid');
    await writePassword(parts, tx, whom.id, hash);
    await endSessions(parts, tx, whom.id, null);
    await dropTokens(tx, whom.id, 'confirm_address');
    await dropTokens(tx, whom.id, 'setup');
    if (whom.emailVerifiedAt === null) await tx.delete(agreement).where(eq(agreement.person, whom.id));
    await markConfirmed(parts, tx, whom.id);
    await tellOfChange(parts, tx, whom.id);
  });
  limits.forgive('account', own[1] as string);
  await addressConfirmed(parts, whom.id);
  parts.notices.wake();
}
