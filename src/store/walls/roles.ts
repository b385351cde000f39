/**
 * The roles that work in PostgreSQL. None of them can log in, owns a table, inherits, or steps over row security; what
 * each may do is in `rights.ts` and `policies.ts`. A connection logs in as one of the logins, which have no rights of
 * their own, and takes one of the roles that the login is a member of.
 */

export const ROLES = {
  kept_request: { about: 'A signed-in person or member at work on their own data', statementMs: 5_000 },
  kept_sign_in: { about: 'Finding out who signs in, before anybody is signed in', statementMs: 5_000 },
  kept_system: { about: "Directory, operator's commands, jobs", statementMs: 15_000 },
  kept_meter: { about: 'The writer: usage, ledger, balances, gateway sessions', statementMs: 30_000 },
  kept_sweep: { about: 'Retention and erasure', statementMs: 30_000 },
  kept_statistics: {
    about: 'Views of clamped numbers, without anybody in them, and no table',
    statementMs: 30_000,
  },
} as const satisfies Record<string, { readonly about: string; readonly statementMs: number }>;
export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[];

/**
 * Which roles a login can take. What people's requests run on is a login of its own: SQL that slips into a request
 * can take any role that its login is a member of, and these two have one each.
 */
export const LOGINS = {
  request: ['kept_request'],
  sign_in: ['kept_sign_in'],
  system: ['kept_system', 'kept_meter', 'kept_sweep', 'kept_statistics'],
} as const satisfies Record<string, readonly RoleName[]>;
export type LoginName = keyof typeof LOGINS;
export const LOGIN_NAMES = Object.keys(LOGINS) as readonly LoginName[];

/** A statement outside of any role, where nothing should run, ends after this. */
export const LOGIN_STATEMENT_MS = 5_000;
/** A transaction of ours that waits for us holds its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/**
 * What holds for whatever works in a role. What is acknowledged is on the disk, whatever the server's default is: every
 * role may write money or an act.
 */
export const roleSettings = (role: RoleName): Readonly<Record<string, string>> => ({
  statement_timeout: String(ROLES[role].statementMs),
  idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
  synchronous_commit: 'on',
});

/** PostgreSQL's start-up options for a connection that works in one role all its life: RESET ROLE comes back to it. */
export const roleOptions = (role: RoleName): string =>
  Object.entries({ role, ...roleSettings(role) })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
