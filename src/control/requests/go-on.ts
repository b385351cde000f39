/** What happens to requests by itself: a step that is due, and what a kill or an erasure left behind. */
import { and, asc, eq, inArray, isNotNull, isNull, lte, ne, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { dropIntakeKey } from '../intake.ts';
import { PROOFS, type Proof } from './asks.ts';
import { carryOut } from './carry-out.ts';
import { grant } from './grant.ts';
import { endWaiting } from './ladder-wait.ts';
import { isAt, move, onRequest, SYSTEM } from './move.ts';
import type { RequestParts } from './parts.ts';
import { endIntake } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

const BATCH_REQUESTS = 50;
/** What shows who asks: a stranger at first, or somebody who was known at once. */
const KNOWN_LATER_BY = PROOFS.filter((proof) => proof !== 'none' && proof !== 'session');
const KNOWN_BY: Proof[] = ['session', ...KNOWN_LATER_BY];

/** Those whose next step is due, the longest first. */
export async function dueNext({ erasing: { services, store } }: RequestParts): Promise<RequestRow[]> {
  return services.db
    .select()
    .from(privacyRequest)
    .where(lte(privacyRequest.nextAt, new Date(store.now())))
    .orderBy(asc(privacyRequest.nextAt))
    .limit(BATCH_REQUESTS);
}

/** Throws `ClockDoubted` where something would end because of a time that is not believed. */
export async function goOn(parts: RequestParts, row: RequestRow): Promise<void> {
  if (row.state === 'carrying_out') return carryOut(parts, row.id);
  if (row.state === 'identity') return (await endWaiting(parts, row)) ? undefined : notProven(parts, row);
  if (row.state === 'delivered') return close(parts, row);
  await put(parts, row.id, null);
}

/** It is tried again then; ms since 1970. */
export const putOff = (parts: RequestParts, id: Id, until: number): Promise<void> =>
  put(parts, id, new Date(until));

async function put({ erasing: { services } }: RequestParts, id: Id, nextAt: Date | null): Promise<void> {
  await services.db.update(privacyRequest).set({ nextAt }).where(eq(privacyRequest.id, id));
}

/** It was stopped before: looked at again when its time is over, unless something else was said meanwhile. */
async function waitOn({ erasing: { services } }: RequestParts, row: RequestRow): Promise<void> {
  if (row.nextAt === null) return;
  await services.db
    .update(privacyRequest)
    .set({ nextAt: row.proofUntil })
    .where(and(eq(privacyRequest.id, row.id), eq(privacyRequest.nextAt, row.nextAt)));
}

/** Nobody used the link: an answer, which says what is still possible. */
async function notProven(parts: RequestParts, row: RequestRow): Promise<void> {
  const now = await parts.believed();
  if (row.proofUntil === null) return;
  if (row.proofUntil.getTime() > now) {
    await waitOn(parts, row);
    return;
  }
  await onRequest(parts, row.id, async (tx, enter, standing) => {
    if (!isAt(standing, 'identity')) return;
    const set = { decision: 'not_proven', decidedAt: new Date(now), nextAt: null, proof: null } as const;
    const decided = await move(parts, tx, enter, standing, {
      event: 'not_proven',
      by: SYSTEM,
      set,
      content: { decision: 'not_proven' },
    });
    await move(parts, tx, enter, decided, { event: 'close', by: SYSTEM });
  });
  await endIntake(parts.erasing.store.keys, row.id, now);
}

async function close(parts: RequestParts, row: RequestRow): Promise<void> {
  const now = await parts.believed();
  if (row.nextAt === null || row.nextAt.getTime() > now) return;
  await onRequest(parts, row.id, async (tx, enter, standing) => {
    if (!isAt(standing, 'delivered')) return;
    await move(parts, tx, enter, standing, { event: 'close', by: SYSTEM, set: { nextAt: null } });
  });
}

/** Requests of people who were erased meanwhile, but for what the erasure itself carries out. */
export async function lapseErased(parts: RequestParts): Promise<number> {
  const left = await parts.erasing.services.db
    .select({ id: privacyRequest.id })
    .from(privacyRequest)
    .where(
      and(
        isNull(privacyRequest.person),
        isNull(privacyRequest.closedAt),
        inArray(privacyRequest.provenBy, KNOWN_BY),
        or(ne(privacyRequest.right, 'delete'), isNull(privacyRequest.effect)),
      ),
    );
  for (const { id } of left) {
    await onRequest(parts, id, async (tx, enter, row) => {
      if (row.closedAt !== null) return;
      await move(parts, tx, enter, row, { event: 'lapse', by: SYSTEM, set: { nextAt: null } });
    });
  }
  return left.length;
}

/** Deletions that waited for a decision, and that their people have begun themselves in the console. */
export async function takeUpDeletions(parts: RequestParts): Promise<void> {
  const waiting = await parts.erasing.services.db
    .select({ id: privacyRequest.id })
    .from(privacyRequest)
    .where(
      and(
        eq(privacyRequest.right, 'delete'),
        eq(privacyRequest.state, 'deciding'),
        isNull(privacyRequest.closedAt),
        isNotNull(privacyRequest.person),
      ),
    );
  for (const { id } of waiting)
    await onRequest(parts, id, async (tx, enter, row) => {
      if (row.person === null || !isAt(row, 'deciding')) return;
      const begun = await findOpen(tx, { kind: 'person', id: row.person });
      if (begun === null) return;
      await grant(parts, tx, enter, row);
      await tx.update(privacyRequest).set({ effect: begun.id }).where(eq(privacyRequest.id, id));
    });
}

/** Keys of what strangers wrote, where a kill came between a request's end, or its proof, and the key's. */
export async function endIntakes({ erasing: { services, store } }: RequestParts): Promise<void> {
  const rows = await services.db
    .select({
      id: privacyRequest.id,
      closedAt: privacyRequest.closedAt,
      deliveredAt: privacyRequest.deliveredAt,
      intake: privacyRequest.intake,
    })
    .from(privacyRequest)
    .where(
      or(
        isNotNull(privacyRequest.intake),
        inArray(privacyRequest.provenBy, KNOWN_LATER_BY),
        eq(privacyRequest.right, 'child_report'),
      ),
    );
  for (const { id, closedAt, deliveredAt, intake } of rows) {
    const ended = closedAt ?? deliveredAt;
    if (intake === null) await dropIntakeKey(store.keys, id);
    else if (ended !== null) await endIntake(store.keys, id, ended.getTime());
  }
}
