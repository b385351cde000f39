/**
 * Not again by the back door: after an erasure or an opt-out one hash of the address may stay, in the key store under a
 * key used for nothing else, so that imports, newsletters and invitations can be refused. The person is told and may
 * decline; it has its own purpose, ground and end; a fresh sign-up by the person removes it.
 */
import type { SuppressionGround, SuppressionPurpose } from '../keys/kinds.ts';
import type { Store } from '../store.ts';
import { Refused } from './failures.ts';

const DAY_MS = 86_400_000;
/** How long it stays; asked anew by a new opt-out. */
export const SUPPRESSION_DAYS = 3 * 366;

/** What the person is told before, in words of the page that asks. */
export const SUPPRESSION_OFFER =
  'So that nobody can add you again without you, we would keep one scrambled form (a keyed hash) of your e-mail ' +
  `address for ${SUPPRESSION_DAYS} days. It is used for nothing but refusing imports, newsletters and invitations to ` +
  'that address, and goes at once when you sign up yourself. You may decline; then nothing stays.';

/** What stands on the receipt. */
export type SuppressionOutcome =
  | { readonly kept: false }
  | {
      readonly kept: true;
      readonly purpose: SuppressionPurpose;
      readonly ground: SuppressionGround;
      readonly until: number;
    };

export interface KeepAway {
  /** The address; upper and lower case mean the same. */
  readonly value: string;
  readonly declined: boolean;
  readonly purpose: SuppressionPurpose;
  readonly ground: SuppressionGround;
}

const canonical = (value: string): string => value.trim().normalize('NFC').toLowerCase();

/** Keeps a value away unless the person declined; the answer belongs on the receipt. Repeating it changes nothing. */
export async function keepAway(store: Store, wish: KeepAway): Promise<SuppressionOutcome> {
  if (wish.declined) return { kept: false };
  const { purpose, ground } = wish;
  const until = store.now() + SUPPRESSION_DAYS * DAY_MS;
  await store.keys.suppress(canonical(wish.value), { purpose, ground, until });
  await enter(store, { state: 'kept', purpose, ground, until });
  return { kept: true, purpose, ground, until };
}

/** Imports, newsletters and invitations ask before they do anything with an address; throws `Refused`. */
export function refuseSuppressed(store: Store, value: string, use: SuppressionPurpose): void {
  if (store.keys.isSuppressed(canonical(value), use)) {
    throw new Refused('suppressed', `the address asked not to be used for: ${use}`);
  }
}

/** The person came back by themselves: what kept their address away is removed. */
export async function signedUpAgain(store: Store, value: string): Promise<void> {
  await store.keys.unsuppress(canonical(value));
  await enter(store, { state: 'removed' });
}

/** About nobody: the person may be erased by now, and the entry holds no value. */
const enter = (store: Store, content: Readonly<Record<string, unknown>>): Promise<string> =>
  store.record.act((_tx, write) => write({ kind: 'suppression', role: 'person', about: null, content }));
