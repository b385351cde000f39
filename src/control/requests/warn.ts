/**
 * Whoever decides is told by mail, once a day, before anything is due (and while it is overdue). A clock that jumped ahead
 * tells them too early, and ends nothing.
 */
import { inArray } from 'drizzle-orm';
import { mailOfDay, toBeTold } from './deciders.ts';
import type { RequestParts } from './parts.ts';
import { countWaiting, SOON_MS, unwarned } from './queue.ts';
import { privacyRequest } from './schema.ts';

const DAY_MS = 86_400_000;

/** Answers how many were written to. */
export async function warnDeciders(parts: RequestParts): Promise<number> {
  const { services, store } = parts.erasing;
  const { notices, settings } = parts.signIn;
  const now = store.now();
  const due = await unwarned(parts, { until: now + SOON_MS, since: now - DAY_MS });
  if (due.length === 0) return 0;
  const { soon, late } = await countWaiting(parts, now);
  const values = { soon: String(soon), overdue: String(late), url: `${settings.siteUrl}/desk/requests` };
  const to = await toBeTold(parts);
  await services.db.transaction(async (tx) => {
    for (const each of to)
      await notices.send(tx, {
        id: mailOfDay('requests due', each, now),
        template: 'requests_due',
        person: each,
        values,
      });
    const ids = due.map(({ id }) => id);
    await tx
      .update(privacyRequest)
      .set({ warnedAt: new Date(now) })
      .where(inArray(privacyRequest.id, ids));
  });
  notices.wake();
  return to.length;
}
