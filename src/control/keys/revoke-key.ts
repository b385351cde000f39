/** Revokes a key for good. Gateways hear of it as soon as it is committed. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { toKeyState } from './key-state.ts';
import { apiKey } from './schema.ts';

/** Revoking a revoked key changes nothing. Throws `Problem` 404 for an unknown one. */
export async function revokeKey(services: Services, id: Id): Promise<void> {
  const row = await services.record.act(
    async (tx, enter) => {
      const active = and(eq(apiKey.id, id), eq(apiKey.state, 'active'));
      const changed = { state: 'revoked', revokedAt: new Date() } as const;
      const [revoked] = await tx.update(apiKey).set(changed).where(active).returning();
      if (revoked === undefined) return (await tx.select().from(apiKey).where(eq(apiKey.id, id)))[0];
      await enter({
        kind: 'access_change',
        role: 'operator',
        about: { kind: 'account', id: revoked.account },
        content: { what: 'key_revoked', account: revoked.account, key: id },
      });
      return revoked;
    },
    {
      committed: (known) => {
        if (known !== undefined) services.directory.putKey(toKeyState(services.vault, known));
      },
    },
  );
  if (row === undefined) {
    throw new Problem(404, 'no_such_key', 'There is no such key. `kept key list --account E` shows all.');
  }
  services.log('info', 'key_revoked', { account: row.account, key: row.id });
}
