/**
 * Carries out what was decided, by the store's own operations and nothing else. Each may be repeated, so that a kill at
 * any point is mended by doing it again: the request is delivered when what was asked is so.
 */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { erasure } from '../../store/erasure/schema.ts';
import { accountsOwnedBy } from '../accounts/index.ts';
import { endConsents } from '../consent/index.ts';
import { dropIntakeKey } from '../intake.ts';
import { attachErasure, countOpen, openSystems } from '../outside/index.ts';
import { Problem } from '../problem.ts';
import { correctOwn, leave, setRestriction, stay, successorsOf } from '../rights/index.ts';
import { ASKS, type Effect } from './asks.ts';
import { eraseReported } from './erase-reported.ts';
import { erasureDay } from './erasure-day.ts';
import { sendLetter } from './letters.ts';
import { isAt, move, onRequest, REQUESTER, SYSTEM, type Work } from './move.ts';
import { openOutside } from './outside.ts';
import type { RequestParts } from './parts.ts';
import { ownerOf } from './proof.ts';
import { endIntake, readSaid } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
/** An archive that is being made is looked at this often; a deletion that waits, and what failed, less. */
const SOON_MS = 2_000;
const LATER_MS = 3_600_000;
/** What is delivered can be looked at for a day before the request is over. */
const CLOSES_MS = DAY_MS;

/** `done`: what was asked is so. `stopped`: they took it back elsewhere. A number: look again after so many ms. */
type Outcome = 'done' | 'stopped' | number;

/** Does nothing unless it is to be carried out. Throws what the operations throw; then it is tried again later. */
export async function carryOut(parts: RequestParts, id: Id): Promise<void> {
  const { services, store } = parts.erasing;
  const [row] = await services.db.select().from(privacyRequest).where(eq(privacyRequest.id, id));
  if (row === undefined || row.state !== 'carrying_out') return;
  await openOutside(parts, row);
  const outcome = row.ownPartAt === null ? await EFFECTS[ASKS[row.right].effect](parts, row) : 'done';
  if (typeof outcome === 'number') {
    await services.db
      .update(privacyRequest)
      .set({ nextAt: new Date(store.now() + outcome) })
      .where(eq(privacyRequest.id, id));
    return;
  }
  const isOver = await onRequest(parts, id, ending(parts, outcome));
  if (row.right === 'child_report') await dropIntakeKey(store.keys, id);
  else if (isOver) await endIntake(store.keys, id, store.now());
  parts.signIn.notices.wake();
}

/** Answers whether it is over, outside as well. */
const ending =
  (parts: RequestParts, outcome: 'done' | 'stopped'): Work<boolean> =>
  async (tx, enter, now) => {
    if (!isAt(now, 'carrying_out')) return true;
    const at = parts.erasing.store.now();
    // What was told of a child goes with the account.
    const told = now.right === 'child_report' ? { intake: null } : {};
    if (outcome === 'stopped') {
      await move(parts, tx, enter, now, { event: 'withdraw', by: REQUESTER, set: { nextAt: null } });
      return true;
    }
    if ((await countOpen(tx, now.id)) > 0) {
      const set = { ...told, ownPartAt: new Date(at), nextAt: new Date(at + LATER_MS) };
      if (now.ownPartAt !== null) {
        await tx.update(privacyRequest).set({ nextAt: set.nextAt }).where(eq(privacyRequest.id, now.id));
        return false;
      }
      const waits = await move(parts, tx, enter, now, { event: 'do_own_part', by: SYSTEM, set });
      const systems = (await openSystems(tx, now.id)).join(', ');
      await sendLetter(parts, tx, waits, 'request_waits_outside', undefined, { systems });
      return false;
    }
    const set = { ...told, deliveredAt: new Date(at), nextAt: new Date(at + CLOSES_MS) };
    const delivered = await move(parts, tx, enter, now, { event: 'deliver', by: SYSTEM, set });
    await sendLetter(parts, tx, delivered, letterOf(delivered));
    return true;
  };

