/** Admin API of keys. */
import { Hono } from 'hono';
import { findAccount } from '../accounts/index.ts';
import { readInput } from '../input.ts';
import { inward, outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { createKey } from './create-key.ts';
import { keyInput, newKeyOf } from './key-input.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';

export function keyRoutes(services: Services): Hono {
  return new Hono()
    .post('/accounts/:account/keys', async (c) => {
      const input = await readInput(c, keyInput);
      const account = await findAccount(services, c.req.param('account'));
      const { id, key } = await createKey(services, await newKeyOf(services, account.id, input));
      return c.json({ id: outward('key', id), key }, 201);
    })
    .get('/accounts/:account/keys', async (c) => {
      const account = await findAccount(services, c.req.param('account'));
      return c.json({ keys: await listKeys(services, account.id) });
    })
    .post('/keys/:key/revoke', async (c) => {
      const id = inward('key', c.req.param('key'));
      if (id === null) throw new Problem(400, 'invalid_key', 'A key is named by its id, like key_….');
      await revokeKey(services, id);
      return c.json({ id: outward('key', id), state: 'revoked' });
    });
}
