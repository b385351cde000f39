/**
 * The second factor: codes of an app, each taken once, and ten recovery codes for the day that the phone is gone, of
 * which only hashes are there. Its own work, and not the library's plugin: that takes a code twice, keeps recovery codes
 * so that they can be read, and signs in before it asks.
 */
import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, lt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { entryOf } from '../../store/map/table.ts';
import { openValue, readValue, sealRow, sealValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import type { Caller } from './caller.ts';
import { SESSION_SECONDS, sessionCookie } from './cookies.ts';
import { announce } from './open-session.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { session, twoFactor } from './schema.ts';
import { endSessions } from './set-password.ts';
import { type Entered, tryOnce } from './sign-in.ts';
import { demandSignedIn, whoIs } from './state.ts';
import { failOnSteps } from './steady-time.ts';
import { hashToken, newToken } from './tokens.ts';
import { base32, newSecret, secretUri, stepOf } from './totp.ts';

const RECOVERY_CODES = 10;
/** 80 bits: sixteen letters and digits, in four groups. */
const RECOVERY_BYTES = 10;
const ISSUER = 'Kept';

export interface SecondFactorSetup {
  /** For typing in; shown this once. */
  readonly secret: string;
  /** For the QR code. */
  readonly uri: string;
}

export type SecondFactorState =
  | { readonly state: 'off' }
  /** Waits for its first code. */
  | { readonly state: 'begun'; readonly setup: SecondFactorSetup }
  | { readonly state: 'on'; readonly recoveryCodesLeft: number };

/** How far it is; wants a fresh sign-in, since what was begun shows its secret. */
export async function secondFactorState(parts: SignInParts, caller: Caller): Promise<SecondFactorState> {
  const { who } = await demandSignedIn(parts, caller, { fresh: true });
  const { db, vault } = parts.services;
  const [row] = await db.select().from(twoFactor).where(eq(twoFactor.person, who.person));
  if (row === undefined) return { state: 'off' };
  if (row.confirmedAt !== null) return { state: 'on', recoveryCodesLeft: recoveryHashes(vault, row).length };
  const secret = openValue(vault, twoFactor, row, 'secret')?.reveal() ?? '';
  return { state: 'begun', setup: { secret, uri: secretUri(secret, who.email, ISSUER) } };
}

/** Begins to set up an app: nothing asks for its codes before one was shown. Wants a fresh sign-in. */
export async function beginSecondFactor(parts: SignInParts, caller: Caller): Promise<SecondFactorSetup> {
  const { who } = await demandSignedIn(parts, caller, { fresh: true });
  if (who.ways.secondFactor) throw new SignInRefused('already_on');
  const secret = newSecret();
  const row = sealRow(parts.services.vault, twoFactor, {
    person: who.person,
    secret,
    recovery: '[]',
    lastStep: 0,
    createdAt: new Date(parts.now()),
    confirmedAt: null,
  });
  const { person: _, ...rest } = row;
  await parts.services.db
    .insert(twoFactor)
    .values(row)
    .onConflictDoUpdate({
      target: twoFactor.person,
      set: rest,
      setWhere: eq(twoFactor.lastStep, 0),
    });
  return { secret, uri: secretUri(secret, who.email, ISSUER) };
}

/** The first code: from now on sign-ins ask for one. Answers the recovery codes, shown this once. Other sign-ins end. */
export async function confirmSecondFactor(
  parts: SignInParts,
  caller: Caller,
  code: string,
): Promise<readonly string[]> {
  const { who } = await demandSignedIn(parts, caller, { fresh: true });
  const { services, notices, settings, now } = parts;
  const tried = tryOnce(parts, caller, who.person);
  const codes = newRecoveryCodes();
  await services.db.transaction(async (tx) => {
    const [row] = await tx.select().from(twoFactor).where(eq(twoFactor.person, who.person)).for('update');
    if (row === undefined) throw new SignInRefused('not_on');
    if (row.confirmedAt !== null) throw new SignInRefused('already_on');
    const secret = openValue(services.vault, twoFactor, row, 'secret')?.reveal() ?? '';
    const step = stepOf(secret, code, now(), row.lastStep);
    if (step === null) throw new SignInRefused('wrong_code');
    const recovery = sealValue(services.vault, entryOf(twoFactor), row, 'recovery', hashesOf(codes));
    await tx
      .update(twoFactor)
      .set({ lastStep: step, confirmedAt: new Date(now()), recovery })
      .where(eq(twoFactor.person, who.person));
    // They came by a password alone, whoever they are.
    await endSessions(parts, tx, who.person, who.session);
    await notices.send(tx, { template: 'second_factor_on', person: who.person, values: security(settings) });
  });
  tried.succeeded();
  notices.wake();
  return codes;
}

/** Takes the second factor away. Wants a fresh sign-in. */
export async function endSecondFactor(parts: SignInParts, caller: Caller): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { fresh: true });
  const { services, notices, settings } = parts;
  await services.db.transaction(async (tx) => {
    const gone = await tx.delete(twoFactor).where(eq(twoFactor.person, who.person)).returning();
    if (gone.length === 0 || gone[0]?.confirmedAt === null) throw new SignInRefused('not_on');
    await notices.send(tx, { template: 'second_factor_off', person: who.person, values: security(settings) });
  });
  notices.wake();
}

