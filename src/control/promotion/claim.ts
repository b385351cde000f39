/**
 * The last look before a mail goes: whether this person may be written to is asked in the transaction that marks the mail
 * as being sent, under the lock that taking a consent back waits for. Whoever took it back before gets nothing.
 */
import { eq, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { entryOf } from '../../store/map/table.ts';
import { prepare, run } from '../../store/prepared.ts';
import { demandPurpose } from '../../store/rights/read-for.ts';
import { isRestricted } from '../../store/rights/restrict.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { together } from '../../store/together.ts';
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

/** The mail to be sent now; null: not to them. `paused`: to nobody, for now. */
export async function claim({ store }: Parts, of: Id, whom: Id): Promise<Claimed | 'paused' | null> {
  demandPurpose(entryOf(person), ['email'], PURPOSE);
  return store.db.transaction(async (tx) => {
    // Sent together, the lock first. Pausing waits for what is claimed, and nothing is claimed after it.
    const [, open, to] = await together(
      lockAlone(tx, { kind: 'person', id: whom }),
      stateOf(tx, of),
      addressFor({ store }, tx, whom),
    );
    if (open !== 'sending') return 'paused';
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

async function stateOf(tx: Tx, of: Id): Promise<string | undefined> {
  const [row] = await run<{ state: string }>(tx, STATE, { campaign: of });
  return row?.state;
}

const STATE = prepare(
  sql`select ${campaign.state} as state from ${campaign} where ${campaign.id} = ${sql.placeholder('campaign')}::uuid for share`,
);

/** Their address; null: they may not be written to, or nobody has shown that mail to it reaches them. */
async function addressFor({ store }: Parts, tx: Tx, whom: Id): Promise<string | null> {
  const subject = { kind: 'person', id: whom } as const;
  if (!store.keys.has('person', whom)) return null;
  const [willing, open, isHeld, isReturned, [known]] = await together(
    store.consents.amongIn(tx, PURPOSE, [subject]),
    findOpen(tx, subject),
    isRestricted(tx, subject),
    isRefused({ db: tx }, whom),
    run<Known>(tx, KNOWN, { person: whom }),
  );
  // A deletion that was asked for, even if it may still be taken back.
  if (!willing.has(whom) || open !== null || isHeld || isReturned) return null;
  if (known === undefined || !known.is_confirmed || known.is_suspended || known.has_bounced) return null;
  return readValue(store.vault, person, { id: whom, email: known.email }, 'email');
}

interface Known {
  readonly email: (typeof person.$inferSelect)['email'];
  readonly is_confirmed: boolean;
  /** An account that they belong to is. */
  readonly is_suspended: boolean;
  /** A promotional mail came back for good, and nothing has reached them since. */
  readonly has_bounced: boolean;
}
const PERSON = sql.placeholder('person');
const KNOWN = prepare(sql`
  select ${person.email} as email, ${person.emailVerifiedAt} is not null as is_confirmed,
    exists (select from ${suspension} join ${membership} on ${membership.account} = ${suspension.account}
      where ${membership.person} = ${PERSON}::uuid and ${suspension.endedAt} is null) as is_suspended,
    exists (select from ${promotionalMail}
      where ${promotionalMail.person} = ${PERSON}::uuid and ${promotionalMail.state} = 'bounced') as has_bounced
  from ${person} where ${person.id} = ${PERSON}::uuid`);
