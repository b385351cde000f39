/**
 * The first way into an account that has no password yet: a link that works once, for 24 hours. `kept account create`
 * prints one for whom the operator added; who signed up without a password got it by mail. Whoever follows it sets a
 * password there and then, or is signed in to make a passkey.
 */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { addFirstAccount } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { addressConfirmed, markConfirmed } from './address.ts';
import type { Caller } from './caller.ts';
import { sessionCookie } from './cookies.ts';
import { openSession } from './open-session.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { acceptPassword, endSessions, writePassword } from './set-password.ts';
import { type Entered, endEarlier } from './sign-in.ts';
import { MAILED } from './sign-up.ts';
import { giveToken, lookAtToken, TOKEN_LIFE_MS, takeToken } from './tokens.ts';

export interface SetupLink {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** For the operator's terminal; an earlier one of the person dies. `reached`: it goes to their address, so that using it confirms that. */
export async function makeSetupLink(
  { services, settings, now }: Pick<SignInParts, 'services' | 'settings' | 'now'>,
  personId: Id,
  { reached = false }: { readonly reached?: boolean } = {},
): Promise<SetupLink> {
  const token = await services.db.transaction((tx) =>
    giveToken({ vault: services.vault, now }, tx, {
      purpose: 'setup',
      person: personId,
      only: true,
      ...(reached && { value: MAILED }),
    }),
  );
  return { url: `${settings.siteUrl}/set-up?token=${token}`, expiresAt: now() + TOKEN_LIFE_MS.setup };
}

/** Throws `SignInRefused` (`link_not_valid`, `too_many_tries`) or `Problem` (`weak_password`; the link still works then). */
export async function useSetupLink(
  parts: SignInParts,
  caller: Caller,
  { token, password }: { token: string; password?: string | undefined },
): Promise<Entered> {
  const { services, settings, limits, now } = parts;
  const { db, vault } = services;
  const wait = limits.waitMs('token', caller.network);
  if (wait > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(wait / 1000) });
  const link = await lookAtToken({ vault, now }, db, 'setup', token);
  const [whom] = link === null ? [] : await db.select().from(person).where(eq(person.id, link.person));
  if (whom === undefined) {
    limits.count('token', caller.network);
    throw new SignInRefused('link_not_valid');
  }
  const own = [readValue(vault, person, whom, 'name') ?? '', readValue(vault, person, whom, 'email') ?? ''];
  const hash = password === undefined ? null : await acceptPassword(password, own);
  // Before the link is used up: killed between the two, it still works.
  if (link?.value === MAILED)
    await addFirstAccount(services, whom.id, {
      name: own[0] || 'Account',
      way: 'sign_up',
      welcomeDue: settings.signUp.credit > 0,
    });
  const mailed = await db.transaction(async (tx) => {
    const taken = await takeToken({ vault, now }, tx, 'setup', token);
    if (taken?.person !== whom.id) throw new SignInRefused('link_not_valid');
    if (hash !== null) await writePassword(parts, tx, whom.id, hash);
    await endSessions(parts, tx, whom.id, null);
    if (taken.value === MAILED) await markConfirmed(parts, tx, whom.id);
    return taken.value === MAILED;
  });
  if (mailed) await addressConfirmed(parts, whom.id);
  await endEarlier(parts, caller);
  const way = mailed ? 'mail_link' : 'setup_link';
  const opened = await openSession(parts, { person: whom.id, way, caller });
  return { setCookies: [sessionCookie(settings.siteUrl, services.pepper, opened.token)] };
}
