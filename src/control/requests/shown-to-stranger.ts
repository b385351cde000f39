/**
 * A request as a stranger sees it who asked: the same whatever became of the link that was mailed, if one was. Used, denied
 * or ignored, it waits until its time is over, and then nobody has shown who asks.
 */
import { isRefusedAgent } from './agent-proof.ts';
import type { RequestParts } from './parts.ts';
import { type ShownRequest, type ShownStep, shownRequest } from './read.ts';
import type { RequestRow } from './schema.ts';

/** Steps before anybody could answer. */
const BEFORE: ReadonlySet<ShownStep['event']> = new Set([null, 'acknowledge', 'ask_proof']);

export async function shownToStranger(parts: RequestParts, row: RequestRow): Promise<ShownRequest> {
  const { proofUntil } = row;
  // Nothing was mailed: what only stops a use tells of nobody.
  if (proofUntil === null || isRefusedAgent(row))
    return { ...(await shownRequest(parts, row)), mayWithdraw: false };
  const isOver = proofUntil.getTime() <= parts.erasing.store.now();
  const shown = await shownRequest(parts, unanswered(row, isOver ? proofUntil : null));
  const at = proofUntil.toISOString();
  const end: ShownStep[] = [
    { event: 'not_proven', cause: 'system', state: 'decided', at },
    { event: 'close', cause: 'system', state: 'closed', at },
  ];
  const begun = shown.steps.filter(({ event }) => BEFORE.has(event)).slice(0, BEFORE.size);
  return { ...shown, answers: [], mayWithdraw: false, steps: isOver ? [...begun, ...end] : begun };
}

/** As it would be if nobody had used the link. `endedAt`: when its time was over; null: it is not. */
const unanswered = (row: RequestRow, endedAt: Date | null): RequestRow => ({
  ...row,
  state: endedAt === null ? 'identity' : 'closed',
  decision: endedAt === null ? null : 'not_proven',
  decidedAt: endedAt,
  closedAt: endedAt,
  dueAt: row.respondBy,
  person: null,
  provenBy: null,
  extendedAt: null,
  extension: null,
  ground: null,
  appealUntil: null,
  appealedAt: null,
  appealDecision: null,
  effect: null,
  joinedTo: null,
  deliveredAt: null,
});
