/** Sealed values that do not open any more: control looks for them a piece at a time. */
import { CommandError, callAdmin } from '../commands/admin-client.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

interface Damage {
  readonly values: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly rows_looked: number;
  readonly whole_pass_at: string | null;
}

export async function damageFindings(): Promise<Finding[]> {
  let damage: Damage;
  try {
    damage = await callAdmin<Damage>('POST', '/damage');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [
      warning(
        'sealed values',
        'They could not be looked at.',
        'Look at the lines about control and database.',
      ),
    ];
  }
  const { values, tables, rows_looked, whole_pass_at } = damage;
  const seen =
    whole_pass_at === null
      ? `${rows_looked} rows were looked at since the start; the rest follows by itself.`
      : `All were looked at, last at ${whole_pass_at.slice(0, 19)}Z.`;
  if (values === 0) return [ok('sealed values', `No damaged one is known. ${seen}`)];
  const where = Object.entries(tables).map(([table, count]) => `${table} (${count})`);
  return [
    problem(
      'sealed values',
      `${values} cannot be read: ${where.join(', ')}. ${seen}`,
      'Look at the disk. They show as unreadable; correct them with `kept person correct`, or take them from a backup.',
    ),
  ];
}
