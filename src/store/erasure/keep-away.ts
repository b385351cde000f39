/**
 * Not again by the back door: whether the address of who is erased stays in the key store, as one keyed hash that
 * refuses imports and invitations (`../rights/suppress.ts`). They are told and may decline. The row of the erasure says
 * what was wished; the key store follows it, and is made to follow it after a kill.
 */
import { and, eq, inArray } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import type { SubjectName } from '../map/rows.ts';
import {
  dropKeptOut,
  isKeptAway,
  isKeptOut,
  keepOptedOut,
  keepOut,
  letIn,
  optOutEntry,
  suppressionEntry,
} from '../rights/suppress.ts';
import type { RecordEntry } from '../store.ts';
import { refersTo } from './open-erasures.ts';
import { erasure } from './schema.ts';
import type { ErasureSettings } from './settings.ts';

type Enter = (entry: RecordEntry) => Promise<string>;

export interface Wish {
  /** As `addressOf` answered; undefined: addresses are nobody's business here. */
  readonly address: string | null | undefined;
  readonly role: ActorRole;
  /** Null: nobody said; what stands stays as it is. */
  readonly suppressed: boolean | null;
  /** Nobody was asked, and they had opted out: that outlives them. */
  readonly optedOut: boolean;
}

/**
 * While the address can still be opened: carries the wish out, and enters it where something changes. Answers whether
 * it stays, which is what the receipt says. May be repeated.
 */
export async function keepAwayNow(
  enter: Enter,
  { store }: ErasureSettings,
  { address, role, suppressed, optedOut }: Wish,
): Promise<boolean> {
  if (address === undefined) return suppressed === true;
  if (address === null) return false;
  if (suppressed === null) {
    if (!optedOut || isKeptAway(store, address)) return isKeptOut(store, address);
    await keepOptedOut(store, address);
    await enter(optOutEntry(store, role));
    return true;
  }
  const before = suppressed ? isKeptAway(store, address) : isKeptOut(store, address);
  if (suppressed === before) return before;
  await (suppressed ? keepOut(store, address) : dropKeptOut(store, address));
  await enter(suppressionEntry(store, suppressed ? 'kept' : 'removed', role));
  return suppressed;
}

/** Makes the key store say what the row says, after its transaction. */
export async function followRow(
  { store, addressOf }: ErasureSettings,
  subject: SubjectName,
  suppressed: boolean,
): Promise<void> {
  if (addressOf === undefined || subject.kind !== 'person') return;
  const address = await addressOf(store.db, subject.id);
  if (address === null || isKeptAway(store, address) === suppressed) return;
  await (suppressed ? keepOut(store, address) : letIn(store, address));
}

/** A cancelled erasure keeps nobody away any more; the row says so once the key store does. */
export async function takeBack(
  settings: ErasureSettings,
  subject: SubjectName,
  erasureId: string,
): Promise<void> {
  await followRow(settings, subject, false);
  await settings.store.db.update(erasure).set({ suppressed: false }).where(eq(erasure.id, erasureId));
}

/** After a kill between a row and the key store. */
export async function repairKeptAway(settings: ErasureSettings): Promise<void> {
  const rows = await settings.store.db
    .select()
    .from(erasure)
    .where(and(eq(erasure.suppressed, true), inArray(erasure.state, ['scheduled', 'cancelled'])));
  // What was taken back first: an erasure that was asked for since then stands.
  rows.sort((one, other) => one.askedAt.getTime() - other.askedAt.getTime());
  for (const row of rows) {
    const subject = refersTo(row);
    if (subject === null) continue;
    if (row.state === 'cancelled') await takeBack(settings, subject, row.id);
    else await followRow(settings, subject, true);
  }
}