/** Ten new recovery codes in place of the earlier ones, shown this once. Wants a fresh sign-in. */
export async function renewRecoveryCodes(parts: SignInParts, caller: Caller): Promise<readonly string[]> {
  const { who } = await demandSignedIn(parts, caller, { fresh: true });
  if (!who.ways.secondFactor) throw new SignInRefused('not_on');
  const codes = newRecoveryCodes();
  const { db, vault } = parts.services;
  const recovery = sealValue(vault, entryOf(twoFactor), { person: who.person }, 'recovery', hashesOf(codes));
  await db.update(twoFactor).set({ recovery }).where(eq(twoFactor.person, who.person));
  return codes;
}

/**
 * The second step of a sign-in: a code of the app, or a recovery code. The session gets another secret, so that nobody
 * who saw the first half's cookie has the whole. Throws `SignInRefused`: `wrong_code`, `too_many_tries`, `not_signed_in`.
 */
export function completeSignIn(parts: SignInParts, caller: Caller, code: string): Promise<Entered> {
  return failOnSteps(async () => {
    const { who } = await whoIs(parts, caller);
    if (who === null) throw new SignInRefused('not_signed_in');
    if (!who.steps.includes('second_factor')) return { setCookies: [] };
    const tried = tryOnce(parts, caller, who.person);
    const token = newToken();
    const { services, store, settings, notices, now } = parts;
    await store.record.act(async (tx, enter) => {
      await useCode(parts, tx, who.person, code);
      const at = new Date(now());
      const end = new Date(at.getTime() + SESSION_SECONDS * 1000);
      const [row] = await tx
        .update(session)
        .set({
          token: hashToken(token),
          awaitsSecondFactor: false,
          authenticatedAt: at,
          updatedAt: at,
          expiresAt: end,
        })
        .where(
          and(eq(session.id, who.session), eq(session.awaitsSecondFactor, true), gt(session.expiresAt, at)),
        )
        .returning();
      if (row === undefined) throw new SignInRefused('not_signed_in');
      const [whom] = await tx.select().from(person).where(eq(person.id, who.person));
      const staffRole = whom === undefined ? null : standingRole(whom, now());
      await announce(parts, tx, enter, { row, staffRole });
    });
    tried.succeeded();
    services.log('info', 'signed_in');
    notices.wake();
    return { setCookies: [sessionCookie(settings.siteUrl, services.pepper, token)] };
  });
}

/** Uses up a code of the app or a recovery code, in the caller's transaction. Throws `SignInRefused` (`wrong_code`). */
export async function useCode(parts: SignInParts, tx: Tx, personId: Id, code: string): Promise<void> {
  const { services, now } = parts;
  const [row] = await tx.select().from(twoFactor).where(eq(twoFactor.person, personId)).for('update');
  if (row === undefined || row.confirmedAt === null) throw new SignInRefused('wrong_code');
  const secret = openValue(services.vault, twoFactor, row, 'secret')?.reveal() ?? '';
  const step = stepOf(secret, code, now(), row.lastStep);
  if (step !== null) {
    const earlier = and(eq(twoFactor.person, personId), lt(twoFactor.lastStep, step));
    await tx.update(twoFactor).set({ lastStep: step }).where(earlier);
    return;
  }
  if (!(await useRecoveryCode(parts, tx, personId, code))) throw new SignInRefused('wrong_code');
}

/** Uses up a recovery code, in the caller's transaction; false: it is none of theirs, or was used. */
export async function useRecoveryCode(
  { services: { vault }, notices, settings }: SignInParts,
  tx: Tx,
  personId: Id,
  code: string,
): Promise<boolean> {
  const [row] = await tx.select().from(twoFactor).where(eq(twoFactor.person, personId)).for('update');
  if (row === undefined || row.confirmedAt === null) return false;
  const left = recoveryHashes(vault, row);
  const used = hashRecovery(code);
  if (!left.includes(used)) return false;
  const rest = left.filter((each) => each !== used);
  const recovery = sealValue(vault, entryOf(twoFactor), row, 'recovery', JSON.stringify(rest));
  await tx.update(twoFactor).set({ recovery }).where(eq(twoFactor.person, personId));
  const values = { left: String(rest.length), ...security(settings) };
  await notices.send(tx, { template: 'recovery_used', person: personId, values });
  return true;
}

const security = ({ siteUrl }: SignInParts['settings']) => ({ url: `${siteUrl}/console/security` });

const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    (base32(randomBytes(RECOVERY_BYTES)).match(/.{4}/g) as string[]).join('-').toLowerCase(),
  );

const hashRecovery = (code: string): string =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z2-7]/g, ''))
    .digest('hex');
const recoveryHashes = (vault: SignInParts['services']['vault'], row: typeof twoFactor.$inferSelect) =>
  JSON.parse(readValue(vault, twoFactor, row, 'recovery') ?? '[]') as string[];
const hashesOf = (codes: readonly string[]): string => JSON.stringify(codes.map(hashRecovery));
