/** The database's walls, as control found them in the live catalogue. */
import type { FindingCode } from '../../store/walls/findings.ts';
import { type Finding, ok, problem } from './finding.ts';

/** One difference from the data map. */
export interface FallenWall {
  readonly code: FindingCode;
  /** Name of a table, column, policy, role or grant. */
  readonly what: string;
  /** Whether the next start puts it right. */
  readonly by_start: boolean;
}

const NAME = 'database walls';
/** Findings that are told one by one; somebody who took all down is told so by the first. */
const TOLD_MAX = 10;

/** What each difference is, and what to do where no start puts it right. */
const SENTENCES: Readonly<Record<FindingCode, readonly [is: string, todo: string]>> = {
  'table-without-entry': [
    'is in the database, and the data map does not know it',
    'Move it to another database: what the map does not know is neither exported nor erased.',
  ],
  'column-without-entry': [
    'is in the database, and the data map does not know it',
    'Drop the column: what the map does not know is neither exported nor erased.',
  ],
  'table-missing': ['is missing', 'Restore a backup.'],
  'view-missing': ['is a view that is missing', ''],
  'view-differs': ['is a view that shows something else than it was made for', ''],
  'column-missing': ['is missing', 'Restore a backup.'],
  'row-security-off': ['has no row security', ''],
  'policy-unknown': ['is a policy that lets other rows through than the data map says', ''],
  'policy-missing': ['is a policy that is missing', ''],
  'grant-unknown': [
    'is a right that the data map does not give',
    'Take it back with REVOKE: only Kept’s own roles may reach its tables.',
  ],
  'grant-missing': ['is a right that is missing', ''],
  'role-missing': ['is a role that is missing', ''],
  'role-too-mighty': ['can do more than it may', ''],
  'role-owns-table': [
    'is one of Kept’s roles and a table that it owns, which it may alter',
    'Give the table back to the database’s owner with ALTER TABLE … OWNER TO.',
  ],
  'membership-missing': ['is a membership that is missing', ''],
  'membership-unknown': ['is a membership that nobody should have', ''],
  'function-with-owners-rights': [
    'is a function with its owner’s rights, which reads past row security',
    'Drop the function.',
  ],
  'database-open': [
    'is a database that every user of the server may enter',
    'Start Kept again, or have the database’s owner run REVOKE ALL ON DATABASE … FROM PUBLIC.',
  ],
};
const BY_START = 'Start Kept again, which puts it right; find out who changed it.';

/** `fallen` is null while the database is away, which is told elsewhere. */
export function databaseFindings(fallen: readonly FallenWall[] | null): Finding[] {
  if (fallen === null) return [];
  if (fallen.length === 0) return [ok(NAME, 'Roles, rights and row security stand as the data map says.')];
  const told = fallen.slice(0, TOLD_MAX).map(({ code, what, by_start }) => {
    const [is, todo] = SENTENCES[code];
    return problem(NAME, `${what} ${is}.`, by_start || todo === '' ? BY_START : todo);
  });
  const more = fallen.length - told.length;
  return more === 0 ? told : [...told, problem(NAME, `${more} more differ.`, BY_START)];
}
