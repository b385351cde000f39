/**
 * That mail to an address reaches its owner (CHANGE-3). A link alone confirms nothing: whoever follows it also is, or
 * signs in as, the person that it was made for. Otherwise a stranger could sign up with somebody's address and let them
 * confirm the stranger's password.
 */
import { and, eq, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { entryOf } from '../../store/map/table.ts';
import { isKeptOut, keepOptedOut, optOutEntry, signedUpAgain } from '../../store/rights/suppress.ts';
import { readValue, sealValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { addressOf, tellGateways } from '../accounts/index.ts';
import { account, membership, person } from '../accounts/schema.ts';
import { giveWelcome } from '../billing/index.ts';
import { wantsOut } from '../consent/index.ts';
import { claimInvitations } from '../members/index.ts';
import { reachesAgain } from '../notices/index.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { type Entered, signInWithPassword } from './sign-in.ts';
import { countMail } from './sign-up.ts';
import { demandSignedIn, whoIs } from './state.ts';
import { dropTokens, giveToken, linkTo, lookAtToken, takeToken } from './tokens.ts';

const BESIDES = ['way_in', 'agreement', 'age', 'address'] as const;

/**
 * Sends the signed-in person another link; it leads on to `next`, a page of the site. Does nothing for an address that is
 * confirmed.
 */
export async function askForAddress(parts: SignInParts, caller: Caller, next?: string): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: BESIDES });
  if (!who.steps.includes('address')) return;
  countMail(parts, caller, who.email);
  const { services, notices, settings, now } = parts;
  await services.db.transaction(async (tx) => {
    const wish = { purpose: 'confirm_address', person: who.person, only: true } as const;
    const token = await giveToken({ vault: services.vault, now }, tx, wish);
    const url = linkTo(settings, 'confirm-address', token, next);
    await notices.send(tx, { template: 'confirm_address', person: who.person, values: { url } });
  });
  notices.wake();
}

/**
 * Confirms the address that the link was sent to. Whoever is not signed in as its person gives the password. Throws
 * `SignInRefused`: `link_not_valid`, `not_signed_in`, or what a sign-in throws.
 */
export async function confirmAddress(
  parts: SignInParts,
  caller: Caller,
  { token, password }: { token: string; password?: string | undefined },
): Promise<Entered> {
  const { services, now } = parts;
  const wait = parts.limits.waitMs('token', caller.network);
  if (wait > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(wait / 1000) });
  const link = await lookAtToken({ vault: services.vault, now }, services.db, 'confirm_address', token);
  if (link === null) {
    parts.limits.count('token', caller.network);
    throw new SignInRefused('link_not_valid');
  }
  const entered = await beTheirs(parts, caller, link.person, password);
  const confirmed = await services.db.transaction(async (tx) => {
    const taken = await takeToken({ vault: services.vault, now }, tx, 'confirm_address', token);
    if (taken?.person !== link.person) return false;
    await markConfirmed(parts, tx, link.person);
    return true;
  });
  if (!confirmed) throw new SignInRefused('link_not_valid');
  await addressConfirmed(parts, link.person);
  return entered;
}

async function beTheirs(
  parts: SignInParts,
  caller: Caller,
  whose: Id,
  password: string | undefined,
): Promise<Entered> {
  const { who, setCookies } = await whoIs(parts, caller);
  if (who?.person === whose && !who.steps.includes('second_factor')) return { setCookies };
  if (password === undefined) throw new SignInRefused('not_signed_in');
  const { db, vault } = parts.services;
  const [row] = await db.select().from(person).where(eq(person.id, whose));
  const email = row === undefined ? null : readValue(vault, person, row, 'email');
  if (email === null) throw new SignInRefused('link_not_valid');
  return signInWithPassword(parts, caller, { email, password });
}

/** In the caller's transaction; afterwards `addressConfirmed`. */
export async function markConfirmed(
  { services, now }: Pick<SignInParts, 'services' | 'now'>,
  tx: Tx,
  personId: Id,
): Promise<void> {
  const unconfirmed = and(eq(person.id, personId), isNull(person.emailVerifiedAt));
  await tx
    .update(person)
    .set({ emailVerifiedAt: new Date(now()) })
    .where(unconfirmed);
  for (const { id } of await ownAccounts(tx, personId)) {
    await tx.update(account).set({ awaitsAddress: false }).where(eq(account.id, id));
  }
  await reachesAgain(tx, personId);
  const email = await addressOf(services, tx, personId);
  if (email !== null) await claimInvitations(services, tx, { person: personId, email, now: now() });
}

