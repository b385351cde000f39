/** How the roles and logins that are there differ from those that should be. */
import { quoted } from '../map/rows.ts';
import type { Catalogue, LiveRole } from './catalogue.ts';
import type { Finding, FindingCode } from './findings.ts';
import { loginRole } from './logins.ts';
import { LOGIN_NAMES, LOGINS, ROLE_NAMES, ROLES } from './roles.ts';

const finding = (code: FindingCode, what: string, ...repair: string[]): Finding => ({ code, what, repair });

/**
 * Roles are the whole server's: another database's Kept may make the same one at the same moment, which is as good.
 */
const makeRole = (name: string, attributes: string): string =>
  `do $$ begin create role ${quoted(name)} ${attributes}; exception when duplicate_object or unique_violation then null; end $$`;

const WEAK = 'nosuperuser nobypassrls nocreaterole nocreatedb noreplication';

export function findRoles(live: Catalogue, mark: string): Finding[] {
  const there = new Map(live.roles.map((role) => [role.name, role]));
  const logins = LOGIN_NAMES.map((login) => ({ name: loginRole(mark, login), takes: LOGINS[login] }));
  return [
    ...ROLE_NAMES.flatMap((name) => findRole(name, 'nologin noinherit', there.get(name))),
    ...logins.flatMap(({ name, takes }) => [
      ...findRole(name, 'login noinherit', there.get(name)),
      ...findMemberships(name, takes, there.get(name)),
    ]),
    ...findStrangers(live, there),
  ];
}

function findRole(name: string, attributes: string, there: LiveRole | undefined): Finding[] {
  if (there === undefined) return [finding('role-missing', name, makeRole(name, attributes))];
  const right = !there.mighty && !there.inherits && there.login === attributes.startsWith('login');
  return right ? [] : [finding('role-too-mighty', name, `alter role ${quoted(name)} ${attributes} ${WEAK}`)];
}

function findMemberships(name: string, takes: readonly string[], there: LiveRole | undefined): Finding[] {
  const memberOf = there?.memberOf ?? [];
  return [
    ...takes
      .filter((role) => !memberOf.includes(role))
      .map((role) =>
        finding('membership-missing', `${name} ${role}`, `grant ${quoted(role)} to ${quoted(name)}`),
      ),
    ...memberOf
      .filter((role) => !takes.includes(role))
      .map((role) =>
        finding('membership-unknown', `${name} ${role}`, `revoke ${quoted(role)} from ${quoted(name)}`),
      ),
  ];
}

/** Nobody else takes our roles: but who made them, and who may do everything anyway. */
function findStrangers(live: Catalogue, there: ReadonlyMap<string, LiveRole>): Finding[] {
  const isLogin = (name: string): boolean => /^kept_login_[0-9a-f]+_/.test(name);
  return [...there.values()]
    .filter(({ name, mighty }) => !isLogin(name) && !mighty && name !== live.owner && name !== live.user)
    .flatMap(({ name, memberOf }) =>
      memberOf
        .filter((role) => role in ROLES || (ROLE_NAMES as readonly string[]).includes(name))
        .map((role) =>
          finding('membership-unknown', `${name} ${role}`, `revoke ${quoted(role)} from ${quoted(name)}`),
        ),
    );
}
