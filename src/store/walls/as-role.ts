/**
 * One transaction in one role, for one person and account. Role and settings are the transaction's own: they end with
 * it, whatever becomes of the connection, so a pool never hands on somebody's eyes.
 *
 * Whether the person may act for the account is decided before, by the caller: these settings are believed.
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../database.ts';
import type { Tx } from '../store.ts';
import { type RoleName, roleSettings } from './roles.ts';

/** For whom a transaction works: random ids of 32 hex digits. */
export interface Acting {
  readonly person?: string;
  readonly account?: string;
}

const ID = /^[0-9a-f]{32}$/;

/** Runs `work` as `role`; without a person or an account, `kept_request` reaches no row. */
export async function asRole<T>(
  db: Db,
  role: RoleName,
  acting: Acting,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  for (const id of [acting.person, acting.account]) {
    if (id !== undefined && !ID.test(id))
      throw new TypeError('a person or account is named by 32 hex digits');
  }
  return db.transaction(async (tx) => {
    const settings = {
      ...roleSettings(role),
      'kept.person': acting.person ?? '',
      'kept.account': acting.account ?? '',
      role,
    };
    const each = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
    await tx.execute(sql`select ${sql.join(each, sql`, `)}`);
    return work(tx);
  });
}
