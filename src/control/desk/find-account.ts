/** What the desk shows of an account before anybody gives a reason: numbers and states, nothing personal. */
import { and, count, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { findAccount } from '../accounts/index.ts';
import { membership } from '../accounts/schema.ts';
import { apiKey } from '../keys/schema.ts';
import { outward } from '../outward.ts';
import type { Services } from '../services.ts';
import { type Standing, standingOf } from '../standing.ts';
import { usageTotals } from '../usage/index.ts';
import { type Suspension, standingSuspension } from './suspend-account.ts';

export interface DeskAccount {
  /** Like `acct_…`. */
  readonly id: string;
  readonly active: boolean;
  readonly awaitsAddress: boolean;
  /** Requests a minute while an invoice of it is not paid; 0: its keys do not work. Null: it is not held back. */
  readonly unpaidRpm: number | null;
  /** On its way to being erased. */
  readonly leaving: boolean;
  readonly way: string;
  readonly createdAt: Date;
  readonly standing: Standing;
  readonly members: number;
  readonly keysActive: number;
  readonly usage: Awaited<ReturnType<typeof usageTotals>>;
  /** Its reason is words about people: only for who may suspend. */
  readonly suspension: (Omit<Suspension, 'reason'> & Partial<Pick<Suspension, 'reason'>>) | null;
}

/** By an exact e-mail address or an id; `words`: with what people wrote. Throws `Problem` 400, 404 and 409. */
export async function deskAccount(
  services: Services,
  reference: string,
  { words }: { readonly words: boolean },
): Promise<DeskAccount> {
  const { db } = services;
  const found = await findAccount(services, reference.trim());
  const ofIt: Id = found.id;
  const [[members], [keys], usage, suspension, standing] = await Promise.all([
    db.select({ n: count() }).from(membership).where(eq(membership.account, ofIt)),
    db
      .select({ n: count() })
      .from(apiKey)
      .where(and(eq(apiKey.account, ofIt), eq(apiKey.state, 'active'))),
    usageTotals(db, ofIt),
    standingSuspension(services, ofIt),
    standingOf(services, ofIt),
  ]);
  return {
    id: outward('acct', ofIt),
    active: found.active,
    awaitsAddress: found.awaitsAddress,
    unpaidRpm: found.unpaidRpm,
    leaving: services.keys.inGrace(ofIt),
    way: found.way,
    createdAt: found.createdAt,
    standing,
    members: members?.n ?? 0,
    keysActive: keys?.n ?? 0,
    usage,
    suspension: suspension === null || words ? suspension : withoutWords(suspension),
  };
}

const withoutWords = ({ ground, since }: Suspension) => ({ ground, since });
