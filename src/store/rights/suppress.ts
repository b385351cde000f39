/**
 * Not again by the back door: after an erasure or an opt-out one hash of the address may stay, in the key store under a
 * key used for nothing else, so that imports, newsletters and invitations can be refused. The person is told and may
 * decline; it has its own purpose, ground and end; a fresh sign-up by the person removes it.
 */
import type { ActorRole } from '../../record/commitment.ts';
import { SUPPRESSION_PURPOSES, type SuppressionGround, type SuppressionPurpose } from '../keys/kinds.ts';
import type { RecordEntry, Store } from '../store.ts';
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
  await enter(store, entryOf({ state: 'kept', purpose, ground, until }, 'person'));
  return { kept: true, purpose, ground, until };
}

/** Imports, newsletters and invitations ask before they do anything with an address; throws `Refused`. */
export function refuseSuppressed(store: Store, value: string, use: SuppressionPurpose): void {
  if (store.keys.isSuppressed(canonical(value), use)) {
    throw new Refused('suppressed', `the address asked not to be used for: ${use}`);
  }
}

/** The person came back by themselves: what kept their address away is removed. `role`: who says so for them. */
export async function signedUpAgain(store: Store, value: string, role: ActorRole = 'person'): Promise<void> {
  await store.keys.unsuppress(canonical(value));
  await enter(store, entryOf({ state: 'removed' }, role));
}

/** What an erasure leaves unless the person declines: kept out of everything. */
const BY_ERASURE = { purpose: 'all', ground: 'erasure' } as const;

/** Whether a value is kept out of everything. */
export const isKeptAway = (store: Store, value: string): boolean =>
  store.keys.isSuppressed(canonical(value), BY_ERASURE.purpose);

/** Keeps a value out from now on; its entry is `suppressionEntry`, in the act that this belongs to. */
export const keepOut = (store: Store, value: string): Promise<void> =>
  store.keys.suppress(canonical(value), { ...BY_ERASURE, until: store.now() + SUPPRESSION_DAYS * DAY_MS });

/** What stays of who is forgotten without having asked for it, and had taken their consent back: no list brings them in. */
const BY_OPT_OUT = { purpose: 'marketing', ground: 'opt_out' } as const;

/** Keeps who opted out away from lists of partners; `optOutEntry` is its entry. Their own newsletter or sign-up lifts it. */
export const keepOptedOut = (store: Store, value: string): Promise<void> =>
  store.keys.suppress(canonical(value), { ...BY_OPT_OUT, until: store.now() + SUPPRESSION_DAYS * DAY_MS });

export const optOutEntry = (store: Store, role: ActorRole): RecordEntry =>
  entryOf({ state: 'kept', ...BY_OPT_OUT, until: store.now() + SUPPRESSION_DAYS * DAY_MS }, role);

/** Whether anything keeps a value away. */
export const isKeptOut = (store: Store, value: string): boolean =>
  SUPPRESSION_PURPOSES.some((purpose) => store.keys.isSuppressed(canonical(value), purpose));

/** Declined: nothing of the value stays, whatever it was kept for. */
export const dropKeptOut = (store: Store, value: string): Promise<void> =>
  store.keys.unsuppress(canonical(value));

/** Takes that back; what keeps the value out of one purpose only stays. */
export const letIn = (store: Store, value: string): Promise<void> =>
  store.keys.unsuppress(canonical(value), BY_ERASURE.purpose);

export const suppressionEntry = (store: Store, state: 'kept' | 'removed', role: ActorRole): RecordEntry =>
  entryOf(
    { state, ...BY_ERASURE, ...(state === 'kept' && { until: store.now() + SUPPRESSION_DAYS * DAY_MS }) },
    role,
  );

/** About nobody: the person may be erased by now, and the entry holds no value. */
const entryOf = (content: RecordEntry['content'], role: ActorRole): RecordEntry => ({
  kind: 'suppression',
  role,
  about: null,
  content,
});

const enter = (store: Store, entry: RecordEntry): Promise<string> =>
  store.record.act((_tx, write) => write(entry));