/**
 * After the commit: keys of accounts that waited for the address work from now on, the credit of a sign-up is booked, and
 * what kept the address away goes, since its owner came by themselves.
 */
export async function addressConfirmed(
  { services, store, settings }: Pick<SignInParts, 'services' | 'store' | 'settings'>,
  personId: Id,
): Promise<void> {
  const [whom] = await services.db.select().from(person).where(eq(person.id, personId));
  const email = whom === undefined ? null : readValue(services.vault, person, whom, 'email');
  if (email !== null && isKeptOut(store, email)) await signedUpAgain(store, email);
  const accounts = (await ownAccounts(services.db, personId)).map(({ id }) => id);
  await tellGateways(services, accounts);
  for (const id of accounts) await giveWelcome(services, id, settings.signUp.credit);
}

const ownAccounts = (tx: Tx | SignInParts['services']['db'], personId: Id) =>
  tx
    .select({ id: membership.account })
    .from(membership)
    .where(and(eq(membership.person, personId), eq(membership.role, 'owner')));

/** Asks to use another address: a link goes there, and nothing changes before it was followed. Wants a fresh sign-in. */
export async function askToChangeAddress(parts: SignInParts, caller: Caller, email: string): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: BESIDES, fresh: true });
  countMail(parts, caller, email);
  const { services, notices, settings, now } = parts;
  // Somebody else's address: the same answer, and no mail, since only a stranger's typing would set it off.
  if (services.keys.lookup('email', email) !== null) return;
  await services.db.transaction(async (tx) => {
    const wish = { purpose: 'change_address', person: who.person, value: email, only: true } as const;
    const token = await giveToken({ vault: services.vault, now }, tx, wish);
    const url = `${settings.siteUrl}/change-address?token=${token}`;
    await notices.send(tx, { template: 'change_address', person: who.person, values: { url }, to: email });
  });
  notices.wake();
}

/** The link was followed, by the person who asked, signed in: the address is theirs now; the earlier one hears of it. */
export async function changeAddress(parts: SignInParts, caller: Caller, token: string): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: BESIDES });
  const { services, store, notices, now } = parts;
  const { keys, vault } = services;
  const link = await lookAtToken({ vault, now }, services.db, 'change_address', token);
  const email = link?.value ?? null;
  if (link?.person !== who.person || email === null) throw new SignInRefused('link_not_valid');
  // First what they are found by: killed between the two, the link still works and puts both right.
  if ((await keys.setLookup('email', email, who.person)) === 'taken')
    throw new SignInRefused('address_taken');
  try {
    await store.record.act(async (tx, enter) => {
      const taken = await takeToken({ vault, now }, tx, 'change_address', token);
      if (taken === null) throw new SignInRefused('link_not_valid');
      await notices.send(tx, { template: 'address_changed', person: who.person, to: who.email });
      const sealed = sealValue(vault, entryOf(person), { id: who.person }, 'email', email);
      await tx.update(person).set({ email: sealed }).where(eq(person.id, who.person));
      await markConfirmed(parts, tx, who.person);
      await dropTokens(tx, who.person, 'reset_password');
      const about = { kind: 'person', id: who.person } as const;
      const content = { table: 'person', column: 'email', row: who.person };
      await enter({ kind: 'correction', role: 'person', about, content });
      // What they are no longer found by would let a partner's list bring them in again.
      if (await wantsOut(tx, who.person)) {
        await keepOptedOut(store, who.email);
        await enter(optOutEntry(store, 'person'));
      }
    });
  } catch (error) {
    await foundByTheirRow(parts, who.person);
    throw error;
  }
  await addressConfirmed(parts, who.person);
  notices.wake();
}

/** After a failure the row decides what they are found by: it may have been committed without our knowing. */
async function foundByTheirRow({ services }: SignInParts, personId: Id): Promise<void> {
  const [row] = await services.db.select().from(person).where(eq(person.id, personId));
  const email = row === undefined ? null : readValue(services.vault, person, row, 'email');
  if (email !== null) await services.keys.setLookup('email', email, personId);
}
