/**
 * Deletes the account that a report was decided about, at once and without the grace (CHILD-2), by the store's erasure.
 * The letter that says so goes first, since the address goes with the account. May be repeated.
 */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { mail } from '../notices/schema.ts';
import { eraseAtOnce, handOver } from '../rights/index.ts';
import { personDecided } from './judge-report.ts';
import type { RequestParts } from './parts.ts';
import type { RequestRow } from './schema.ts';

/** A mail server that does not answer puts the deletion off for no longer. */
const LETTER_MS_MAX = 60_000;
const SOON_MS = 2_000;
const LATER_MS = 3_600_000;
/** Of letters that may still be sent. */
const UNSENT: ReadonlySet<string> = new Set(['waiting', 'sending']);

/** `done`, or in how many ms it is tried again. */
export async function eraseReported(parts: RequestParts, row: RequestRow): Promise<'done' | number> {
  const person = personDecided(parts, row);
  // It is shown as overdue until somebody looks.
  if (person === null) return LATER_MS;
  if (await waitsForLetter(parts, row)) return SOON_MS;
  await handOver(parts.erasing, person);
  await eraseAtOnce(parts.erasing, person, 'privacy');
  return 'done';
}

async function waitsForLetter({ erasing }: RequestParts, { id, decidedAt }: RequestRow): Promise<boolean> {
  const { services, store } = erasing;
  const waited = store.now() - (decidedAt?.getTime() ?? 0);
  if (waited < 0 || waited > LETTER_MS_MAX) return false;
  const [letter] = await services.db
    .select({ state: mail.state })
    .from(mail)
    .where(eq(mail.id, id as Id));
  return letter !== undefined && UNSENT.has(letter.state);
}
