/**
 * Mail about a request lives as long as what else strangers wrote about it: as long as the request is open, and 30 days
 * after its end. Of somebody who was erased it goes at once.
 */
import { eq, isNotNull } from 'drizzle-orm';
import { endIntakeKey } from '../intake.ts';
import { requestOfMail } from '../requests/index.ts';
import type { MailDoorParts } from './parts.ts';
import { incomingMail } from './schema.ts';

const DAY_MS = 86_400_000;

export async function endWithRequests({ requesting }: MailDoorParts): Promise<void> {
  const { services, store } = requesting.erasing;
  const rows = await services.db
    .select({ id: incomingMail.id, request: incomingMail.request, until: incomingMail.until })
    .from(incomingMail)
    .where(isNotNull(incomingMail.request));
  const now = store.now();
  for (const { id, request: of, until } of rows) {
    const request = await requestOfMail(requesting, of ?? '');
    const end = endOf(request, until.getTime(), now);
    if (end === until.getTime()) continue;
    await endIntakeKey(services.keys, id, end);
    await services.db
      .update(incomingMail)
      .set({ until: new Date(end) })
      .where(eq(incomingMail.id, id));
  }
}

/** Milliseconds since 1970. */
function endOf(request: Awaited<ReturnType<typeof requestOfMail>>, until: number, now: number): number {
  if (request === null || request.isErased) return Math.min(until, now);
  // While it is open it is never near its end.
  return request.isOver ? Math.min(until, request.until) : Math.max(until, now + DAY_MS);
}
