/** The browser comes back from a provider: who it says they are, and what they wanted. */
import { timingSafeEqual } from 'node:crypto';
import type { Id } from '../../../link/ids.ts';
import type { Caller } from '../caller.ts';
import { refresh } from '../confirm-it-is-you.ts';
import { sessionCookie } from '../cookies.ts';
import { openSession } from '../open-session.ts';
import type { SignInParts } from '../parts.ts';
import { type RefusalCode, SignInRefused } from '../refusals.ts';
import { endEarlier } from '../sign-in.ts';
import { demandSignedIn, STEPS } from '../state.ts';
import { failOnSteps } from '../steady-time.ts';
import { nothingPending, type Pending, providerOf, refuseFailed, takePending } from './begin.ts';
import { connect, ownerOf, used } from './connections.ts';
import { makeNewcomer } from './newcomer.ts';
import { backUrl, type Identity, type Provider } from './provider.ts';
import { followGroups } from './staff-role.ts';

/** Clocks of ours and of a provider are so far apart at most. */
const CLOCKS_APART_MS = 30_000;
const ANY_STEP = STEPS.filter((step) => step !== 'second_factor');
const SECURITY = '/console/security';

export interface CameBack {
  /** The page to go on to, inside the site. */
  readonly to: string;
  readonly setCookies: readonly string[];
  /** Set: it was refused, and that page says why. */
  readonly refused: RefusalCode | null;
}

/** `query`: of the address that the browser came back to. What is refused is answered, not thrown. */
export async function comeBack(
  parts: SignInParts,
  caller: Caller,
  { provider: id, query }: { provider: string; query: string },
): Promise<CameBack> {
  const forget = nothingPending(parts.settings.siteUrl);
  let pending: Pending | null = null;
  try {
    return await failOnSteps(async () => {
      const taken = await takeOnce(parts, caller);
      pending = taken.pending;
      const provider = providerOf(parts, id);
      demandOurs(taken.pending, id, query);
      const back = new URL(`${backUrl(parts.settings.siteUrl, id)}${query}`);
      const identity = await provider
        .identify(taken.pending.challenge, back)
        .catch((error) => refuseFailed(parts, provider, error));
      const { to, setCookies } = await carryOut(parts, caller, { ...taken, provider, identity });
      parts.limits.takeBack('network', caller.network);
      return { to, setCookies: [...setCookies, forget], refused: null };
    });
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    parts.services.log('info', 'sign_in_refused');
    return { to: placeOf(pending), setCookies: [forget], refused: error.code as RefusalCode };
  }
}

/** Where the form stood that began it. */
function placeOf(pending: Pending | null): string {
  if (pending?.wish === 'connect') return SECURITY;
  const next = `next=${encodeURIComponent(pending?.next ?? '/console')}`;
  return pending?.wish === 'confirm' ? `/console/confirm?${next}` : `/sign-in?${next}`;
}

/** Counts the try and uses up what waits. Throws `SignInRefused`: `too_many_tries`, `provider_stale`. */
async function takeOnce(parts: SignInParts, caller: Caller) {
  const { limits } = parts;
  const waitMs = limits.waitMs('network', caller.network);
  if (waitMs > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
  limits.count('network', caller.network);
  const taken = await takePending(parts, caller);
  if (taken === null) throw new SignInRefused('provider_stale');
  return taken;
}

/** An answer that this browser did not ask for is somebody else's (RFC 9700, 4.7). */
function demandOurs({ provider, challenge }: Pending, id: string, query: string): void {
  const given = Buffer.from(new URLSearchParams(query).get('state') ?? '');
  const expected = Buffer.from(challenge.state);
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  if (provider !== id || !isSame) throw new SignInRefused('provider_stale');
}

interface Returned {
  readonly person: Id | null;
  readonly pending: Pending;
  readonly provider: Provider;
  readonly identity: Identity;
}

async function carryOut(
  parts: SignInParts,
  caller: Caller,
  returned: Returned,
): Promise<Pick<CameBack, 'to' | 'setCookies'>> {
  const { pending } = returned;
  if (pending.wish === 'sign_in') return signIn(parts, caller, returned);
  if (pending.wish === 'connect') await connectToThem(parts, caller, returned);
  else await confirm(parts, caller, returned);
  return { to: pending.next ?? SECURITY, setCookies: [] };
}

async function signIn(parts: SignInParts, caller: Caller, { pending, provider, identity }: Returned) {
  const { services, settings } = parts;
  const { invitation, next } = pending;
  const person =
    (await ownerOf(parts, provider, identity)) ??
    (await makeNewcomer(parts, caller, provider, { identity, invitation }));
  await followGroups(parts, provider, person, identity);
  await endEarlier(parts, caller);
  const opened = await openSession(parts, {
    person,
    way: identity.multiFactor ? 'provider_mfa' : 'provider',
    provider: provider.settings.id,
    caller,
    ...(identity.shownAt !== null && { shownAt: identity.shownAt }),
  });
  await used(parts, person, provider);
  const cookie = sessionCookie(settings.siteUrl, services.pepper, opened.token);
  return { to: next ?? '/console', setCookies: [cookie] };
}

/** Whoever began it is still signed in here. Throws `SignInRefused`. */
async function demandSame(parts: SignInParts, caller: Caller, person: Id | null) {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, whileDeleted: true });
  if (who.person !== person) throw new SignInRefused('provider_stale');
  return who;
}

/** They were fresh when they began, at most ten minutes ago. */
async function connectToThem(
  parts: SignInParts,
  caller: Caller,
  { person, provider, identity }: Returned,
): Promise<void> {
  const who = await demandSame(parts, caller, person);
  const { services, notices, settings } = parts;
  const owner = await ownerOf(parts, provider, identity);
  if (owner !== null && owner !== who.person) throw new SignInRefused('connected_elsewhere');
  if (owner === who.person) return;
  await services.db.transaction(async (tx) => {
    await connect(parts, tx, { provider, identity, person: who.person });
    const values = { provider: provider.settings.name, url: `${settings.siteUrl}${SECURITY}` };
    await notices.send(tx, { template: 'provider_connected', person: who.person, values });
  });
  notices.wake();
}

/** Only where the provider says that they typed in their password since it was begun. */
async function confirm(
  parts: SignInParts,
  caller: Caller,
  { person, pending, provider, identity }: Returned,
): Promise<void> {
  const who = await demandSame(parts, caller, person);
  if ((await ownerOf(parts, provider, identity)) !== who.person) throw new SignInRefused('somebody_else');
  const { shownAt } = identity;
  if (shownAt === null || shownAt < pending.begunAt - CLOCKS_APART_MS) {
    throw new SignInRefused('provider_does_not_confirm');
  }
  await refresh(parts, parts.services.db, who.session);
}
