/**
 * Row security, derived from the data map: a second wall behind our own `where`. A request sees the rows of the person
 * and the account that its transaction was opened for (`as-role.ts`), and none where it was opened for nobody. The other
 * roles get a policy for each command that they have a right to.
 */
import { getTableColumns } from 'drizzle-orm';
import { quoted, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { SubjectKind } from '../map/words.ts';
import { allRights, type Command, commandsOf, readBy, type Walls } from './rights.ts';

export interface Policy {
  readonly table: string;
  readonly name: string;
  readonly command: Command;
  /** A role of ours, or null for the table's owner. */
  readonly role: string | null;
  /** Which rows it reaches; null where the command reaches none that are there. */
  readonly using: string | null;
  /** Which rows it may leave behind; null where the command leaves none. */
  readonly check: string | null;
}

/**
 * Its tables' owner is used for migrations and backups only. FORCE holds for the owner too, and a migration that sees no
 * rows would change none and say nothing: so what the owner may see is said here as well.
 */
export const OWNER_POLICY = 'kept_owner';

/** All policies of the database, but the owner's. */
export const policiesOf = (walls: Walls): readonly Policy[] =>
  allRights(walls).flatMap(({ entry, role, rights }) =>
    commandsOf(rights).map((command) => {
      const rows = role === 'kept_request' ? rowsOfRequest(walls, entry, command) : 'true';
      return {
        table: entry.name,
        name: `${role}_${command}`,
        command,
        role,
        using: command === 'insert' ? null : rows,
        check: command === 'insert' || command === 'update' ? rows : null,
      };
    }),
  );

/** As PostgreSQL prints it, so that `check-catalogue.ts` finds it again. */
const setting = (kind: SubjectKind, type: string): string => {
  const text = `NULLIF(current_setting('kept.${kind}'::text, true), ''::text)`;
  return type === 'text' ? text : `(${text})::${type}`;
};

function rowsOfRequest(walls: Walls, entry: MapEntry, command: Command): string {
  const { subject } = entry;
  if (subject.kind === 'nobody') return 'true';
  const own =
    subject.kind === 'several' ? oneOf(entry, subject.column) : sameAs(entry, subject.column, subject.of);
  if (command !== 'select') return own;
  const others = readBy(walls, entry).map((key) => {
    const kind = entry.columns[key]?.refersTo;
    if (kind === null || kind === undefined) throw new Error(`${entry.name}.${key} refers to no subject`);
    return sameAs(entry, key, kind);
  });
  return [own, ...others].map((rows) => `(${rows})`).join(' OR ');
}

const typeOf = (entry: MapEntry, key: string): string =>
  getTableColumns(entry.table)[key]?.getSQLType() as string;

const sameAs = (entry: MapEntry, key: string, kind: SubjectKind): string =>
  `${quoted(sqlName(entry, key))} = ${setting(kind, typeOf(entry, key))}`;

const oneOf = (entry: MapEntry, key: string): string =>
  `${setting('person', typeOf(entry, key).replace(/\[\d*\]$/, ''))} = ANY (${quoted(sqlName(entry, key))})`;

/** SQL that makes the policy. */
export function policySql(policy: Policy): string {
  const using = policy.using === null ? '' : ` using (${policy.using})`;
  const check = policy.check === null ? '' : ` with check (${policy.check})`;
  return `create policy ${quoted(policy.name)} on ${quoted(policy.table)} for ${policy.command} to ${quoted(policy.role as string)}${using}${check}`;
}
