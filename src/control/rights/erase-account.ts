/** Erases the person behind an account, with the accounts that end with them: at once, or after the grace. */
import type { Id } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import { eraseNow } from '../../store/erasure/erase.ts';
import { cancelErasure, GRACE_DAYS, scheduleErasure } from '../../store/erasure/grace.ts';
import type { ErasureSettings, OutsideStanding } from '../../store/erasure/settings.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { dropKeptOut, isKeptOut, SUPPRESSION_DAYS, suppressionEntry } from '../../store/rights/suppress.ts';
import type { Store } from '../../store/store.ts';
import { accountsEndingWith, findPerson, normaliseEmail, tellGateways } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';

/** What the rights of people are exercised with; made once, where control starts. */
export interface Erasing {
  readonly services: Services;
  /** For exports and holds. */
  readonly store: Store;
  /** For erasures, with a store of their own: what destroys works in a role that may. */
  readonly settings: ErasureSettings;
  /** Other systems that may hold somebody, and how it stands there, for their export. */
  readonly outsideOf: (person: Id) => Promise<readonly OutsideStanding[]>;
}

export interface Asked {
  readonly state: 'scheduled' | 'done' | 'held' | 'cancelled';
  /** When it is done; null when it is. */
  readonly due_at: string | null;
  /** C2SP tlog-proof; null until it is done. */
  readonly receipt: string | null;
  /** Tables of which a legal hold keeps something. */
  readonly held: readonly string[];
  /** What stays of them in the key store, so that nobody adds them again without them; null: nothing. */
  readonly stays: {
    readonly what: 'keyed hash of the e-mail address';
    readonly purpose: 'all';
    readonly ground: 'erasure';
    readonly days: number;
  } | null;
}

const staying = (suppressed: boolean): Asked['stays'] =>
  suppressed
    ? { what: 'keyed hash of the e-mail address', purpose: 'all', ground: 'erasure', days: SUPPRESSION_DAYS }
    : null;

/**
 * `reference`: an e-mail address, or the id of an account with one owner. `forgetAddress`: they declined that a hash of
 * their address stays. Throws `Problem` 404 or 409.
 */
export async function eraseAccount(
  { services, store, settings }: Erasing,
  reference: string,
  when: 'now' | 'after grace',
  forgetAddress: boolean,
): Promise<Asked> {
  if (forgetAddress && (await declineAfterwards(store, reference))) {
    return { state: 'done', due_at: null, receipt: null, held: [], stays: null };
  }
  const subject = await subjectOf(services, reference);
  if (when === 'after grace') {
    const scheduled = await scheduleErasure(settings, subject, 'operator', !forgetAddress);
    if (scheduled === null) {
      throw new Problem(409, 'erasure_begun', 'This erasure has begun already; it cannot be put off.');
    }
    await tellGateways(services, await accountsEndingWith(services.db, subject.id));
    const due_at = new Date(scheduled.dueAt).toISOString();
    return { state: 'scheduled', due_at, receipt: null, held: [], stays: staying(scheduled.suppressed) };
  }
  const erased = await eraseNow(settings, subject, { role: 'operator', suppressed: !forgetAddress });
  if (erased === null) throw new Problem(404, 'no_such_account', 'There is no such person any more.');
  services.log('info', 'erased', { count: 1 + erased.accounts });
  const receipt = erased.entry === null ? null : await store.record.receipt(erased.entry);
  return { state: erased.state, due_at: null, receipt, held: erased.held, stays: staying(erased.suppressed) };
}

/** Decided by staff, without the grace; nothing happens where they are gone already. A legal hold keeps what it names. */
export async function eraseAtOnce(
  { services, settings }: Erasing,
  person: Id,
  role: ActorRole,
): Promise<void> {
  const erased = await eraseNow(settings, { kind: 'person', id: person }, { role });
  if (erased !== null) services.log('info', 'erased', { count: 1 + erased.accounts });
}

/** Takes a scheduled erasure back. Throws `Problem` 409 when none is scheduled. */
export async function keepAccount({ services, settings }: Erasing, reference: string): Promise<Asked> {
  const subject = await subjectOf(services, reference);
  if (!(await cancelErasure(settings, subject, 'operator'))) {
    throw new Problem(
      409,
      'no_erasure_scheduled',
      `No erasure is scheduled for this person: one can be taken back for ${GRACE_DAYS} days after it was asked for.`,
    );
  }
  await tellGateways(services, await accountsEndingWith(services.db, subject.id));
  return { state: 'cancelled', due_at: null, receipt: null, held: [], stays: null };
}

/** Who was erased before and declines now is found by nothing but the address; false: nothing stood of it. */
async function declineAfterwards(store: Store, address: string): Promise<boolean> {
  const known = store.keys.lookup('email', normaliseEmail(address)) !== null;
  if (known || !isKeptOut(store, address)) return false;
  await dropKeptOut(store, address);
  await store.record.act((_tx, enter) => enter(suppressionEntry(store, 'removed', 'operator')));
  return true;
}

const subjectOf = async (services: Services, reference: string): Promise<SubjectName> => ({
  kind: 'person',
  id: await findPerson(services, reference),
});
