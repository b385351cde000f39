/**
 * Signing up: name, address, password (or a passkey later), the statement to be 18 or over, agreement to the named
 * versions, nothing else (COLLECT-1, SCOPE-2, CHILD-1). The answer is the same whether the address has an account or
 * not: a mail is on its way. To a new address it holds a link; to one that is known it says so.
 */

import { and, eq, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { createAccount, emailInput, isReader, nameInput } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { isInvited } from '../members/index.ts';
import type { ServiceMail } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import { checkVersions, writeAgreements } from './agree.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { hashPassword } from './password-hash.ts';
import { PASSWORD_CHARS_MAX } from './password-strength.ts';
import { SignInRefused } from './refusals.ts';
import { invitation } from './schema.ts';
import { refuseWeak, writePassword } from './set-password.ts';
import { whenBusy } from './sign-in.ts';
import { onSteps } from './steady-time.ts';
import { giveToken, hashToken, linkTo } from './tokens.ts';

/** More than any page of ours has in its address. */
const NEXT_CHARS_MAX = 500;

const checkbox = (message: string) => z.literal(true, message);

/** What a sign-up form sends. */
export const signUpInput = z.strictObject({
  name: nameInput,
  email: emailInput,
  /** Left out: a passkey is made after the link in the mail was followed. */
  password: z
    .string()
    .max(PASSWORD_CHARS_MAX * 4)
    .optional(),
  adult: checkbox('say that you are 18 or over: this service is not for children'),
  agreed: checkbox('agree to the policy and the terms, or do not sign up'),
  policy: z.string().max(100),
  terms: z.string().max(100),
  /** Of the operator's, or into an account. */
  invitation: z.string().max(100).optional(),
  /** Where the link in the mail leads on to, a path of the site. */
  next: z.string().max(NEXT_CHARS_MAX).startsWith('/').optional(),
});
export type SignUp = z.output<typeof signUpInput>;

/** Throws `SignInRefused` or `Problem` (`weak_password`), never for what the address is. */
export async function signUp(parts: SignInParts, caller: Caller, wish: SignUp): Promise<void> {
  checkVersions(parts, wish);
  checkMode(parts, wish.email);
  if (wish.password !== undefined) await refuseWeak(wish.password, [wish.name, wish.email]);
  countMail(parts, caller, wish.email);
  await onSteps(async () => {
    const hash = wish.password === undefined ? null : await hashPassword(wish.password).catch(whenBusy);
    if (parts.settings.signUp.mode === 'invite') await useInvitation(parts, wish);
    try {
      await makePerson(parts, wish, hash);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'account_exists') throw error;
      const url = `${parts.settings.siteUrl}/sign-in`;
      const letter = { template: 'sign_up_known', values: { url } } as const;
      await tellOwner(parts, wish.email, letter, wish.next);
    }
    parts.notices.wake();
  });
}

/** Throws `SignInRefused` where nobody with this address may sign up by themselves. */
export function checkMode({ settings: { signUp: how } }: SignInParts, email: string): void {
  if (how.mode === 'closed') throw new SignInRefused('sign_up_closed');
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (how.mode === 'domains' && !how.domains.includes(domain)) throw new SignInRefused('domain_not_allowed');
}

/** Mails that one address and one network can set off. Throws `SignInRefused` (`too_many_tries`). */
export function countMail({ limits }: SignInParts, caller: Caller, email: string): void {
  const waitMs = Math.max(limits.waitMs('mail', email), limits.waitMs('mail_network', caller.network));
  if (waitMs > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
  limits.count('mail', email);
  limits.count('mail_network', caller.network);
}

/**
 * One use of the operator's, also where the address turns out to be known: what is left of it must not tell. An
 * invitation into an account lets in whom it was sent to, and is used up when they join.
 */
export async function useInvitation(
  { services, now }: SignInParts,
  { invitation: token = '', email }: Pick<SignUp, 'invitation' | 'email'>,
): Promise<void> {
  const used = await services.db
    .update(invitation)
    .set({ usesLeft: sql`${invitation.usesLeft} - 1` })
    .where(
      and(
        eq(invitation.token, hashToken(token)),
        gt(invitation.usesLeft, 0),
        gt(invitation.expiresAt, new Date(now())),
      ),
    )
    .returning({ id: invitation.id });
  if (used.length > 0 || (await isInvited(services, { token, email, now: now() }))) return;
  throw new SignInRefused('invitation_not_valid');
}

/** Person, account, agreements, password, link and mail: one transaction. Throws `Problem` (`account_exists`). */
async function makePerson(parts: SignInParts, wish: SignUp, hash: string | null): Promise<void> {
  const { services, notices, settings, now } = parts;
  await createAccount(services, {
    email: wish.email,
    name: wish.name,
    staffRole: null,
    way: 'sign_up',
    awaitsAddress: true,
    welcomeDue: settings.signUp.credit > 0,
    also: async (tx, made) => {
      await writeAgreements(tx, made, { ...wish, adult: true }, 'sign_up', now);
      if (hash !== null) await writePassword(parts, tx, made, hash);
      const purpose = hash === null ? 'setup' : 'confirm_address';
      const value = hash === null ? { value: MAILED } : {};
      const token = await giveToken({ vault: services.vault, now }, tx, { purpose, person: made, ...value });
      const page = hash === null ? 'set-up' : 'confirm-address';
      const url = linkTo(settings, page, token, wish.next);
      await notices.send(tx, { template: purpose, person: made, values: { url } });
    },
  });
}

/** What a set-up link that came by mail proves besides: that the address reaches its holder. */
export const MAILED = 'mailed';

/**
 * To whom the address belongs already, if to anybody: what was tried with it. Whoever is known by the newsletter alone gets
 * a link to make an account, which leads on to `next`; what the form said is not kept.
 */
export async function tellOwner(
  { services, notices, settings, now }: Pick<SignInParts, 'services' | 'notices' | 'settings' | 'now'>,
  email: string,
  letter: Pick<ServiceMail, 'template' | 'values'>,
  next?: string,
): Promise<void> {
  const owner = services.keys.lookup('email', email);
  if (owner === null) return;
  await services.db.transaction(async (tx) => {
    // The other of two sign-ups at once may not have written its row yet: its own mail is enough.
    const found = await tx.select({ id: person.id }).from(person).where(eq(person.id, owner));
    if (found.length === 0) return;
    if (!(await isReader(tx, owner))) return notices.send(tx, { ...letter, person: owner });
    const wish = { purpose: 'setup', person: owner, value: MAILED, only: true } as const;
    const token = await giveToken({ vault: services.vault, now }, tx, wish);
    const url = linkTo(settings, 'set-up', token, next);
    await notices.send(tx, { template: 'reader_sign_up', person: owner, values: { url } });
  });
}
