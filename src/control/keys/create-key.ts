/** Makes an API key. Its text is in the answer and nowhere else. */
import { makeApiKey } from '../../link/api-key.ts';
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Services } from '../services.ts';
import { type KeyRow, toKeyState } from './key-state.ts';
import { hashKey } from './pepper.ts';
import { apiKey } from './schema.ts';

export type NewKey = Pick<KeyRow, 'account'> & {
  readonly name: string;
  /** CIDR; null is all. */
  readonly networks?: readonly string[] | null;
} & Partial<
    Pick<
      KeyRow,
      | 'requestsPerMinute'
      | 'tokensPerMinute'
      | 'concurrency'
      | 'budgetDay'
      | 'budgetMonth'
      | 'expiresAt'
      | 'models'
    >
  >;

export async function createKey(services: Services, made: NewKey): Promise<{ id: Id; key: string }> {
  const key = makeApiKey();
  const sealed = sealRow(services.vault, apiKey, {
    ...made,
    networks: made.networks == null ? null : JSON.stringify(made.networks),
    id: newId(),
    hash: hashKey(services.pepper, key),
  });
  const row = await services.record.act(
    async (tx, enter) => {
      const [created] = await tx.insert(apiKey).values(sealed).returning();
      if (created === undefined) throw new Error('an inserted key is not returned');
      await enter({
        kind: 'access_change',
        role: 'operator',
        about: { kind: 'account', id: created.account },
        content: {
          what: 'key_created',
          account: created.account,
          key: created.id,
          expires_at: created.expiresAt?.toISOString() ?? null,
        },
      });
      return created;
    },
    { committed: (created) => services.directory.putKey(toKeyState(services.vault, created)) },
  );
  services.log('info', 'key_created', { account: row.account, key: row.id });
  return { id: row.id, key };
}
