/** Makes a member one of an account's owners, by one who is: before the last owner leaves, for one. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { demandRole } from './members.ts';
import { membership } from './schema.ts';

/** Changes nothing for who is an owner already. Throws `Problem` 403 or 404. */
export async function makeOwner(services: Services, by: Id, account: Id, successor: Id): Promise<void> {
  await demandRole(services, by, account, 'manage_members');
  await services.record.act(async (tx, enter) => {
    const its = and(eq(membership.account, account), eq(membership.person, successor));
    const [row] = await tx.select({ role: membership.role }).from(membership).where(its).for('update');
    if (row === undefined)
      throw new Problem(404, 'no_such_member', 'They do not belong to this account any more.');
    if (row.role === 'owner') return;
    await tx.update(membership).set({ role: 'owner' }).where(its);
    await enter({
      kind: 'role_change',
      role: 'owner',
      about: { kind: 'account', id: account },
      content: { account, person: successor, from: row.role, to: 'owner', by },
    });
  });
}
