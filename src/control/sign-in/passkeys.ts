/**
 * Passkeys (WebAuthn, discoverable, with user verification: two factors in one). Whose one is, its user handle says: the
 * person's random id; its own id is sealed like its key. No attestation is asked for, and no kind of device is kept.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { and, eq } from 'drizzle-orm';
import { type Id, isId, newId } from '../../link/ids.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Caller } from './caller.ts';
import { refresh } from './confirm-it-is-you.ts';
import { sessionCookie } from './cookies.ts';
import { openSession } from './open-session.ts';
import { relyingParty } from './origin.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { passkey } from './schema.ts';
import { type Entered, endEarlier, tryOnce } from './sign-in.ts';
import { countWays, demandSignedIn, STEPS, waysOf } from './state.ts';
import { failOnSteps } from './steady-time.ts';
import { giveToken, giveTokenToStranger, takeToken } from './tokens.ts';

const PASSKEYS_MAX = 20;
const ANY_STEP = STEPS.filter((step) => step !== 'second_factor');
const RP_NAME = 'Kept';
/** Loaded when it is first needed: it takes a while. */
const webauthn = () => import('@simplewebauthn/server');

export interface Ceremony<Options> {
  /** Sent back with what the browser answers; works once, for ten minutes. */
  readonly ticket: string;
  /** For `navigator.credentials`. */
  readonly options: Options;
}

/** Begins to make a passkey. Wants a fresh sign-in, or one by a link of somebody who has no way in yet. */
export async function beginPasskey(
  parts: SignInParts,
  caller: Caller,
): Promise<Ceremony<PublicKeyCredentialCreationOptionsJSON>> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, fresh: true });
  const { services, settings, now } = parts;
  const mine = await passkeysOf(parts, who.person);
  if (mine.length >= PASSKEYS_MAX) throw new SignInRefused('too_many_passkeys');
  const options = await (await webauthn()).generateRegistrationOptions({
    rpName: RP_NAME,
    rpID: relyingParty(settings.siteUrl).id,
    userName: who.email,
    userDisplayName: who.name,
    userID: Uint8Array.from(Buffer.from(who.person, 'hex')),
    attestationType: 'none',
    excludeCredentials: mine.map(({ credential, transports }) => ({ id: credential, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const wish = { purpose: 'passkey_make', person: who.person, value: options.challenge, only: true } as const;
  const ticket = await giveToken({ vault: services.vault, now }, services.db, wish);
  return { ticket, options };
}

/** Stores the passkey that the browser made. Throws `SignInRefused` (`wrong_passkey`, `link_not_valid`). */
export async function makePasskey(
  parts: SignInParts,
  caller: Caller,
  made: { ticket: string; name: string; response: RegistrationResponseJSON },
): Promise<{ readonly id: Id }> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, fresh: true });
  const { services, notices, settings, now } = parts;
  const taken = await takeToken({ vault: services.vault, now }, services.db, 'passkey_make', made.ticket);
  if (taken?.person !== who.person || taken.value === null) throw new SignInRefused('link_not_valid');
  const party = relyingParty(settings.siteUrl);
  const { registrationInfo } = await (await webauthn())
    .verifyRegistrationResponse({
      response: made.response,
      expectedChallenge: taken.value,
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
    })
    .catch(() => ({ registrationInfo: undefined }));
  if (registrationInfo === undefined) throw new SignInRefused('wrong_passkey');
  const { credential } = registrationInfo;
  const id = newId();
  await services.db.transaction(async (tx) => {
    const row = {
      id,
      person: who.person,
      name: made.name,
      credential: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      transports: JSON.stringify(credential.transports ?? []),
      counter: credential.counter,
      createdAt: new Date(now()),
    };
    await tx.insert(passkey).values(sealRow(services.vault, passkey, row));
    const values = { passkey: made.name, url: `${settings.siteUrl}/console/security` };
    await notices.send(tx, { template: 'passkey_made', person: who.person, values });
  });
  notices.wake();
  return { id };
}

/** Begins a sign-in by passkey: for anybody, since the passkey says whose it is. */
export async function beginPasskeySignIn(
  parts: SignInParts,
  caller: Caller,
): Promise<Ceremony<PublicKeyCredentialRequestOptionsJSON>> {
  const { services, settings, limits, now } = parts;
  const waitMs = limits.waitMs('network', caller.network);
  if (waitMs > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
  const options = await (await webauthn()).generateAuthenticationOptions({
    rpID: relyingParty(settings.siteUrl).id,
    userVerification: 'required',
  });
  const wish = { purpose: 'passkey_use', value: options.challenge } as const;
  return { ticket: await giveTokenToStranger({ vault: services.vault, now }, services.db, wish), options };
}

export interface PasskeyAnswer {
  readonly ticket: string;
  readonly response: AuthenticationResponseJSON;
}

/** Signs in whose passkey it is. Throws `SignInRefused` (`wrong_passkey`, `too_many_tries`). */
export function signInWithPasskey(
  parts: SignInParts,
  caller: Caller,
  answer: PasskeyAnswer,
): Promise<Entered> {
  return failOnSteps(async () => {
    const personId = await verified(parts, caller, answer);
    await endEarlier(parts, caller);
    const opened = await openSession(parts, { person: personId, way: 'passkey', caller });
    const { settings, services } = parts;
    return { setCookies: [sessionCookie(settings.siteUrl, services.pepper, opened.token)] };
  });
}

/** Confirms by a passkey that it is still the same person. */
export function confirmByPasskey(parts: SignInParts, caller: Caller, answer: PasskeyAnswer): Promise<void> {
  return failOnSteps(async () => {
    const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, whileDeleted: true });
    if ((await verified(parts, caller, answer)) !== who.person) throw new SignInRefused('wrong_passkey');
    await refresh(parts, parts.services.db, who.session);
  });
}

