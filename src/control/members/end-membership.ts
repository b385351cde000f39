/** Somebody belongs to an account no more: an owner removes them, or they leave. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { demandRole, lockAccounts } from '../accounts/index.ts';
import { membership } from '../accounts/schema.ts';
import { named } from '../actor.ts';
import { endPlaygroundKey, type KeyRow, keysEnded } from '../keys/index.ts';
import { otherOwners, tell, whoIsIt } from './mails.ts';
import { endInvitationsBy } from './open-invitations.ts';
import type { Acting, MemberParts } from './parts.ts';
import { noSuchMember, refuseLastOwner } from './refusals.ts';

/**
 * Their playground's key ends, and invitations that they sent; keys of the account are the account's and go on. Removed
 * by an owner they get a mail; where they leave by themselves, the owners do. Throws `Problem` 403, 404 or 409
 * (`last_owner`).
 */
export async function endMembership(
  parts: MemberParts,
  { account, actor }: Acting,
  person: Id,
): Promise<void> {
  const { services, store, notices } = parts;
  const leaves = person === actor.person;
  await services.directory.exclusively(() =>
    services.record.act<readonly KeyRow[]>(
      async (tx, enter) => {
        await lockAccounts(tx, [account]);
        await demandRole({ db: tx }, actor.person, account, leaves ? 'see' : 'manage_members');
        const its = and(eq(membership.account, account), eq(membership.person, person));
        const [before] = await tx.select({ role: membership.role }).from(membership).where(its).for('update');
        if (before === undefined) throw noSuchMember();
        if (before.role === 'owner') {
          await refuseLastOwner(services, tx, account, person);
          await endInvitationsBy(tx, account, person, store.now());
        }
        await tx.delete(membership).where(its);
        await tellThem(parts, tx, { account, person, leaves });
        await enter({
          kind: 'access_change',
          role: actor.role,
          about: { kind: 'account', id: account },
          content: {
            what: leaves ? 'member_left' : 'member_removed',
            account,
            member: person,
            role: before.role,
            ...named(actor),
          },
        });
        return endPlaygroundKey(tx, account, person);
      },
      { committed: (keys) => keysEnded(services, keys) },
    ),
  );
  notices.wake();
}

async function tellThem(
  parts: MemberParts,
  tx: Tx,
  { account, person, leaves }: { readonly account: Id; readonly person: Id; readonly leaves: boolean },
): Promise<void> {
  if (!leaves) return tell(parts, tx, { template: 'member_removed', account, people: [person], values: {} });
  const { name, email } = await whoIsIt(parts, tx, person);
  const people = await otherOwners(tx, account, person);
  await tell(parts, tx, { template: 'member_left', account, people, values: { who: `${name} (${email})` } });
}
