/**
 * Tells people before something of theirs ends: each step once, over kills and clocks that jump. A mail's id follows from
 * thing, date, step and person, so that it is queued once; a later step that was told keeps the earlier ones from coming
 * after it.
 */
import { createHmac } from 'node:crypto';
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { Tx } from '../../store/store.ts';
import { peopleOf } from '../accounts/index.ts';
import { minuteOf } from '../minute.ts';
import { mail } from '../notices/schema.ts';
import { outward } from '../outward.ts';
import { type EndingKey, KEY_ROLES, keysEnding } from './ending-keys.ts';
import type { DateParts } from './parts.ts';
import { ENDS, stepAt } from './steps.ts';

const DAY_MS = 86_400_000;
const BATCH = 200;

/** All that are due now. */
export async function remind(parts: DateParts, signal: AbortSignal): Promise<void> {
  const now = await believedOrNull(parts);
  if (now === null) return;
  const to = now + Math.max(...ENDS) * DAY_MS;
  for (let after: Id | null = null; !signal.aborted; ) {
    const keys: EndingKey[] = await keysEnding(parts, { from: now, to, after }, BATCH);
    for (const key of keys) await remindOfKey(parts, key, now);
    after = keys.at(-1)?.id ?? null;
    if (keys.length < BATCH) break;
  }
  parts.notices.wake();
}

/** A clock that jumped is asked again in the next round. */
async function believedOrNull({ believed }: DateParts): Promise<number | null> {
  try {
    return await believed();
  } catch (error) {
    if (error instanceof ClockDoubted) return null;
    throw error;
  }
}

async function remindOfKey({ services, notices, siteUrl }: DateParts, key: EndingKey, now: number) {
  const step = stepAt(key, ENDS, now);
  if (step === null) return;
  const values = {
    key: key.name,
    account: key.accountName,
    on: minuteOf(key.at),
    url: `${siteUrl}/console/${outward('acct', key.account)}/keys`,
  };
  await services.db.transaction(async (tx) => {
    for (const person of await peopleOf(tx, key.account, KEY_ROLES)) {
      const idOf = (day: number) => idOfStep(services.pepper, { of: key.id, at: key.at, day, person });
      const told = ENDS.filter((day) => day <= step).map(idOf);
      if (await isThere(tx, told)) continue;
      await notices.send(tx, { template: 'key_ends', person, values, id: idOf(step) });
    }
  });
}

interface Step {
  readonly of: Id;
  readonly at: number;
  readonly day: number;
  readonly person: Id;
}

const idOfStep = (pepper: string, { of, at, day, person }: Step): Id =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept date v1\n${of} ${at} ${day} ${person}`)
    .digest('hex')
    .slice(0, 32);

async function isThere(tx: Tx, ids: readonly Id[]): Promise<boolean> {
  const found = await tx
    .select({ id: mail.id })
    .from(mail)
    .where(inArray(mail.id, [...ids]))
    .limit(1);
  return found.length > 0;
}
