/** Confirms that it is still the same person: what is dangerous asks for it when the sign-in is older than ten minutes. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { openValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { verifyNothing, verifyPassword } from './password-hash.ts';
import { SignInRefused } from './refusals.ts';
import { PASSWORD, session, signInMethod } from './schema.ts';
import { useCode } from './second-factor.ts';
import { tryOnce, whenBusy } from './sign-in.ts';
import { demandSignedIn, STEPS } from './state.ts';
import { failOnSteps } from './steady-time.ts';

/** By the password, or by a code of the app; passkeys: `confirmByPasskey`. Throws `SignInRefused`. */
export function confirmItIsYou(
  parts: SignInParts,
  caller: Caller,
  proof: { readonly password: string } | { readonly code: string },
): Promise<void> {
  return failOnSteps(async () => {
    const besides = STEPS.filter((step) => step !== 'second_factor');
    const { who } = await demandSignedIn(parts, caller, { besides, whileDeleted: true });
    const tried = tryOnce(parts, caller, who.person);
    if ('password' in proof) {
      if (!(await isPassword(parts, who.person, proof.password).catch(whenBusy))) {
        throw new SignInRefused('wrong_credentials');
      }
      await refresh(parts, parts.services.db, who.session);
    } else {
      await parts.services.db.transaction(async (tx) => {
        await useCode(parts, tx, who.person, proof.code);
        await refresh(parts, tx, who.session);
      });
    }
    tried.succeeded();
  });
}

export async function refresh(
  { now }: Pick<SignInParts, 'now'>,
  tx: Tx | SignInParts['services']['db'],
  sessionId: Id,
): Promise<void> {
  await tx
    .update(session)
    .set({ authenticatedAt: new Date(now()) })
    .where(eq(session.id, sessionId));
}

async function isPassword({ services }: SignInParts, personId: Id, password: string): Promise<boolean> {
  const its = and(eq(signInMethod.person, personId), eq(signInMethod.provider, PASSWORD));
  const [row] = await services.db.select().from(signInMethod).where(its);
  if (row === undefined) return verifyNothing(password);
  const stored = openValue(services.vault, signInMethod, row, 'password')?.reveal() ?? '';
  return verifyPassword(stored, password);
}
