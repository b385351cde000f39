/** What gateways are told of a key. */
import type { KeyState } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import { apiKey } from './schema.ts';

export type KeyRow = typeof apiKey.$inferSelect;

export function toKeyState(row: KeyRow): KeyState {
  return {
    id: row.id,
    account: row.account,
    hash: row.hash,
    active: row.state === 'active',
    expiresAt: row.expiresAt?.getTime() ?? null,
    models: row.models,
    networks: row.networks,
    limits: {
      requestsPerMinute: row.requestsPerMinute,
      tokensPerMinute: row.tokensPerMinute,
      concurrency: row.concurrency,
      budgetDay: row.budgetDay,
      budgetMonth: row.budgetMonth,
    },
  };
}

/** All keys, revoked ones too: their last requests may still be on their way. */
export async function keyStates(db: Db): Promise<KeyState[]> {
  return (await db.select().from(apiKey)).map(toKeyState);
}
