/**
 * What comes after enough was shown without the mailbox: the time in which whoever reads its mail can object, and the
 * objection itself, at any point, which stops what can still be stopped and uses everything up.
 */
import { and, eq, gt, isNotNull, isNull, lte, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { proofLadder } from '../ladder/schema.ts';
import { Problem } from '../problem.ts';
import { hashToken, isToken } from '../random-token.ts';
import { setRestriction, stay } from '../rights/index.ts';
import { LADDER_PROOFS } from './asks.ts';
import { needsDecider } from './grant.ts';
import { wordsFor } from './letters.ts';
import { type Enter, isAt, move, onRequest, REQUESTER, SYSTEM, type Work } from './move.ts';
import type { RequestParts } from './parts.ts';
import { bind, ownerOf } from './proof.ts';
import { endIntake, readSaid } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

/**
 * The time to object is over, and nobody did: the request is theirs. False: nothing waits, or what waited was stopped.
 * Throws `ClockDoubted`.
 */
export async function endWaiting(parts: RequestParts, row: RequestRow): Promise<boolean> {
  const { services } = parts.erasing;
  const [ladder] = await services.db.select().from(proofLadder).where(eq(proofLadder.request, row.id));
  if (ladder === undefined || ladder.waitsUntil === null || row.proof === null) return false;
  if (ladder.waitsUntil.getTime() > (await parts.believed())) return false;
  const said = readSaid(services.vault, row);
  const owner = ownerOf(services, said);
  // The address became somebody else's meanwhile, or they are gone.
  if (owner === null || owner !== ladder.person) return false;
  const undecided = await needsDecider(parts, { right: row.right, said }, owner);
  try {
    await bind(parts, row.id, { person: owner, said, undecided, provenBy: 'two_proofs', by: SYSTEM });
  } catch (error) {
    // Objected to, or being erased, just now.
    if (error instanceof Problem) return false;
    throw error;
  }
  return true;
}

/** What the link of a notice is about; null where it is over. */
export async function lookAtStop(parts: RequestParts, token: string) {
  const found = await stoppable(parts, token);
  if (found === null) return null;
  const { row } = found;
  return { asked: wordsFor(parts).asked[row.right], isDone: isAt(row, 'delivered', 'closed') };
}

async function stoppable({ erasing: { services, store } }: RequestParts, token: string) {
  if (!isToken(token)) return null;
  const its = and(
    eq(proofLadder.stop, hashToken(token)),
    isNull(proofLadder.stoppedAt),
    isNotNull(proofLadder.person),
    gt(proofLadder.until, new Date(store.now())),
  );
  const [ladder] = await services.db.select().from(proofLadder).where(its);
  if (ladder === undefined) return null;
  const [row] = await services.db.select().from(privacyRequest).where(eq(privacyRequest.id, ladder.request));
  return row === undefined ? null : { ladder, row };
}

/** "This was not me." Throws `Problem` 410. */
export async function stopByHolder(parts: RequestParts, token: string): Promise<void> {
  const { store } = parts.erasing;
  const found = await stoppable(parts, token);
  if (found === null) throw stopOver();
  const { row } = found;
  await takeBack(parts, row);
  await onRequest(parts, row.id, async (tx, enter, now) => {
    const taken = await tx
      .update(proofLadder)
      .set({ stoppedAt: new Date(store.now()), code: null, challenge: null })
      .where(and(eq(proofLadder.request, row.id), isNull(proofLadder.stoppedAt)))
      .returning({ request: proofLadder.request });
    if (taken.length === 0) throw stopOver();
    await standStill(parts, tx, enter, now);
  });
  // A deletion that was being begun meanwhile.
  await takeBack(parts, row);
  if (row.person !== null) await endIntake(store.keys, row.id, store.now());
}

/** Undoes what was done on the strength of it, as far as it can be undone. */
async function takeBack({ erasing }: RequestParts, row: RequestRow): Promise<void> {
  if (row.person === null || !LADDER_PROOFS.includes(row.provenBy)) return;
  if (row.right === 'delete') await keep(erasing, row.person);
  const isRestricted = (row.right === 'restrict' || row.right === 'object') && row.deliveredAt !== null;
  if (isRestricted) await setRestriction(erasing, row.person, false, 'person');
}

/** Where no deletion is scheduled, there is nothing to keep. */
async function keep(erasing: RequestParts['erasing'], person: Id): Promise<void> {
  try {
    await stay(erasing, person);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'no_erasure_scheduled') throw error;
  }
}

/** Nothing more happens by what was shown; a request that whoever holds the address has proven goes on. */
async function standStill(
  parts: RequestParts,
  tx: Parameters<Work<void>>[0],
  enter: Enter,
  row: RequestRow,
): Promise<void> {
  if (isAt(row, 'identity')) {
    const set = { proof: null, nextAt: row.proofUntil };
    await move(parts, tx, enter, row, { event: 'disown', by: REQUESTER, set });
    return;
  }
  if (row.closedAt !== null || !LADDER_PROOFS.includes(row.provenBy)) return;
  await move(parts, tx, enter, row, { event: 'disown', by: REQUESTER, set: { nextAt: null } });
}

/** What is left of requests that are over, but where something is still to be fetched or objected to. */
export async function dropLadders({ erasing: { services, store } }: RequestParts): Promise<void> {
  const now = new Date(store.now());
  const isOver = (row: {
    closedAt: Date | null;
    decision: string | null;
    provenBy: RequestRow['provenBy'];
  }) => row.closedAt !== null && (row.decision === 'not_proven' || !LADDER_PROOFS.includes(row.provenBy));
  const rows = await services.db
    .select({
      request: proofLadder.request,
      codeUntil: proofLadder.codeUntil,
      closedAt: privacyRequest.closedAt,
      decision: privacyRequest.decision,
      provenBy: privacyRequest.provenBy,
      proofUntil: privacyRequest.proofUntil,
    })
    .from(proofLadder)
    .innerJoin(privacyRequest, eq(privacyRequest.id, proofLadder.request))
    .where(or(isNotNull(privacyRequest.closedAt), lte(proofLadder.until, now)));
  for (const row of rows) {
    const isKept = !isOver(row) && (row.codeUntil ?? row.closedAt ?? now).getTime() > now.getTime();
    // Gone before its time, it would tell whoever asked that somebody answered.
    if ((row.proofUntil?.getTime() ?? 0) > now.getTime()) continue;
    if (!isKept) await services.db.delete(proofLadder).where(eq(proofLadder.request, row.request));
  }
}

const stopOver = (): Problem =>
  new Problem(410, 'link_not_valid', 'This link was used already, or the request is over.');
