/** The staff role that follows from a provider's groups: given, changed and taken away, each an entry of the record. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../../link/ids.ts';
import { person } from '../../accounts/schema.ts';
import type { SignInParts } from '../parts.ts';
import type { Identity, Provider } from './provider.ts';
import { GROUP_ROLES, type GroupRole, type ProviderSettings } from './settings.ts';

/** The first of the roles that a group of theirs gives; null: none does. */
export function roleOf({ groups }: ProviderSettings, identity: Identity): GroupRole | null {
  if (groups === null) return null;
  const given = new Set(
    identity.groups.map((group) => (Object.hasOwn(groups.roles, group) ? groups.roles[group] : null)),
  );
  return GROUP_ROLES.find((role) => given.has(role)) ?? null;
}

/** Where roles follow from this provider's groups, the person has what theirs give, and nothing else. */
export async function followGroups(
  parts: SignInParts,
  provider: Provider,
  personId: Id,
  identity: Identity,
): Promise<void> {
  if (provider.settings.groups === null) return;
  await setStaffRole(parts, provider, personId, roleOf(provider.settings, identity));
}

/** The person hears of it. Does nothing where they have that role. */
export async function setStaffRole(
  { services, store, notices, settings }: SignInParts,
  provider: Provider,
  personId: Id,
  role: GroupRole | null,
): Promise<void> {
  const theirs = eq(person.id, personId);
  const isSo = (held: Pick<typeof person.$inferSelect, 'staffRole' | 'staffUntil'> | undefined) =>
    held === undefined || (held.staffRole === role && held.staffUntil === null);
  const [found] = await services.db.select().from(person).where(theirs);
  if (isSo(found)) return;
  await store.record.act(async (tx, enter) => {
    const [whom] = await tx.select().from(person).where(theirs).for('update');
    if (whom === undefined || isSo(whom)) return;
    // Of groups a role has no end: it goes with them.
    await tx.update(person).set({ staffRole: role, staffUntil: null }).where(theirs);
    await enter({
      kind: 'access_change',
      role: 'system',
      about: { kind: 'person', id: personId },
      content: {
        what: 'staff_role',
        person: personId,
        before: whom.staffRole,
        after: role,
        provider: provider.settings.id,
      },
    });
    const template = role === null ? 'staff_role_taken' : 'staff_role_given';
    const values = { role: role ?? '', provider: provider.settings.name, url: `${settings.siteUrl}/console` };
    await notices.send(tx, { template, person: personId, values });
  });
  notices.wake();
}
