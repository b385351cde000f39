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
  const [row] = await services.db
    .insert(apiKey)
    .values(
      sealRow(services.vault, apiKey, {
        ...made,
        networks: made.networks == null ? null : JSON.stringify(made.networks),
        id: newId(),
        hash: hashKey(services.pepper, key),
      }),
    )
    .returning();
  if (row === undefined) throw new Error('an inserted key is not returned');
  services.directory.putKey(toKeyState(services.vault, row));
  services.log('info', 'key_created', { account: row.account, key: row.id });
  return { id: row.id, key };
}
