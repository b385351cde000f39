/** Admin API of suspensions, and of who is staff. */
import { Hono } from 'hono';
import { findAccount } from '../accounts/index.ts';
import { OPERATOR } from '../actor.ts';
import { readInput } from '../input.ts';
import { outward } from '../outward.ts';
import { changeStaffRole, type StaffParts, staffInput } from './change-staff-role.ts';
import { resumeAccount, resumeInput, suspendAccount, suspendInputUnder } from './suspend-account.ts';

/** By command. */
const AT_DESK = { ...OPERATOR, role: 'operator' } as const;

export function deskRoutes(parts: StaffParts): Hono {
  const { services } = parts;
  return new Hono()
    .post('/accounts/:account/staff', async (c) => {
      const given = await changeStaffRole(parts, c.req.param('account'), await readInput(c, staffInput));
      return c.json({ ...given, until: given.until?.toISOString() ?? null });
    })
    .post('/accounts/:account/suspension', async (c) => {
      const why = await readInput(c, suspendInputUnder(services.billing));
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
