/** Who is told by mail that something waits at the desk, and how once a day stays once. */
import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { person } from '../accounts/schema.ts';
import type { RequestParts } from './parts.ts';
import { decidersOf } from './queue.ts';

/** Those who decide; where there are none, those who could make somebody one. */
export async function toBeTold(parts: RequestParts): Promise<Id[]> {
  const deciders = await decidersOf(parts);
  if (deciders.length > 0) return deciders;
  const admins = await parts.erasing.services.db
    .select({ id: person.id })
    .from(person)
    .where(eq(person.staffRole, 'admin'));
  return admins.map(({ id }) => id);
}

/** The id of the one mail about `what` that somebody gets on the day of `now` (UTC), however often a kill came between. */
export const mailOfDay = (what: string, to: Id, now: number): Id =>
  createHash('sha256')
    .update(`${what}\n${new Date(now).toISOString().slice(0, 10)}\n${to}`)
    .digest('hex')
    .slice(0, 32);
