/** Admin API of suspensions. */
import { Hono } from 'hono';
import { findAccount } from '../accounts/index.ts';
import { OPERATOR } from '../actor.ts';
import { readInput } from '../input.ts';
import { outward } from '../outward.ts';
import type { Services } from '../services.ts';
import { resumeAccount, resumeInput, suspendAccount, suspendInput } from './suspend-account.ts';

/** By command. */
const AT_DESK = { ...OPERATOR, role: 'operator' } as const;

export function deskRoutes(services: Services): Hono {
  return new Hono()
    .post('/accounts/:account/suspension', async (c) => {
      const why = await readInput(c, suspendInput);
      const { id } = await findAccount(services, c.req.param('account'));
      await suspendAccount(services, id, why, AT_DESK);
      return c.json({ id: outward('acct', id), active: false }, 201);
    })
    .post('/accounts/:account/suspension/end', async (c) => {
      const why = await readInput(c, resumeInput);
      const { id } = await findAccount(services, c.req.param('account'));
      await resumeAccount(services, id, why, AT_DESK);
      return c.json({ id: outward('acct', id), active: true });
    });
}
