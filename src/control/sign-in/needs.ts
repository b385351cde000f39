/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { invitation, passkey, session, signInMethod, twoFactor, verification } from './schema.ts';

export const signInNeeds: readonly Need[] = [
  { role: 'kept_system', table: signInMethod, insert: true, update: ['password', 'updatedAt'] },
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
