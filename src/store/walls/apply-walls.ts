/**
 * Puts up roles, rights and row security in a database, inside the transaction of the caller (the migrator, under its
 * lock): whole or not at all. Where everything stands already, nothing is changed and nothing is locked.
 */
import pg from 'pg';
import { quoted } from '../map/rows.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { findRoles } from './find-roles.ts';
import { type Finding, findDifferences } from './findings.ts';
import { databaseMark, type Login, type Logins, readLogins } from './logins.ts';
import type { Walls } from './rights.ts';
import { LOGIN_NAMES, LOGIN_STATEMENT_MS } from './roles.ts';

/** Our user of PostgreSQL may not make the roles; `sql` is what somebody who may has to run, once. */
export class RolesNotAllowed extends Error {
  override readonly name = 'RolesNotAllowed';
  readonly sql: string;

  constructor(user: string, sql: string, options?: ErrorOptions) {
    super(
      `The PostgreSQL user ${user} may not make the roles that Kept works under. Let an administrator of that server run this in the database, then start again:\n${sql}`,
      options,
    );
    this.sql = sql;
  }
}

export interface AppliedWalls {
  readonly logins: Logins;
  /** How many differences were put right. */
  readonly repaired: number;
  /** What is left for a person to decide. */
  readonly left: readonly Finding[];
}

/** A right revoked for a whole table takes those to its columns with it, which the next pass gives back. */
const PASSES_MAX = 3;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Puts right what differs from the map. Throws `RolesNotAllowed` when roles are missing that we may not make; then the
 * caller's transaction is to be rolled back.
 */
export async function applyWalls(
  client: pg.ClientBase,
  walls: Walls,
  keysFolder: string,
): Promise<AppliedWalls> {
  const mark = await databaseMark(client);
  const logins = readLogins(keysFolder, mark);
  const before = await readCatalogue(client);
  await makeRoles(client, before, mark, logins);
  let repaired = findRoles(before, mark).length;
  for (let pass = 1; ; pass++) {
    const found = findDifferences(walls, await readCatalogue(client), mark);
    const repairable = found.filter(({ repair }) => repair.length > 0);
    if (repairable.length === 0 || pass > PASSES_MAX) return { logins, repaired, left: found };
    await inOneGo(client, repairable);
    repaired += repairable.length;
  }
}

/** Hundreds of statements at the first start: in one message. */
async function inOneGo(client: pg.ClientBase, findings: readonly Finding[]): Promise<void> {
  const statements = findings.flatMap(({ repair }) => repair);
  if (statements.length > 0) await client.query(statements.join(';\n'));
}

async function makeRoles(
  client: pg.ClientBase,
  live: Catalogue,
  mark: string,
  logins: Logins,
): Promise<void> {
  const missing = findRoles(live, mark);
  if (missing.length > 0 && !live.makesRoles)
    throw new RolesNotAllowed(live.user, roleSql(live, mark, logins));
  if (!live.makesRoles) return;
  try {
    await inOneGo(client, missing);
    await client.query(LOGIN_NAMES.flatMap((login) => loginSql(live, logins[login])).join(';\n'));
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new RolesNotAllowed(live.user, roleSql(live, mark, logins), { cause: error });
  }
}

/** A login's password, as its verifier, and what holds for it outside of any role. */
const loginSql = (live: Catalogue, { role, verifier }: Login): readonly string[] => [
  `alter role ${quoted(role)} password '${verifier}'`,
  `alter role ${quoted(role)} in database ${quoted(live.database)} set statement_timeout = ${LOGIN_STATEMENT_MS}`,
  `alter role ${quoted(role)} in database ${quoted(live.database)} set search_path = public`,
];

/** What an administrator of the server runs for us: roles, logins, memberships. Holds verifiers, no password. */
function roleSql(live: Catalogue, mark: string, logins: Logins): string {
  const statements = [
    ...findRoles(live, mark).flatMap(({ repair }) => repair),
    ...LOGIN_NAMES.flatMap((login) => loginSql(live, logins[login])),
    ...(live.ownsDatabase ? [] : [`revoke all on database ${quoted(live.database)} from public`]),
  ];
  return statements.map((statement) => `${statement};`).join('\n');
}

/** The SQL that makes the roles of this database, for an administrator who does it beforehand. */
export async function printRoleSql(client: pg.ClientBase, keysFolder: string): Promise<string> {
  const mark = await databaseMark(client);
  return roleSql(await readCatalogue(client), mark, readLogins(keysFolder, mark));
}
