/** Invitations into an account. */
import { index, text } from 'drizzle-orm/pg-core';
import { hash, id, moment } from '../../store/columns.ts';
import { refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account, MEMBER_ROLES, person } from '../accounts/schema.ts';

/** What became of one. That it ran out is said by its time. */
export const INVITATION_STATES = ['open', 'accepted', 'declined', 'revoked'] as const;

const ofAnother = {
  no: 'the address of somebody else; the page of members shows it while it is open',
} as const;
const wouldTell = { no: 'it would tell who invited whether the address has an account' } as const;
const ofUseToChecks = { no: 'of use only to who checks it' } as const;

/**
 * The address is somebody's who may not be known here. It goes as soon as the invitation is over; the row stays until its
 * time is, so that what an account sends in a day can be counted.
 */
export const membershipInvitation = mapped(
  'membership_invitation',
  {
    about: 'Invitations into an account',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'days after', days: 0, event: 'expiresAt' },
    columns: {
      /** Also names its mail. */
      id: stored(id('id').primaryKey(), subjectId('Id')),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      inviter: refers(
        'person',
        id('inviter_id')
          .notNull()
          .references(() => person.id),
        subjectId('Invited by'),
      ),
      /** Whose confirmed address it is, where that is known: it goes when they are erased. */
      invited: refers(
        'person',
        id('invited_id').references(() => person.id),
        { ...subjectId('Who is invited'), access: wouldTell, export: wouldTell },
      ),
      /** Normalised. Null: it is over. */
      email: sealedOrNull('email', {
        label: 'Invited address',
        class: 'user.contact.email',
        purposes: ['account', 'security'],
        source: 'given',
        access: 'yes',
        export: ofAnother,
        correct: { no: 'an invitation is revoked and sent anew' },
        erase: 'key death',
      }),
      role: stored(text('role', { enum: MEMBER_ROLES }).notNull(), {
        ...setting('Role that it gives'),
        class: 'user.workplace',
      }),
      token: stored(hash('token_hash').notNull().unique(), {
        label: 'Hash of the link’s token',
        class: 'user.authorization.credentials',
        purposes: ['account', 'security'],
        source: 'derived',
        access: ofUseToChecks,
        export: ofUseToChecks,
        correct: { no: 'made with the invitation' },
        erase: 'delete row',
        plain: 'a hash of a random token, made of nothing personal',
      }),
      state: stored(text('state', { enum: INVITATION_STATES }).notNull().default('open'), {
        ...setting('What became of it'),
        source: 'observed',
      }),
      createdAt: stored(moment('created_at').notNull(), occurred('Sent at')),
      expiresAt: stored(moment('expires_at').notNull(), occurred('Ends at')),
    },
  },
  (table) => [
    index('membership_invitation_account').on(table.account),
    index('membership_invitation_inviter').on(table.inviter),
    index('membership_invitation_invited').on(table.invited),
    index('membership_invitation_ends').on(table.expiresAt),
  ],
);
