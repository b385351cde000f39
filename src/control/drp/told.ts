/** What an agent was told of a request, or is to be told next. */
import { eq } from 'drizzle-orm';
import { endIntakeKey } from '../intake.ts';
import type { DrpParts } from './parts.ts';
import { type DrpRequest, drpRequest, TOLD_DAYS } from './schema.ts';
import type { StatusSeen } from './status.ts';

const DAY_MS = 86_400_000;

/** It was in an answer just now. */
export const toldNow = (parts: DrpParts, row: DrpRequest, seen: StatusSeen): Promise<void> =>
  put(parts, row, seen, null);

/** It is to be told by a callback, where something of it is new. */
export const toTell = (parts: DrpParts, row: DrpRequest, seen: StatusSeen): Promise<void> =>
  put(
    parts,
    row,
    seen,
    seen.told === row.told ? row.callbackAt : new Date(parts.requesting.erasing.store.now()),
  );

async function put(
  { requesting: { erasing } }: DrpParts,
  row: DrpRequest,
  { steps, told, isFinal }: StatusSeen,
  callbackAt: Date | null,
): Promise<void> {
  const { services, store } = erasing;
  const endedAt = isFinal ? (row.endedAt ?? new Date(store.now())) : null;
  if (endedAt !== null && row.endedAt === null)
    await endIntakeKey(services.keys, row.id, endedAt.getTime() + TOLD_DAYS * DAY_MS);
  const attempts = told === row.told ? row.attempts : 0;
  await services.db
    .update(drpRequest)
    .set({ stepsSeen: steps, told, callbackAt, attempts, endedAt })
    .where(eq(drpRequest.id, row.id));
}
