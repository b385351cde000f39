/**
 * Signing in with a password. Whether an address has an account cannot be told: the same work, the same answer, on the
 * same step of the clock, and the same limits for an address that nobody has.
 */
import { and, eq } from 'drizzle-orm';
import { entryOf } from '../../store/map/table.ts';
import { openValue, sealValue } from '../../store/sealed-rows.ts';
import type { Caller } from './caller.ts';
import { endedCookie } from './cookies.ts';
import { endByToken } from './open-session.ts';
import type { SignInParts } from './parts.ts';
import { hashPassword, isOutdated, PasswordsBusy } from './password-hash.ts';
import { SignInRefused } from './refusals.ts';
import { PASSWORD, signInMethod } from './schema.ts';
import { failOnSteps } from './steady-time.ts';

export interface Entered {
  /** Set-Cookie headers for the answer. */
  readonly setCookies: readonly string[];
}

/**
 * `email`: normalised. The session may wait for the second factor: `whoIs` says so. Throws `SignInRefused`:
 * `wrong_credentials`, `too_many_tries`, `busy`.
 */
export function signInWithPassword(
  parts: SignInParts,
  caller: Caller,
  { email, password }: { email: string; password: string },
): Promise<Entered> {
  return failOnSteps(async () => {
    const tried = tryOnce(parts, caller, email);
    const entered = await parts.library.signIn(caller, email, password).catch(whenBusy);
    if (entered === null) {
      parts.services.log('info', 'sign_in_refused');
      throw new SignInRefused('wrong_credentials');
    }
    tried.succeeded();
    await endEarlier(parts, caller);
    await renewHash(parts, entered.person, password);
    return { setCookies: entered.setCookies };
  });
}

/**
 * Counts a try for whom it is about and for the network; throws `SignInRefused` (`too_many_tries`) when one of them
 * pauses. `succeeded` forgets the person's tries and takes this one back from the network's.
 */
export function tryOnce(parts: SignInParts, caller: Caller, about: string): { succeeded: () => void } {
  const { limits, services } = parts;
  const waitMs = Math.max(limits.waitMs('account', about), limits.waitMs('network', caller.network));
  if (waitMs > 0) {
    services.log('warn', 'sign_in_paused');
    throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
  }
  limits.count('account', about);
  limits.count('network', caller.network);
  return {
    succeeded: () => {
      limits.forgive('account', about);
      limits.takeBack('network', caller.network);
    },
  };
}

/** Whoever was signed in in this browser is not any more: no session outlives a sign-in over it. */
export async function endEarlier(parts: SignInParts, caller: Caller): Promise<void> {
  if (caller.cookies === '') return;
  const { found } = await parts.library.find(caller);
  if (found !== null) await endByToken(parts, found.token);
}

/** Ends the session; whoever is not signed in is not afterwards either. */
export async function signOut(parts: SignInParts, caller: Caller): Promise<Entered> {
  if (caller.cookies !== '') await parts.library.signOut(caller);
  return { setCookies: [endedCookie(parts.settings.siteUrl)] };
}

export function whenBusy(error: unknown): never {
  if (error instanceof PasswordsBusy) throw new SignInRefused('busy', { retryAfter: 5 });
  throw error;
}

/** Parameters of hashes change over the years; the only moment to follow is when the password is there. */
async function renewHash({ services }: SignInParts, personId: string, password: string): Promise<void> {
  const { db, vault } = services;
  const its = and(eq(signInMethod.person, personId), eq(signInMethod.provider, PASSWORD));
  const [row] = await db.select().from(signInMethod).where(its);
  if (row === undefined || row.password === null) return;
  const stored = openValue(vault, signInMethod, row, 'password')?.reveal();
  if (stored === undefined || !isOutdated(stored)) return;
  const fresh = sealValue(vault, entryOf(signInMethod), row, 'password', await hashPassword(password));
  await db
    .update(signInMethod)
    .set({ password: fresh })
    .where(and(its, eq(signInMethod.password, row.password)));
}
