/** Setting a password: checked, hashed, written over the earlier one; other sign-ins end, and the person hears of it. */
import { and, eq, gt, ne, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { entryOf } from '../../store/map/table.ts';
import { sealRow, sealValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { hashPassword } from './password-hash.ts';
import { weakness } from './password-strength.ts';
import { SignInRefused, weakPassword } from './refusals.ts';
import { PASSWORD, session, signInMethod } from './schema.ts';
import { whenBusy } from './sign-in.ts';
import { demandSignedIn } from './state.ts';
import { dropTokens } from './tokens.ts';

/** Throws `Problem` (`weak_password`). `own`: the person's name and address. */
export async function refuseWeak(password: string, own: readonly string[]): Promise<void> {
  const sentence = await weakness(password, own);
  if (sentence !== null) throw weakPassword(sentence);
}

/** The hash of a password that is good enough. Throws `Problem` (`weak_password`) or `SignInRefused` (`busy`). */
export async function acceptPassword(password: string, own: readonly string[]): Promise<string> {
  await refuseWeak(password, own);
  return hashPassword(password).catch(whenBusy);
}

/** Writes the hash, as the first or in place of the earlier one. */
export async function writePassword(
  { services: { vault }, now }: Pick<SignInParts, 'services' | 'now'>,
  tx: Tx,
  personId: Id,
  hash: string,
): Promise<void> {
  const at = new Date(now());
  const its = and(eq(signInMethod.person, personId), eq(signInMethod.provider, PASSWORD));
  const [found] = await tx.select().from(signInMethod).where(its).for('update');
  if (found === undefined) {
    const made = { id: newId(), person: personId, provider: PASSWORD, password: hash };
    await tx
      .insert(signInMethod)
      .values(sealRow(vault, signInMethod, { ...made, createdAt: at, updatedAt: at }));
    return;
  }
  const password = sealValue(vault, entryOf(signInMethod), found, 'password', hash);
  await tx.update(signInMethod).set({ password, updatedAt: at }).where(eq(signInMethod.id, found.id));
}

/** Ends the person's sign-ins, but for `but`; answers how many. */
export async function endSessions(
  { now }: Pick<SignInParts, 'now'>,
  tx: Tx,
  personId: Id,
  but: Id | null,
): Promise<number> {
  const at = new Date(now());
  const others = but === null ? sql`true` : ne(session.id, but);
  const ended = await tx
    .update(session)
    .set({ expiresAt: at, updatedAt: at })
    .where(and(eq(session.person, personId), gt(session.expiresAt, at), others))
    .returning({ id: session.id });
  return ended.length;
}

/**
 * The signed-in person sets or changes their password. The first one wants nothing more (they came by a link); a change
 * wants a fresh sign-in. Throws `SignInRefused` or `Problem` (`weak_password`).
 */
export async function setPassword(parts: SignInParts, caller: Caller, password: string): Promise<void> {
  const besides = ['way_in', 'agreement', 'age', 'address'] as const;
  const { who } = await demandSignedIn(parts, caller, { besides });
  if (!who.steps.includes('way_in') && !who.fresh) throw new SignInRefused('not_fresh');
  const hash = await acceptPassword(password, [who.name, who.email]);
  await parts.services.db.transaction(async (tx) => {
    await writePassword(parts, tx, who.person, hash);
    await endSessions(parts, tx, who.person, who.session);
    await dropTokens(tx, who.person, 'reset_password');
    if (who.ways.password) await tellOfChange(parts, tx, who.person);
  });
  parts.notices.wake();
}

export const tellOfChange = ({ notices, settings }: SignInParts, tx: Tx, personId: Id): Promise<void> =>
  notices.send(tx, {
    template: 'password_changed',
    person: personId,
    values: { url: `${settings.siteUrl}/reset-password` },
  });
