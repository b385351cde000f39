/**
 * How the live catalogue differs from what the data map demands, and the SQL that puts each difference right. One list
 * for both: what `check-catalogue.ts` reports is what `apply-walls.ts` repairs, so neither can know less than the other.
 * Never repairs by giving more than the map says, and never drops a table, a column or a role.
 */
import { getTableColumns } from 'drizzle-orm';
import { quoted, sqlName } from '../map/rows.ts';
import type { Catalogue, LivePolicy, LiveTable } from './catalogue.ts';
import { findRoles } from './find-roles.ts';
import { loginRole } from './logins.ts';
import { OWNER_POLICY, type Policy, policiesOf, policySql } from './policies.ts';
import { ADOPTED, allRights, commandsOf, type Walls } from './rights.ts';
import { LOGIN_NAMES, ROLE_NAMES } from './roles.ts';
import { isSameView, viewSql } from './views.ts';

export type FindingCode =
  | 'table-without-entry'
  | 'table-missing'
  | 'view-missing'
  | 'view-differs'
  | 'column-without-entry'
  | 'column-missing'
  | 'row-security-off'
  | 'policy-unknown'
  | 'policy-missing'
  | 'grant-unknown'
  | 'grant-missing'
  | 'role-missing'
  | 'role-too-mighty'
  | 'role-owns-table'
  | 'membership-missing'
  | 'membership-unknown'
  | 'function-with-owners-rights'
  | 'database-open';

/** A difference. `what` names a table, column, policy, role or grant; it never holds data. */
export interface Finding {
  readonly code: FindingCode;
  readonly what: string;
  /** What puts it right; empty where a person has to decide. */
  readonly repair: readonly string[];
}

const finding = (code: FindingCode, what: string, ...repair: string[]): Finding => ({ code, what, repair });

/** All differences, in the order in which they are repaired: what comes later may need what comes before. */
export function findDifferences(walls: Walls, live: Catalogue, mark: string): readonly Finding[] {
  const roles = [...ROLE_NAMES, ...LOGIN_NAMES.map((login) => loginRole(mark, login))];
  return [
    ...findRoles(live, mark),
    ...findTables(walls, live, roles),
    ...findViews(walls, live),
    ...findPolicies(walls, live),
    ...findGrants(walls, live, mark, roles),
    ...live.definers.map((name) => finding('function-with-owners-rights', name)),
  ];
}

const SCHEMA = 'public';
const located = (table: string): string => `${SCHEMA}.${table}`;
/** `schema.name` as SQL. */
const sqlOf = (name: string): string => name.split('.').map(quoted).join('.');

function findTables(walls: Walls, live: Catalogue, roles: readonly string[]): Finding[] {
  const there = new Map(live.tables.map((table) => [table.name, table]));
  const expected = new Map<string, readonly string[]>(
    walls.map.map((entry) => [
      located(entry.name),
      Object.values(getTableColumns(entry.table)).map((column) => column.name),
    ]),
  );
  const adopted = new Map((walls.adopted ?? ADOPTED).map(({ name, columns }) => [name, columns]));
  const views = new Set((walls.views ?? []).map(({ name }) => located(name)));
  const missing = [...expected.keys()].filter((name) => !there.has(name));
  return [
    ...missing.map((name) => finding('table-missing', name)),
    ...live.tables.flatMap((table) => {
      if (views.has(table.name)) return ownership(table, roles);
      const columns = expected.get(table.name) ?? adopted.get(table.name);
      if (columns === undefined) return [finding('table-without-entry', table.name)];
      return [
        ...ownership(table, roles),
        ...differingColumns(table, columns),
        ...(expected.has(table.name) ? rowSecurity(table) : []),
      ];
    }),
  ];
}

const ownership = (table: LiveTable, roles: readonly string[]): Finding[] =>
  roles.includes(table.owner) ? [finding('role-owns-table', `${table.owner} ${table.name}`)] : [];

const differingColumns = (table: LiveTable, columns: readonly string[]): Finding[] => [
  ...table.columns
    .filter((column) => !columns.includes(column))
    .map((column) => finding('column-without-entry', `${table.name}.${column}`)),
  ...columns
    .filter((column) => !table.columns.includes(column))
    .map((column) => finding('column-missing', `${table.name}.${column}`)),
];

function rowSecurity(table: LiveTable): Finding[] {
  if (table.rowSecurity && table.forced) return [];
  const alter = `alter table ${sqlOf(table.name)}`;
  return [
    finding(
      'row-security-off',
      table.name,
      `${alter} enable row level security`,
      `${alter} force row level security`,
    ),
  ];
}

function findViews(walls: Walls, live: Catalogue): Finding[] {
  const there = new Map(live.views.map((view) => [view.name, view]));
  return (walls.views ?? []).flatMap((view) => {
    const name = located(view.name);
    const found = there.get(name);
    if (found !== undefined && isSameView(view, found)) return [];
    return [finding(found === undefined ? 'view-missing' : 'view-differs', name, ...viewSql(view))];
  });
}

