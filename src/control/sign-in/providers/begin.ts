/**
 * Begins a way by a provider: signing in, connecting it, or confirming that it is still the same person. What ties the
 * answer to this browser lies sealed here, and its token in a cookie: who is handed an answer that was meant for
 * somebody else's browser can do nothing with it.
 */
import { randomBytes } from 'node:crypto';
import type { Id } from '../../../link/ids.ts';
import { cookieLine, cookieValue } from '../../cookies.ts';
import type { Caller } from '../caller.ts';
import type { SignInParts } from '../parts.ts';
import { SignInRefused } from '../refusals.ts';
import { demandSignedIn, STEPS } from '../state.ts';
import { giveToken, giveTokenToStranger, type TakenToken, TOKEN_LIFE_MS, takeToken } from '../tokens.ts';
import { type Challenge, type Provider, ProviderFailed } from './provider.ts';

const COOKIE = 'kept_provider';
const CHALLENGE_BYTES = 32;
const ANY_STEP = STEPS.filter((step) => step !== 'second_factor');

export const PROVIDER_WISHES = ['sign_in', 'connect', 'confirm'] as const;
export type ProviderWish = (typeof PROVIDER_WISHES)[number];

export interface Beginning {
  /** Id of the provider. */
  readonly provider: string;
  readonly wish: ProviderWish;
  /** The page that they wanted, inside the site. */
  readonly next?: string | undefined;
  readonly invitation?: string | undefined;
}

/** What waits for the answer. */
export interface Pending extends Beginning {
  readonly challenge: Challenge;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/** Where the browser goes. Throws `SignInRefused`: `no_such_provider`, `provider_failed`, or what stands in the way. */
export async function beginProvider(
  parts: SignInParts,
  caller: Caller,
  beginning: Beginning,
): Promise<{ readonly url: string; readonly setCookies: readonly string[] }> {
  const provider = providerOf(parts, beginning.provider);
  const waitMs = parts.limits.waitMs('network', caller.network);
  if (waitMs > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
  const person = await whose(parts, caller, provider, beginning.wish);
  const challenge = { state: random(), nonce: random(), verifier: random() };
  const options = { again: beginning.wish === 'confirm' };
  const url = await provider
    .authorizationUrl(challenge, options)
    .catch((error) => refuseFailed(parts, provider, error));
  const token = await keep(parts, person, { ...beginning, challenge, begunAt: parts.now() });
  const seconds = TOKEN_LIFE_MS.provider / 1000;
  return { url: url.href, setCookies: [cookieLine(parts.settings.siteUrl, COOKIE, token, seconds)] };
}

const random = (): string => randomBytes(CHALLENGE_BYTES).toString('base64url');

export function providerOf({ providers }: SignInParts, id: string): Provider {
  const provider = providers.get(id);
  if (provider === undefined) throw new SignInRefused('no_such_provider');
  return provider;
}

/** For `catch`: what a provider did wrong is a refusal here, and a line in the log that says which provider. */
export function refuseFailed({ services }: SignInParts, { number }: Provider, error: unknown): never {
  if (!(error instanceof ProviderFailed)) throw error;
  if (error.failure === 'denied') throw new SignInRefused('provider_denied');
  const code = error.failure === 'unreachable' ? 'provider_unreachable' : 'provider_answer_wrong';
  services.log('warn', 'provider_failed', { provider: number, code });
  throw new SignInRefused('provider_failed');
}

/** Whose wish it is; null: whoever comes back. */
async function whose(
  parts: SignInParts,
  caller: Caller,
  { confirms }: Provider,
  wish: ProviderWish,
): Promise<Id | null> {
  if (wish === 'sign_in') return null;
  if (wish === 'confirm' && !confirms) throw new SignInRefused('provider_does_not_confirm');
  const demand = wish === 'connect' ? { fresh: true } : { whileDeleted: true };
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, ...demand });
  return who.person;
}

function keep(
  { services: { vault, db }, now }: SignInParts,
  person: Id | null,
  pending: Pending,
): Promise<string> {
  const made = { purpose: 'provider', value: JSON.stringify(pending) } as const;
  if (person === null) return giveTokenToStranger({ vault, now }, db, made);
  return giveToken({ vault, now }, db, { ...made, person, only: true });
}

/** The Set-Cookie header that forgets what waits. */
export const nothingPending = (siteUrl: string): string => cookieLine(siteUrl, COOKIE, '', 0);

/** What waits in this browser; used up by that. Null: nothing, or no longer. */
export async function takePending(
  { services: { vault, db }, settings, now }: SignInParts,
  { cookies }: Caller,
): Promise<{ readonly person: TakenToken['person']; readonly pending: Pending } | null> {
  const token = cookieValue(settings.siteUrl, cookies, COOKIE);
  const taken = token === null ? null : await takeToken({ vault, now }, db, 'provider', token);
  if (taken === null || taken.value === null) return null;
  return { person: taken.person, pending: JSON.parse(taken.value) as Pending };
}
