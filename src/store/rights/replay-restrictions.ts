/** After a restore or a kill: brings the restrictions in the database to what the choice ledger says. */
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../database.ts';
import type { ChoiceLedger } from '../ledger/choice-ledger.ts';
import { sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { SubjectKind } from '../map/words.ts';
import type { Tx } from '../store.ts';
import { restriction } from './schema.ts';
import { identifier } from './select.ts';

/** People whose restrictions were changed by it. */
export interface ReplayedRestrictions {
  readonly placed: readonly string[];
  readonly lifted: readonly string[];
}

/** For these people; nothing comes to stand for somebody who is not in the database. May be repeated. */
export async function replayRestrictions(
  db: Db | Tx,
  map: readonly MapEntry[],
  choices: ChoiceLedger,
  people: readonly string[],
): Promise<ReplayedRestrictions> {
  const liftings = people.flatMap((person) => {
    const at = choices.liftedAt(person);
    return at === null ? [] : [{ person, at }];
  });
  const lifted = await takeAway(db, liftings);
  const standing = people.flatMap((person) =>
    choices.restrictedNow(person).map(({ account, at }) => ({ person, account, at })),
  );
  return { placed: await place(db, map, standing), lifted };
}

async function takeAway(db: Db | Tx, liftings: readonly { person: string; at: number }[]): Promise<string[]> {
  if (liftings.length === 0) return [];
  const { rows } = await db.execute<{ person: string }>(sql`
    delete from ${restriction} using unnest(
      ${sql.param(liftings.map(({ person }) => person))}::uuid[], ${moments(liftings)}) as lifting (who, at)
    where ${restriction.person} = lifting.who and ${restriction.since} <= lifting.at
    returning lifting.who as person`);
  return named(rows);
}

async function place(
  db: Db | Tx,
  map: readonly MapEntry[],
  standing: readonly { person: string; account: string | null; at: number }[],
): Promise<string[]> {
  if (standing.length === 0) return [];
  const { rows } = await db.execute<{ person: string }>(sql`
    insert into ${restriction} (id, person_id, account_id, since)
    select gen_random_uuid(), who, which, at from unnest(
      ${sql.param(standing.map(({ person }) => person))}::uuid[],
      ${sql.param(standing.map(({ account }) => account))}::uuid[], ${moments(standing)}) as placed (who, which, at)
    where ${isThere(map, 'person', sql`who`)} and (which is null or ${isThere(map, 'account', sql`which`)})
    on conflict do nothing returning person_id as person`);
  return named(rows);
}

/** Whether the subject of this id has its row. */
function isThere(map: readonly MapEntry[], kind: SubjectKind, id: SQL): SQL {
  const own = map.find(({ subject }) => subject.kind === 'self' && subject.of === kind);
  if (own === undefined || !('column' in own.subject)) return sql`false`;
  const column = identifier(sqlName(own, own.subject.column));
  return sql`exists (select 1 from ${identifier(own.name)} as own where own.${column} = ${id})`;
}

const moments = (choices: readonly { at: number }[]): SQL =>
  sql`${sql.param(choices.map(({ at }) => new Date(at).toISOString()))}::timestamptz[]`;

const named = (rows: readonly { person: string }[]): string[] => [
  ...new Set(rows.map(({ person }) => person.replaceAll('-', ''))),
];
