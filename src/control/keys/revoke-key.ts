/** Revokes a key for good. Gateways hear of it as soon as it is committed. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { toKeyState } from './key-state.ts';
import { apiKey } from './schema.ts';

/** Revoking a revoked key changes nothing. Throws `Problem` 404 for an unknown one. */
export async function revokeKey(services: Services, id: Id): Promise<void> {
  const active = and(eq(apiKey.id, id), eq(apiKey.state, 'active'));
  await services.db.update(apiKey).set({ state: 'revoked', revokedAt: new Date() }).where(active);
  const [row] = await services.db.select().from(apiKey).where(eq(apiKey.id, id));
  if (row === undefined) {
    throw new Problem(404, 'no_such_key', 'There is no such key. `kept key list --account E` shows all.');
  }
  services.directory.putKey(toKeyState(services.vault, row));
  services.log('info', 'key_revoked', { account: row.account, key: row.id });
}
