/** Admin API of the agents of the Data Rights Protocol. */
import { Hono } from 'hono';
import type { Db } from '../../store/database.ts';
import { Problem } from '../problem.ts';
import type { Directory } from './directory.ts';
import { drpToken } from './schema.ts';
import { revokeToken } from './tokens.ts';

export function agentRoutes(db: Db, directory: Directory | null): Hono {
  return new Hono()
    .get('/agents', async (c) => {
      const tokens = new Map((await db.select().from(drpToken)).map((row) => [row.agent, row.setUpAt]));
      const agents = (directory?.agents ?? []).map(({ id, name, callbackHost }) => ({
        id,
        name,
        callback_host: callbackHost,
        set_up_at: tokens.get(id)?.toISOString() ?? null,
      }));
      return c.json({ business_id: directory?.businessId ?? null, agents });
    })
    .post('/agents/:agent/token/revoke', async (c) => {
      const agent = c.req.param('agent');
      if (!(await revokeToken(db, agent)))
        throw new Problem(404, 'no_such_token', 'That agent has no token.');
      return c.json({ id: agent, revoked: true });
    });
}
