/** Brings the rows to what the choice ledger says of consents: what was taken back there is taken back here. */
import { sql } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import type { Choice, ChoiceLedger } from '../../store/ledger/choice-ledger.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import type { Tx } from '../../store/store.ts';
import { consent } from './schema.ts';

export type Withdrawal = Extract<Choice, { subject: SubjectName }> & { readonly act: 'withdrawn' };

/** A consent that was taken back by it. */
export interface Replayed {
  readonly id: string;
  readonly subject: SubjectName;
  readonly purpose: string;
}

/**
 * Takes back what stood when one of these withdrawals was made, at the moment of the first of them. A consent that was
 * given after it is not touched. May be repeated.
 */
export async function replayWithdrawals(
  db: Db | Tx,
  withdrawals: readonly Withdrawal[],
): Promise<readonly Replayed[]> {
  if (withdrawals.length === 0) return [];
  const list = <T>(of: (each: Withdrawal) => T) => sql.param(withdrawals.map(of));
  const { rows } = await db.execute<{
    id: string;
    kind: 'person' | 'account';
    subject: string;
    purpose: string;
  }>(sql`
    with taken as (
      select given.id, min(line.at) as at from unnest(
        ${list(({ purpose }) => purpose)}::text[], ${list(({ subject }) => subject.kind)}::text[],
        ${list(({ subject }) => subject.id)}::uuid[],
        ${list(({ at }) => new Date(at).toISOString())}::timestamptz[]) as line (purpose, kind, subject, at)
      join ${consent} as given on given.purpose = line.purpose and given.at <= line.at
        and (line.kind = 'person' and given.person_id = line.subject
          or line.kind = 'account' and given.account_id = line.subject)
      where given.answer = 'given' and given.withdrawn_at is null
      group by given.id)
    update ${consent} set withdrawn_at = taken.at, withdrawn_way = 'ledger'
    from taken where ${consent.id} = taken.id
    returning ${consent.id} as id, ${consent.purpose} as purpose,
      case when ${consent.person} is null then 'account' else 'person' end as kind,
      coalesce(${consent.person}, ${consent.account}) as subject`);
  const bare = (id: string): string => id.replaceAll('-', '');
  return rows.map(({ id, kind, subject, purpose }) => ({
    id: bare(id),
    purpose,
    subject: { kind, id: bare(subject) },
  }));
}

/** The same for one subject, before anything is decided by its rows: a commit may have failed after its line was written. */
export async function settleWithdrawn(
  tx: Tx,
  choices: ChoiceLedger,
  purpose: ConsentPurpose,
  subject: SubjectName,
): Promise<void> {
  const at = choices.withdrawnAt(purpose, subject);
  if (at !== null) await replayWithdrawals(tx, [{ act: 'withdrawn', purpose, subject, at }]);
}
