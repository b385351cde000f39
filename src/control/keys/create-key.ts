/** Makes an API key. Its text is in the answer and nowhere else. */
import { makeApiKey } from '../../link/api-key.ts';
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { type Actor, named, OPERATOR } from '../actor.ts';
import { Problem } from '../problem.ts';
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
      | 'budgetDayTokens'
      | 'budgetMonthTokens'
      | 'expiresAt'
      | 'models'
    >
  >;

export interface Making {
  readonly actor?: Actor;
  /** The same wish twice has the same id, and makes one key. */
  readonly id?: Id;
  /** What else is done in the same transaction; what it throws keeps the key from being made. */
  readonly also?: (tx: Tx) => Promise<void>;
}

/** Throws `Problem` 409 for a wish that was carried out before. */
export async function createKey(
  services: Services,
  made: NewKey,
  { actor = OPERATOR, id = newId(), also }: Making = {},
): Promise<{ id: Id; key: string }> {
  const key = makeApiKey();
  const sealed = sealRow(services.vault, apiKey, {
    ...made,
    networks: made.networks == null ? null : JSON.stringify(made.networks),
    id,
    hash: hashKey(services.pepper, key),
  });
  const row = await services.record.act(
    async (tx, enter) => {
      const [created] = await tx
        .insert(apiKey)
        .values(sealed)
        .onConflictDoNothing({ target: apiKey.id })
        .returning();
      if (created === undefined) throw new Problem(409, 'made_already', MADE_ALREADY);
      await also?.(tx);
      await enter({
        kind: 'access_change',
        role: actor.role,
        about: { kind: 'account', id: created.account },
        content: {
          what: 'key_created',
          account: created.account,
          key: created.id,
          expires_at: created.expiresAt?.toISOString() ?? null,
          ...named(actor),
        },
      });
      return created;
    },
    { committed: (created) => services.directory.putKey(toKeyState(services.vault, created)) },
  );
  services.log('info', 'key_created', { account: row.account, key: row.id });
  return { id: row.id, key };
}

const MADE_ALREADY =
  'This form was sent before, and its key was made then. It is shown once: if you did not copy it, revoke it and make another.';
