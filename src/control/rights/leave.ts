/**
 * Somebody deletes their account (ACCESS-3, RETAIN-2): what happens is said before, account by account; an account that
 * others belong to is handed over or closed by their word; then the erasure is scheduled, in their own name.
 */
import type { Id } from '../../link/ids.ts';
import { KEYS_AGE_DAYS_MAX } from '../../store/backup/prune.ts';
import { cancelErasure, GRACE_DAYS, scheduleErasure } from '../../store/erasure/grace.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { LAWS } from '../../store/map/words.ts';
import { SUPPRESSION_DAYS } from '../../store/rights/suppress.ts';
import {
  accountsEndingWith,
  accountsOf,
  type ListedMember,
  makeOwner,
  otherMembers,
  tellGateways,
} from '../accounts/index.ts';
import { hasLedger } from '../billing/index.ts';
import { listKeys } from '../keys/index.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Erasing } from './erase-account.ts';

const DAY_MS = 86_400_000;
/** In a form: the account is closed, also for its other members. */
const CLOSE = 'close';

interface LeavingAccount {
  /** Like `acct_…`; also the name of the form's field where something has to be decided. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /**
   * `ends`: it goes with the person. `goes_on`: without them. `decide`: nobody else owns it and others belong to it, so
   * that they name a successor or close it.
   */
  readonly what: 'ends' | 'goes_on' | 'decide';
  /** Where it has to be decided: who may take over. */
  readonly others: readonly ListedMember[];
  /** Names of its keys, which stop today where it ends. */
  readonly keys: readonly string[];
}

interface LeavingPlan {
  readonly accounts: readonly LeavingAccount[];
  /** ISO 8601: when everything goes, and when the last copy of a key in a backup does. */
  readonly dueAt: string;
  readonly copiesGoneAt: string;
  readonly graceDays: number;
  /** What a law keeps, minimised and apart, and why. */
  readonly kept: readonly {
    readonly about: string;
    readonly title: string;
    readonly source: string;
    readonly days: number;
  }[];
  /** How long a keyed hash of the address stays, so that nobody adds them again without them. */
  readonly hashDays: number;
}

export async function leavingPlan({ services, store }: Erasing, person: Id): Promise<LeavingPlan> {
  const ending = await accountsEndingWith(services.db, person);
  const accounts: LeavingAccount[] = [];
  for (const { account, name, role } of await accountsOf(services, person)) {
    const ends = ending.includes(account);
    const others = ends ? await otherMembers(services, account, person) : [];
    accounts.push({
      id: outward('acct', account),
      name,
      role,
      what: !ends ? 'goes_on' : others.length > 0 ? 'decide' : 'ends',
      others,
      keys: ends ? await activeKeys(services, account) : [],
    });
  }
  const dueAt = store.now() + GRACE_DAYS * DAY_MS;
  return {
    accounts,
    dueAt: new Date(dueAt).toISOString(),
    copiesGoneAt: new Date(dueAt + KEYS_AGE_DAYS_MAX * DAY_MS).toISOString(),
    graceDays: GRACE_DAYS,
    kept: await keptByLaw(services, store, ending),
    hashDays: SUPPRESSION_DAYS,
  };
}

/** Where use has no price, only of accounts of which earlier modes of billing left something. */
async function keptByLaw(
  services: Erasing['services'],
  store: Erasing['store'],
  ending: readonly Id[],
): Promise<LeavingPlan['kept']> {
  const booked = await Promise.all(ending.map((account) => hasLedger(services.db, account)));
  if (services.billing === 'off' && !booked.includes(true)) return [];
  return store.map.flatMap(({ about, law }) => {
    if (law === null) return [];
    const { title, source, days } = LAWS[law.keeps];
    return [{ about, title, source, days }];
  });
}

const activeKeys = async (services: Erasing['services'], account: Id): Promise<string[]> =>
  (await listKeys(services, account)).flatMap(({ state, name }) => (state === 'active' ? [name ?? ''] : []));

/**
 * `decisions`: for each account to be decided (`acct_…`) the id of the member who takes over, or `close`. `forgetAddress`:
 * no hash of their address stays. `dueAt`: ms since 1970; left out: after the grace. Answers the erasure's id. Asked
 * again, the first one stands. Throws `Problem` 400, 404 or 409.
 */
export async function leave(
  erasing: Erasing,
  person: Id,
  decisions: Readonly<Record<string, string>>,
  forgetAddress: boolean,
  dueAt?: number,
): Promise<Id> {
  const { services, settings } = erasing;
  const { accounts } = await leavingPlan(erasing, person);
  const toDecide = accounts.filter(({ what }) => what === 'decide');
  const successors = toDecide.map(({ id, name, others }) => {
    const said = decisions[id];
    const successor = others.find((other) => other.person === said);
    if (successor === undefined && said !== CLOSE)
      throw new Problem(
        400,
        'not_decided',
        `Say first what becomes of ${name}: who takes over, or that it is closed.`,
      );
    return { account: id.slice('acct_'.length) as Id, successor };
  });
  for (const { account, successor } of successors)
    if (successor !== undefined) await makeOwner(services, person, account, successor.person);
  const subject = { kind: 'person', id: person } as const;
  const scheduled = await scheduleErasure(settings, subject, 'person', !forgetAddress, dueAt);
  if (scheduled === null) throw new Problem(409, 'erasure_begun', 'This deletion has begun already.');
  await tellGateways(services, await accountsEndingWith(services.db, person));
  return scheduled.erasureId;
}

/**
 * For who cannot be asked: accounts that others depend on go on with the first of them by role, since nobody closes one
 * unasked. As `leave` wants it.
 */
export async function successorsOf(erasing: Erasing, person: Id): Promise<Record<string, string>> {
  const { accounts } = await leavingPlan(erasing, person);
  return Object.fromEntries(
    accounts.flatMap(({ id, what, others: [first] }) =>
      what === 'decide' && first !== undefined ? [[id, first.person]] : [],
    ),
  );
}

/** Hands those accounts over, before an erasure at once. May be repeated. */
export async function handOver(erasing: Erasing, person: Id): Promise<void> {
  for (const [account, successor] of Object.entries(await successorsOf(erasing, person)))
    await makeOwner(erasing.services, person, account.slice('acct_'.length) as Id, successor as Id);
}

/** Takes it back, in their own name. Throws `Problem` 409 when none is scheduled. */
export async function stay({ services, settings }: Erasing, person: Id): Promise<void> {
  if (!(await cancelErasure(settings, { kind: 'person', id: person }, 'person')))
    throw new Problem(409, 'no_erasure_scheduled', 'No deletion is scheduled, or it has begun.');
  await tellGateways(services, await accountsEndingWith(services.db, person));
}

/** The receipt (C2SP tlog-proof) that it was asked for. Throws `Problem` 404. */
export async function leavingReceipt({ services, store }: Erasing, person: Id): Promise<string> {
  const open = await services.db.transaction((tx) => findOpen(tx, { kind: 'person', id: person }));
  if (open?.entry == null) throw new Problem(404, 'no_erasure_scheduled', 'No deletion is scheduled.');
  return store.record.receipt(open.entry);
}
