/**
 * Whoever decides is told by mail, once a day, before anything is due (and while it is overdue). A clock that jumped ahead
 * tells them too early, and ends nothing.
 */
import { createHash } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { person } from '../accounts/schema.ts';
import type { RequestParts } from './parts.ts';
import { countWaiting, decidersOf, SOON_MS, unwarned } from './queue.ts';
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
      await notices.send(tx, { id: mailOf(each, now), template: 'requests_due', person: each, values });
    const ids = due.map(({ id }) => id);
    await tx
      .update(privacyRequest)
      .set({ warnedAt: new Date(now) })
      .where(inArray(privacyRequest.id, ids));
  });
  notices.wake();
  return to.length;
}

/** One mail a day for each, however often a kill came between. */
const mailOf = (to: Id, now: number): Id =>
  createHash('sha256')
    .update(`requests due\n${new Date(now).toISOString().slice(0, 10)}\n${to}`)
    .digest('hex')
    .slice(0, 32);

/** Those who decide; where there are none, those who could make somebody one. */
async function toBeTold(parts: RequestParts): Promise<Id[]> {
  const deciders = await decidersOf(parts);
  if (deciders.length > 0) return deciders;
  const admins = await parts.erasing.services.db
    .select({ id: person.id })
    .from(person)
    .where(eq(person.staffRole, 'admin'));
  return admins.map(({ id }) => id);
}
