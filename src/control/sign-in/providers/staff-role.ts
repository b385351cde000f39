/** The staff role that follows from a provider's groups: given, changed and taken away, each an entry of the record. */
import type { Id } from '../../../link/ids.ts';
import { setStaffRole } from '../../set-staff-role.ts';
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
  await giveByGroups(parts, provider, personId, roleOf(provider.settings, identity));
}

/** Of groups a role has no end: it goes with them. */
export async function giveByGroups(
  { services, notices, settings: { siteUrl } }: SignInParts,
  { settings: { id, name } }: Provider,
  personId: Id,
  role: GroupRole | null,
): Promise<void> {
  const decided = { role, until: null, provider: { id, name } };
  await setStaffRole({ services, notices, siteUrl }, personId, decided);
}
