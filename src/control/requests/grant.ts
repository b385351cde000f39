/** What follows from a rule alone, once it is known who asks. */
import { and, eq, isNull, ne } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { leavingPlan } from '../rights/index.ts';
import type { RequestKind } from './asks.ts';
import { type Enter, move, SYSTEM } from './move.ts';
import type { RequestParts } from './parts.ts';
import type { Said } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

/** Decided by the rule that what is asked and proven is done: no score, and nobody's discretion (AUTO-2). */
export async function grant(parts: RequestParts, tx: Tx, enter: Enter, row: RequestRow): Promise<RequestRow> {
  const now = new Date(parts.erasing.store.now());
  const set = { decision: 'whole', decidedAt: now, nextAt: now } as const;
  const decided = await move(parts, tx, enter, row, {
    event: 'decide',
    by: SYSTEM,
    set,
    content: { decision: 'whole' },
  });
  return move(parts, tx, enter, decided, { event: 'carry_out', by: SYSTEM });
}

/**
 * Whether a person has to decide: a correction or an objection that is told in words, and a deletion of somebody whom
 * others depend on in an account.
 */
export async function needsDecider(
  parts: RequestParts,
  { right, said }: { readonly right: RequestKind; readonly said: Said },
  person: Id,
): Promise<boolean> {
  if (right === 'object') return true;
  if (right === 'correct') return said.item === null;
  if (right !== 'delete') return false;
  const { accounts } = await leavingPlan(parts.erasing, person);
  return accounts.some(({ what }) => what === 'decide');
}

/** Another of the same person that asks the same and is not over. Corrections differ by what they correct. */
export async function sameOpen(tx: Tx, { id, person, right }: RequestRow): Promise<Id | null> {
  if (person === null || right === 'correct') return null;
  const its = and(
    eq(privacyRequest.person, person),
    eq(privacyRequest.right, right),
    ne(privacyRequest.id, id),
    isNull(privacyRequest.closedAt),
    isNull(privacyRequest.deliveredAt),
  );
  const [same] = await tx.select({ id: privacyRequest.id }).from(privacyRequest).where(its).limit(1);
  return same?.id ?? null;
}