export interface ListedPasskey {
  readonly id: Id;
  readonly name: string;
  readonly made_on: string;
  readonly last_used_on: string | null;
}

export async function listPasskeys(parts: SignInParts, caller: Caller): Promise<ListedPasskey[]> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP });
  return (await passkeysOf(parts, who.person)).map(({ row, name }) => ({
    id: row.id,
    name,
    made_on: row.createdAt.toISOString().slice(0, 10),
    last_used_on: row.lastUsedOn,
  }));
}

/** Removes one; never the last way in. Wants a fresh sign-in. */
export async function removePasskey(parts: SignInParts, caller: Caller, id: string): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, fresh: true });
  if (!isId(id)) throw new SignInRefused('no_such_passkey');
  await parts.services.db.transaction(async (tx) => {
    const its = await tx
      .select({ id: passkey.id })
      .from(passkey)
      .where(eq(passkey.person, who.person))
      .for('update');
    if (!its.some((each) => each.id === id)) throw new SignInRefused('no_such_passkey');
    const ways = await waysOf(parts, who.person, tx);
    if (countWays(ways) === 1) throw new SignInRefused('last_way_in');
    await tx.delete(passkey).where(and(eq(passkey.id, id), eq(passkey.person, who.person)));
  });
}

/** Whose passkey answered; uses the challenge up. */
async function verified(
  parts: SignInParts,
  caller: Caller,
  { ticket, response }: PasskeyAnswer,
): Promise<Id> {
  const { services, settings, now } = parts;
  const handle = Buffer.from(response.response.userHandle ?? '', 'base64url').toString('hex');
  const tried = tryOnce(parts, caller, `passkey ${handle}`);
  const taken = await takeToken({ vault: services.vault, now }, services.db, 'passkey_use', ticket);
  if (taken?.value == null || !isId(handle)) throw new SignInRefused('wrong_passkey');
  const mine = await passkeysOf(parts, handle);
  const found = mine.find(({ credential }) => credential === response.id);
  if (found === undefined) throw new SignInRefused('wrong_passkey');
  const party = relyingParty(settings.siteUrl);
  const { verified: right, authenticationInfo } = await (await webauthn())
    .verifyAuthenticationResponse({
      response,
      expectedChallenge: taken.value,
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: found.credential,
        publicKey: Uint8Array.from(Buffer.from(found.publicKey, 'base64url')),
        counter: found.row.counter,
      },
    })
    .catch(() => ({ verified: false as const, authenticationInfo: undefined }));
  if (!right || authenticationInfo === undefined) throw new SignInRefused('wrong_passkey');
  const lastUsedOn = new Date(now()).toISOString().slice(0, 10);
  const used = await services.db
    .update(passkey)
    .set({ counter: authenticationInfo.newCounter, lastUsedOn })
    .where(and(eq(passkey.id, found.row.id), eq(passkey.counter, found.row.counter)))
    .returning({ id: passkey.id });
  if (used.length === 0) throw new SignInRefused('wrong_passkey');
  tried.succeeded();
  return found.row.person;
}

/** Those that can be read; of somebody who is erased, none. */
async function passkeysOf({ services: { db, vault } }: SignInParts, personId: Id) {
  const rows = await db.select().from(passkey).where(eq(passkey.person, personId));
  return rows.flatMap((row) => {
    const credential = readValue(vault, passkey, row, 'credential');
    const publicKey = readValue(vault, passkey, row, 'publicKey');
    if (credential === null || publicKey === null) return [];
    const transports = JSON.parse(readValue(vault, passkey, row, 'transports') ?? '[]') as string[];
    return [{ row, credential, publicKey, transports, name: readValue(vault, passkey, row, 'name') ?? '' }];
  });
}
