/**
 * The last look before a mail goes: whether this person may be written to is asked in the transaction that marks the mail
 * as being sent, under the lock that taking a consent back waits for. Whoever took it back before gets nothing.
 */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { entryOf } from '../../store/map/table.ts';
import { demandPurpose } from '../../store/rights/read-for.ts';
import { isRestricted } from '../../store/rights/restrict.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { membership, person } from '../accounts/schema.ts';
import { suspension } from '../desk/schema.ts';
import { isRefused } from '../notices/index.ts';
import { hashToken, newToken } from '../random-token.ts';
import type { Outgoing } from './message.ts';
import type { PromotionParts } from './parts.ts';
import { campaign, promotionalMail } from './schema.ts';

type Parts = Pick<PromotionParts, 'store'>;

interface Claimed extends Outgoing {
  /** With this one. */
  readonly attempts: number;
}

const PURPOSE = 'promotional_mail';

/** The mail to be sent now; null: not to them, or not now. */
export async function claim({ store }: Parts, of: Id, whom: Id): Promise<Claimed | null> {
  demandPurpose(entryOf(person), ['email'], PURPOSE);
  return store.db.transaction(async (tx) => {
    await lockAlone(tx, { kind: 'person', id: whom });
    // Pausing waits for what is claimed, and nothing is claimed after it.
    const [open] = await tx
      .select({ state: campaign.state })
      .from(campaign)
      .where(eq(campaign.id, of))
      .for('share');
    if (open?.state !== 'sending') return null;
    const to = (await mayBeWrittenTo({ store }, tx, whom)) ? await addressOf({ store }, tx, whom) : null;
    if (to === null) return null;
    const token = newToken();
    const date = new Date(store.now());
    const made = await tx
      .insert(promotionalMail)
      .values({
        id: newId(),
        person: whom,
        campaign: of,
        token: hashToken(token),
        state: 'sending',
        attempts: 1,
        nextAt: date,
        at: date,
      })
      .onConflictDoUpdate({
        target: [promotionalMail.campaign, promotionalMail.person],
        set: { state: 'sending', token: hashToken(token), attempts: sql`${promotionalMail.attempts} + 1` },
        setWhere: eq(promotionalMail.state, 'waiting'),
      })
      .returning({ id: promotionalMail.id, attempts: promotionalMail.attempts });
    const [row] = made;
    return row === undefined ? null : { ...row, to, token, date };
  });
}

async function mayBeWrittenTo({ store }: Parts, tx: Tx, whom: Id): Promise<boolean> {
  const subject = { kind: 'person', id: whom } as const;
  const willing = await store.consents.amongIn(tx, PURPOSE, [subject]);
  if (!willing.has(whom) || !store.keys.has('person', whom)) return false;
  // Asked for, even if it may still be taken back.
  if ((await findOpen(tx, subject)) !== null) return false;
  return !(await isRestricted(tx, subject)) && !(await isSuspended(tx, whom));
}

/** Whether an account that they belong to is suspended now. */
async function isSuspended(tx: Tx, whom: Id): Promise<boolean> {
  const rows = await tx
    .select({ id: suspension.id })
    .from(suspension)
    .innerJoin(membership, eq(membership.account, suspension.account))
    .where(and(eq(membership.person, whom), isNull(suspension.endedAt)))
    .limit(1);
  return rows.length > 0;
}

async function hasBounced(tx: Tx, whom: Id): Promise<boolean> {
  const rows = await tx
    .select({ id: promotionalMail.id })
    .from(promotionalMail)
    .where(and(eq(promotionalMail.person, whom), eq(promotionalMail.state, 'bounced')))
    .limit(1);
  return rows.length > 0;
}

/** Null: nobody has shown that mail to it reaches them, or their mailbox refuses it. */
async function addressOf({ store }: Parts, tx: Tx, whom: Id): Promise<string | null> {
  const [row] = await tx.select().from(person).where(eq(person.id, whom));
  if (row === undefined || row.emailVerifiedAt === null) return null;
  if ((await isRefused({ db: tx }, whom)) || (await hasBounced(tx, whom))) return null;
  return readValue(store.vault, person, row, 'email');
}
