/**
 * Ways in: how people sign in, who is signed in, and what is under way until they are. Secrets are there as hashes only:
 * of random tokens as SHA-256, of passwords as Argon2id, sealed besides.
 */
import { bigint, boolean, date, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none, refers, sealed, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { BROWSERS, SYSTEMS } from './device.ts';

export { BROWSERS, SYSTEMS };

/** How somebody came in. */
export const SESSION_WAYS = [
  'password',
  'passkey',
  'mail_link',
  'setup_link',
  'provider',
  /** The provider says that it asked for more than one factor. */
  'provider_mfa',
] as const;
/** What a token is good for; nothing else accepts it. */
export const TOKEN_PURPOSES = [
  'confirm_address',
  'change_address',
  'reset_password',
  'setup',
  'passkey_make',
  'passkey_use',
  'provider',
] as const;

const owner = () =>
  id('person_id')
    .notNull()
    .references(() => person.id);
const whose = subjectId('Person');

const credential = {
  class: 'user.authorization.credentials',
  purposes: ['account', 'security'],
  source: 'given',
  correct: { no: 'changed where it is set' },
  erase: 'key death',
} as const;
const ofUseToChecks = { no: 'of use only to who checks it' } as const;
const tokenHash = {
  ...credential,
  source: 'derived',
  access: ofUseToChecks,
  export: ofUseToChecks,
  erase: 'delete row',
  plain: 'a hash of a random token, made of nothing personal',
} as const;

/** The `provider` of a password’s row; as better-auth calls it. */
export const PASSWORD = 'credential';

/** better-auth's `account`. */
export const signInMethod = mapped(
  'sign_in_method',
  {
    about: 'How a person may sign in, besides passkeys',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      id: stored(id('id').primaryKey(), subjectId('Id')),
      person: refers('person', owner(), whose),
      /** `PASSWORD`, or the id of a provider. */
      provider: stored(
        text('provider').notNull(),
        setting(
          'Way of signing in',
          'the id of a provider out of the configuration, or that it is a password',
        ),
      ),
      /** Argon2id in PHC format; see `password-hash.ts`. Null: a provider’s row. */
      password: sealedOrNull('password', {
        ...credential,
        label: 'Hash of the password',
        access: ofUseToChecks,
        export: ofUseToChecks,
      }),
      /** As `providers/identity.ts` writes it. Null: a password’s row. */
      subject: sealedOrNull('subject', {
        ...credential,
        label: 'Who they are at the provider',
        source: 'partner',
        access: 'yes',
        export: 'yes',
      }),
      createdAt: stored(moment('created_at').notNull().defaultNow(), occurred('Made at')),
      updatedAt: stored(moment('updated_at').notNull().defaultNow(), occurred('Password set at')),
      lastUsedOn: stored(date('last_used_on'), occurred('Last signed in by the provider on')),
    },
  },
  (table) => [uniqueIndex('sign_in_method_once').on(table.person, table.provider)],
);

export const session = mapped(
  'session',
  {
    about: 'Who is signed in, where',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 30, event: 'expiresAt' },
    columns: {
      id: stored(id('id').primaryKey(), subjectId('Id')),
      person: refers('person', owner(), whose),
      token: stored(hash('token_hash').notNull(), { ...tokenHash, label: 'Hash of the cookie' }),
      way: stored(text('way', { enum: SESSION_WAYS }).notNull(), {
        ...setting('Signed in by'),
        source: 'observed',
      }),
      /** Null: they came by none. */
      provider: stored(text('provider'), {
        ...setting('Provider that they came by', 'the id of a provider out of the configuration'),
        source: 'observed',
      }),
      browser: stored(text('browser', { enum: BROWSERS }).notNull(), {
        ...setting('Kind of browser'),
        class: 'user.device',
        purposes: ['security'],
        source: 'observed',
      }),
      system: stored(text('system', { enum: SYSTEMS }).notNull(), {
        ...setting('Kind of system'),
        class: 'user.device',
        purposes: ['security'],
        source: 'observed',
      }),
      /** Truncated: /24 of IPv4, /48 of IPv6. */
      network: sealedOrNull('network', {
        label: 'Network, truncated',
        class: 'user.device.ip_address',
        purposes: ['security'],
        source: 'observed',
        access: 'yes',
        export: 'yes',
        correct: { no: 'what happened is not changed' },
        erase: 'key death',
      }),
      /** The password was right and the second factor is not there yet: good for nothing else. */
      awaitsSecondFactor: stored(boolean('awaits_second_factor').notNull(), {
        ...setting('Waits for the second factor'),
        source: 'observed',
      }),
      /** When they last showed that it is them; what is dangerous asks for this to be fresh. */
      authenticatedAt: stored(moment('authenticated_at').notNull(), occurred('Confirmed at')),
      createdAt: stored(moment('created_at').notNull(), occurred('Signed in at')),
      updatedAt: stored(moment('updated_at').notNull(), occurred('Prolonged at')),
      expiresAt: stored(moment('expires_at').notNull(), occurred('Ends at')),
    },
  },
  (table) => [
    uniqueIndex('session_token').on(table.token),
    index('session_person').on(table.person),
    index('session_ends').on(table.expiresAt),
  ],
);