const letterOf = ({ appealDecision, decision, ownPartAt }: RequestRow) => {
  if (ownPartAt !== null) return 'request_done_outside' as const;
  return appealDecision === null && decision === 'whole'
    ? ('request_delivered' as const)
    : ('request_carried_out' as const);
};

const EFFECTS: Readonly<Record<Effect, (parts: RequestParts, row: RequestRow) => Promise<Outcome>>> = {
  answer: async () => 'done',
  nothing: async () => 'done',
  consents: stopUses,
  restrict: async ({ erasing }, { person }) => {
    if (person !== null) await setRestriction(erasing, person, true, 'person');
    return 'done';
  },
  correct: correctIt,
  export: makeArchive,
  erase,
  erase_at_once: eraseReported,
};

/** Of whom the address belongs to as well, without a proof: an opt-out asks for none. */
async function stopUses({ erasing: { services }, ledger }: RequestParts, row: RequestRow): Promise<Outcome> {
  const person = row.person ?? ownerOf(services, readSaid(services.vault, row));
  if (person === null) return 'done';
  const what = row.right === 'withdraw_consent' ? 'all' : 'opt_out';
  const way = row.door === 'web' ? 'web' : 'mail';
  await endConsents({ services, ledger }, { person, what, way, role: 'person' });
  return 'done';
}

/** What is no longer there needs no correction. */
async function correctIt({ erasing }: RequestParts, row: RequestRow): Promise<Outcome> {
  const { services } = erasing;
  const { item, value } = readSaid(services.vault, row);
  if (row.person === null || item === null || value === null) return 'done';
  const viewer = { person: row.person, accounts: await accountsOwnedBy(services.db, row.person) };
  try {
    await correctOwn(erasing, viewer, { item, value });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'no_such_item') throw error;
  }
  return 'done';
}

async function makeArchive({ erasing, exports }: RequestParts, row: RequestRow): Promise<Outcome> {
  if (row.person === null) return LATER_MS;
  const standing = await exports.of(row.person);
  // One that they asked for anew takes the place of this one.
  const mine = row.effect === null ? null : standing;
  if (mine?.state === 'ready') return 'done';
  if (mine?.state === 'cancelled') return 'stopped';
  if (mine?.state === 'failed' && mine.failure === 'too_long') return LATER_MS;
  if (mine?.state === 'waiting' || mine?.state === 'working') return SOON_MS;
  await putEffect({ erasing }, row, await exports.ask(row.person));
  return mine === null ? SOON_MS : LATER_MS;
}

/**
 * The 30 days begin when it was asked, and the law's own limit goes before them. Who was erased is nobody any more: the
 * request is delivered then.
 */
async function erase({ erasing }: RequestParts, row: RequestRow): Promise<Outcome> {
  const { services, store } = erasing;
  if (row.effect === null) {
    if (row.person === null) return LATER_MS;
    const dueAt = erasureDay(row, store.now()).getTime();
    const begun = await leave(erasing, row.person, await successorsOf(erasing, row.person), false, dueAt);
    await putEffect({ erasing }, row, begun);
    const [now] = await services.db
      .select({ state: privacyRequest.state })
      .from(privacyRequest)
      .where(eq(privacyRequest.id, row.id));
    if (now?.state === 'carrying_out') return LATER_MS;
    // Taken back while it was begun.
    await stay(erasing, row.person);
    return 'stopped';
  }
  const [begun] = await services.db.select().from(erasure).where(eq(erasure.id, row.effect));
  if (begun === undefined || begun.state === 'done') return 'done';
  return begun.state === 'cancelled' ? 'stopped' : LATER_MS;
}

const putEffect = async (
  { erasing: { services } }: Pick<RequestParts, 'erasing'>,
  { id, right }: RequestRow,
  effect: Id,
): Promise<void> => {
  await services.db.update(privacyRequest).set({ effect }).where(eq(privacyRequest.id, id));
  if (right === 'delete') await attachErasure(services.db, id, effect);
};
