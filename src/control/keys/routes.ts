/** Admin API of keys. */
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { readValue } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { findAccount } from '../accounts/index.ts';
import { readInput } from '../input.ts';
import { limitColumns } from '../limits/index.ts';
import { modelNames, modelNumbers } from '../models/index.ts';
import { inward, outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { createKey } from './create-key.ts';
import { keyInput } from './key-input.ts';
import { type KeyRow, networksOf } from './key-state.ts';
import { revokeKey } from './revoke-key.ts';
import { apiKey } from './schema.ts';

export function keyRoutes(services: Services): Hono {
  const { db, vault } = services;
  return new Hono()
    .post('/accounts/:account/keys', async (c) => {
      const input = await readInput(c, keyInput);
      const account = await findAccount(services, c.req.param('account'));
      const { id, key } = await createKey(services, {
        account: account.id,
        name: input.name,
        ...limitColumns(input.limits ?? {}),
        expiresAt: input.expires ?? null,
        models: input.models === undefined ? null : await modelNumbers(db, input.models),
        networks: input.networks ?? null,
      });
      return c.json({ id: outward('key', id), key }, 201);
    })
    .get('/accounts/:account/keys', async (c) => {
      const account = await findAccount(services, c.req.param('account'));
      const rows = await db
        .select()
        .from(apiKey)
        .where(eq(apiKey.account, account.id))
        .orderBy(apiKey.createdAt);
      const names = await modelNames(db);
      return c.json({ keys: rows.map((row) => shown(vault, row, names)) });
    })
    .post('/keys/:key/revoke', async (c) => {
      const id = inward('key', c.req.param('key'));
      if (id === null) throw new Problem(400, 'invalid_key', 'A key is named by its id, like key_….');
      await revokeKey(services, id);
      return c.json({ id: outward('key', id), state: 'revoked' });
    });
}

/** A key as the admin API shows it: everything but the secret, which nobody has. */
function shown(vault: Vault, row: KeyRow, modelNames: ReadonlyMap<number, string>) {
  return {
    id: outward('key', row.id),
    name: readValue(vault, apiKey, row, 'name'),
    state: row.state,
    limits: {
      rpm: row.requestsPerMinute,
      tpm: row.tokensPerMinute,
      concurrency: row.concurrency,
      budget_day_microusd: row.budgetDay,
      budget_month_microusd: row.budgetMonth,
    },
    models: row.models?.map((number) => modelNames.get(number) ?? String(number)) ?? null,
    networks: networksOf(vault, row),
    expires_at: row.expiresAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_on: row.lastUsedOn,
  };
}
