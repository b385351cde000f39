/** What a member may do from now on. */
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { demandRole, lockAccounts, type MemberRole, may } from '../accounts/index.ts';
import { MEMBER_ROLES, membership } from '../accounts/schema.ts';
import { checkInput } from '../input.ts';
import { endPlaygroundKey, type KeyRow, keysEnded } from '../keys/index.ts';
import { tell } from './mails.ts';
import { endInvitationsBy } from './open-invitations.ts';
import type { Acting, MemberParts } from './parts.ts';
import { noSuchMember, refuseLastOwner } from './refusals.ts';

const roleInput = z.strictObject({
  role: z.enum(MEMBER_ROLES, `must be one of ${MEMBER_ROLES.join(', ')}`),
});

/**
 * `form`: `role`. Changes nothing where it is that already. Whoever loses a right loses what it gave: a playground's key,
 * invitations that are open. Throws `Problem` 400, 403, 404 or 409 (`last_owner`).
 */
export async function changeRole(
  parts: MemberParts,
  { account, actor }: Acting,
  person: Id,
  form: unknown,
): Promise<void> {
  const { services, store, notices } = parts;
  const { role } = checkInput(form, roleInput, { role: 'Role' });
  await services.directory.exclusively(() =>
    services.record.act<readonly KeyRow[]>(
      async (tx, enter) => {
        await lockAccounts(tx, [account]);
        await demandRole({ db: tx }, actor.person, account, 'manage_members');
        const its = and(eq(membership.account, account), eq(membership.person, person));
        const [before] = await tx.select({ role: membership.role }).from(membership).where(its).for('update');
        if (before === undefined) throw noSuchMember();
        if (before.role === role) return [];
        if (before.role === 'owner') {
          await refuseLastOwner(services, tx, account, person);
          await endInvitationsBy(tx, account, person, store.now());
        }
        await tx.update(membership).set({ role }).where(its);
        if (person !== actor.person)
          await tell(parts, tx, { template: 'role_changed', account, people: [person], values: { role } });
        await enter({
          kind: 'role_change',
          role: actor.role,
          about: { kind: 'account', id: account },
          content: { account, person, from: before.role, to: role, by: actor.person },
        });
        return losesPlayground(before.role, role) ? endPlaygroundKey(tx, account, person) : [];
      },
      { committed: (keys) => keysEnded(services, keys) },
    ),
  );
  notices.wake();
}

const losesPlayground = (from: MemberRole, to: MemberRole): boolean =>
  may(from, 'use_models') && !may(to, 'use_models');
