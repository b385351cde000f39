/** Revokes a key for good. Gateways hear of it as soon as it is committed. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { type Actor, named, OPERATOR } from '../actor.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { toKeyState } from './key-state.ts';
import { apiKey } from './schema.ts';

/** Revoking a revoked key changes nothing. `of`: of this account only. Throws `Problem` 404 for an unknown one. */
export async function revokeKey(
  services: Services,
  id: Id,
  { actor = OPERATOR, of }: { readonly actor?: Actor; readonly of?: Id } = {},
): Promise<void> {
  const its = of === undefined ? eq(apiKey.id, id) : and(eq(apiKey.id, id), eq(apiKey.account, of));
  const row = await services.record.act(
    async (tx, enter) => {
      const active = and(its, eq(apiKey.state, 'active'));
      const changed = { state: 'revoked', revokedAt: new Date() } as const;
      const [revoked] = await tx.update(apiKey).set(changed).where(active).returning();
      if (revoked === undefined) return (await tx.select().from(apiKey).where(its))[0];
      await enter({
        kind: 'access_change',
        role: actor.role,
        about: { kind: 'account', id: revoked.account },
        content: { what: 'key_revoked', account: revoked.account, key: id, ...named(actor) },
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
    throw new Problem(
      404,
      'no_such_key',
      actor.person === null ? NO_SUCH_KEY : 'There is no such key any more.',
    );
  }
  services.log('info', 'key_revoked', { account: row.account, key: row.id });
}

const NO_SUCH_KEY = 'There is no such key. `kept key list --account E` shows all.';
