/** What the roles need of these tables, beyond what follows from the map. */
import { erasure } from '../../store/erasure/schema.ts';
import type { Need } from '../../store/walls/rights.ts';
import { agreement, person } from '../accounts/schema.ts';
import { invitation, passkey, session, signInMethod, twoFactor, verification } from './schema.ts';

export const signInNeeds: readonly Need[] = [
  ...findingOut(),
  {
    role: 'kept_system',
    table: signInMethod,
    insert: true,
    update: ['password', 'subject', 'updatedAt', 'lastUsedOn'],
    delete: true,
  },
  {
    role: 'kept_system',
    table: session,
    insert: true,
    update: ['token', 'awaitsSecondFactor', 'authenticatedAt', 'updatedAt', 'expiresAt'],
  },
  { role: 'kept_system', table: verification, insert: true, delete: true },
  { role: 'kept_system', table: passkey, insert: true, update: ['counter', 'lastUsedOn'], delete: true },
  {
    role: 'kept_system',
    table: twoFactor,
    insert: true,
    update: ['secret', 'recovery', 'lastStep', 'createdAt', 'confirmedAt'],
    delete: true,
  },
  { role: 'kept_system', table: invitation, select: 'all', insert: true, update: ['usesLeft'] },
];

/** Who asks, and what is still asked of them. */
function findingOut(): readonly Need[] {
  const role = 'kept_sign_in';
  return [
    { role, table: person, select: 'all' },
    { role, table: signInMethod, select: 'all' },
    { role, table: session, select: 'all', update: ['updatedAt', 'expiresAt'] },
    { role, table: passkey, select: ['person'] },
    { role, table: twoFactor, select: ['person', 'confirmedAt'] },
    { role, table: agreement, select: ['person', 'to', 'version'] },
    { role, table: erasure, select: 'all' },
  ];
}