/** Expressions are compared without what PostgreSQL adds when it prints them; ours are joined by OR alone. */
const plain = (expression: string | null): string =>
  (expression ?? '').replace(/[\s()"]|::text\b/g, '').toLowerCase();
const COMMAND_LETTERS = { select: 'r', insert: 'a', update: 'w', delete: 'd' } as const;

function isSame(policy: Policy, there: LivePolicy): boolean {
  return (
    there.permissive &&
    there.command === COMMAND_LETTERS[policy.command] &&
    there.roles.join() === policy.role &&
    plain(there.using) === plain(policy.using) &&
    plain(there.check) === plain(policy.check)
  );
}

const isOwners = (policy: LivePolicy, table: LiveTable): boolean =>
  policy.name === OWNER_POLICY &&
  policy.permissive &&
  policy.command === '*' &&
  policy.roles.join() === table.owner &&
  policy.using === 'true' &&
  policy.check === 'true';

function findPolicies(walls: Walls, live: Catalogue): Finding[] {
  const mapped = new Set(walls.map.map((entry) => located(entry.name)));
  const tables = live.tables.filter(({ name }) => mapped.has(name));
  const expected = policiesOf(walls);
  return tables.flatMap((table) => {
    const wanted = expected.filter((policy) => located(policy.table) === table.name);
    const there = live.policies.filter((policy) => policy.table === table.name);
    const right = (policy: LivePolicy): boolean =>
      isOwners(policy, table) || wanted.some((want) => want.name === policy.name && isSame(want, policy));
    const has = (name: string): boolean => there.some((policy) => policy.name === name && right(policy));
    const owners = `create policy ${OWNER_POLICY} on ${sqlOf(table.name)} to ${quoted(table.owner)} using (true) with check (true)`;
    return [
      ...there
        .filter((policy) => !right(policy))
        .map(({ name }) =>
          finding(
            'policy-unknown',
            `${table.name} ${name}`,
            `drop policy if exists ${quoted(name)} on ${sqlOf(table.name)}`,
          ),
        ),
      ...wanted
        .filter(({ name }) => !has(name))
        .map((policy) => finding('policy-missing', `${table.name} ${policy.name}`, policySql(policy))),
      ...(has(OWNER_POLICY) ? [] : [finding('policy-missing', `${table.name} ${OWNER_POLICY}`, owners)]),
    ];
  });
}

/** Every grant that should be there, as the catalogue prints it. */
function expectedGrants(walls: Walls, live: Catalogue, mark: string): ReadonlySet<string> {
  const there = new Map(live.tables.map((table) => [table.name, new Set(table.columns)]));
  const grants = allRights(walls).flatMap(({ entry, role, rights }) => {
    const table = located(entry.name);
    const sequences = live.sequences.filter((sequence) => sequence.table === table);
    const columns = there.get(table);
    if (columns === undefined) return [];
    return commandsOf(rights).flatMap((command) => {
      if (command === 'delete') return [`${role} delete ${table} *`];
      const names = [...rights[command]]
        .map((key) => sqlName(entry, key))
        .filter((name) => columns.has(name));
      const drawn =
        command === 'insert' ? sequences.map(({ sequence }) => `${role} usage ${sequence} *`) : [];
      // The whole table in one grant is checked faster, statement by statement, than column after column.
      const parts = names.length === columns.size ? ['*'] : names;
      return [...parts.map((part) => `${role} ${command} ${table} ${part}`), ...drawn];
    });
  });
  const views = live.views.filter((view) =>
    (walls.views ?? []).some(({ name }) => located(name) === view.name),
  );
  return new Set([
    ...grants,
    ...views.map(({ name }) => `kept_statistics select ${name} *`),
    ...ROLE_NAMES.map((role) => `${role} usage schema ${SCHEMA} *`),
    ...LOGIN_NAMES.map((login) => `${loginRole(mark, login)} connect database *`),
  ]);
}

function findGrants(walls: Walls, live: Catalogue, mark: string, roles: readonly string[]): Finding[] {
  const expected = expectedGrants(walls, live, mark);
  const ours = new Set([...roles, 'public']);
  const unknown = [...live.grants].filter((line) => {
    const [grantee = '', , object] = line.split(' ');
    return !expected.has(line) && (ours.has(grantee) || object !== 'database');
  });
  const missing = [...expected].filter((line) => !live.grants.has(line));
  const open = live.openToPublic
    ? [finding('database-open', live.database, ...(live.ownsDatabase ? [closing(live)] : []))]
    : [];
  return [
    ...open,
    ...unknown.map((line) => {
      const known = ours.has(line.split(' ')[0] as string);
      return finding('grant-unknown', line, ...(known ? [`revoke ${grantSql(line, live, 'from')}`] : []));
    }),
    ...inStatements(missing, live),
  ];
}

const closing = (live: Catalogue): string => `revoke all on database ${quoted(live.database)} from public`;

/** `grantee command object [name] column` as the rest of a GRANT or REVOKE. */
function grantSql(line: string, live: Catalogue, word: 'to' | 'from', columns?: readonly string[]): string {
  const [grantee = '', command = '', ...rest] = line.split(' ');
  const column = rest.pop() as string;
  const [object = '', schema] = rest;
  const part = column === '*' ? '' : ` (${(columns ?? [column]).map(quoted).join(', ')})`;
  const isSequence = live.sequences.some(({ sequence }) => sequence === object);
  const target =
    schema !== undefined
      ? `schema ${quoted(schema)}`
      : object === 'database'
        ? `database ${quoted(live.database)}`
        : `${isSequence ? 'sequence' : 'table'} ${sqlOf(object)}`;
  return `${command}${part} on ${target} ${word} ${grantee === 'public' ? 'public' : quoted(grantee)}`;
}

/** What is missing, one statement for all columns of a table. */
function inStatements(missing: readonly string[], live: Catalogue): Finding[] {
  const groups = Map.groupBy(missing, (line) => line.slice(0, line.lastIndexOf(' ')));
  return [...groups].map(([group, lines]) => {
    const columns = lines.map((line) => line.slice(line.lastIndexOf(' ') + 1));
    return finding(
      'grant-missing',
      `${group} ${columns.join(',')}`,
      `grant ${grantSql(lines[0] as string, live, 'to', columns)}`,
    );
  });
}