/** Links that were mailed, challenges that wait for their answer. Each is used once. */
export const verification = mapped(
  'verification',
  {
    about: 'Tokens that were given out and not used yet: links in mails, challenges for passkeys',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'expiresAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      /** Null: a challenge to somebody who is not known yet. */
      person: refers(
        'person',
        id('person_id').references(() => person.id),
        whose,
      ),
      purpose: stored(text('purpose', { enum: TOKEN_PURPOSES }).notNull(), {
        ...setting('For'),
        source: 'observed',
      }),
      token: stored(hash('token_hash').notNull(), { ...tokenHash, label: 'Hash of the token' }),
      value: sealedOrNull('value', {
        ...credential,
        label: 'What belongs to it, such as a new address',
        access: 'yes',
        export: 'yes',
      }),
      /** Sealed under the key of the day, which dies 7 days later. */
      intake: none(
        bytes('intake'),
        'random challenges to somebody who is not known yet, and the page that they wanted, sealed',
      ),
      createdAt: stored(moment('created_at').notNull(), occurred('Given out at')),
      expiresAt: stored(moment('expires_at').notNull(), occurred('Ends at')),
    },
  },
  (table) => [
    uniqueIndex('verification_token').on(table.token),
    index('verification_person').on(table.person),
    index('verification_ends').on(table.expiresAt),
  ],
);

export const passkey = mapped(
  'passkey',
  {
    about: 'Passkeys of a person (WebAuthn)',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      id: stored(id('id').primaryKey(), subjectId('Id')),
      person: refers('person', owner(), whose),
      name: sealed('name', {
        ...credential,
        label: 'Name of the passkey',
        class: 'user.account.username',
        access: 'yes',
        export: 'yes',
      }),
      /** Base64url, as browsers say it. */
      credential: sealed('credential_id', {
        ...credential,
        label: 'Id of the passkey',
        access: 'yes',
        export: 'yes',
      }),
      publicKey: sealed('public_key', {
        ...credential,
        label: 'Public key',
        access: ofUseToChecks,
        export: ofUseToChecks,
      }),
      /** JSON list. */
      transports: sealed('transports', {
        ...credential,
        label: 'How it is reached',
        class: 'user.device',
        access: 'yes',
        export: 'yes',
      }),
      counter: stored(bigint('counter', { mode: 'number' }).notNull(), {
        ...setting('Signature counter'),
        source: 'observed',
        plain: PLAIN.count,
      }),
      createdAt: stored(moment('created_at').notNull().defaultNow(), occurred('Made at')),
      lastUsedOn: stored(date('last_used_on'), occurred('Last used on')),
    },
  },
  (table) => [index('passkey_person').on(table.person)],
);

/** Codes of an authenticator app (RFC 6238), and the recovery codes beside them. */
export const twoFactor = mapped('two_factor', {
  about: 'The second factor of a person: an authenticator app',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    person: refers('person', owner().primaryKey(), whose),
    /** Base32. */
    secret: sealed('secret', {
      ...credential,
      source: 'derived',
      label: 'Secret of the authenticator app',
      access: { no: 'shown once, when it is set up' },
      export: { no: 'shown once, when it is set up' },
    }),
    /** JSON list of SHA-256 of those that are left. */
    recovery: sealed('recovery', {
      ...credential,
      source: 'derived',
      label: 'Hashes of the recovery codes',
      access: ofUseToChecks,
      export: ofUseToChecks,
    }),
    /** The time step of the last code that was taken: each is taken once. */
    lastStep: stored(bigint('last_step', { mode: 'number' }).notNull(), {
      ...setting('Time step of the last code'),
      source: 'observed',
      plain: PLAIN.count,
    }),
    createdAt: stored(moment('created_at').notNull(), occurred('Set up at')),
    /** Null: a first code has not been shown yet; sign-ins do not ask for one. */
    confirmedAt: stored(moment('confirmed_at'), occurred('In use since')),
  },
});

export const invitation = mapped('invitation', {
  about: 'Invitations to sign up, where signing up needs one',
  subject: { kind: 'nobody', why: 'a random code with an end; who is handed it is not written down' },
  retention: { kind: 'days after', days: 30, event: 'expiresAt' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    token: none(hash('token_hash').notNull().unique(), 'hash of the random code'),
    usesLeft: none(integer('uses_left').notNull(), 'how often it can still be used'),
    createdAt: none(moment('created_at').notNull().defaultNow(), 'when it was made'),
    expiresAt: none(moment('expires_at').notNull(), 'when it ends'),
  },
});
