/** The data map for people and programs: one row for each column, in the words of the map. */
import { primaryKeyOf, sqlName } from './rows.ts';
import type { MapEntry } from './table.ts';
import { LAWS } from './words.ts';

/** A column as `kept map --json` prints it; docs/data.md describes the fields. */
export interface DescribedColumn {
  readonly column: string;
  readonly class: string;
  readonly label: string | null;
  readonly stored: 'sealed' | 'plain';
  /** Why it may be plain, or why it says nothing about anybody. */
  readonly because: string | null;
  readonly purposes: readonly string[];
  readonly source: string | null;
  readonly retention: string;
  readonly erase: string | null;
  readonly access: string;
  readonly export: string;
  readonly correct: string;
}

export interface DescribedTable {
  readonly table: string;
  readonly about: string;
  readonly subject: string;
  readonly retention: string;
  readonly columns: readonly DescribedColumn[];
}

export const describeMap = (map: readonly MapEntry[]): readonly DescribedTable[] => map.map(describeTable);

function describeTable(entry: MapEntry): DescribedTable {
  return {
    table: entry.name,
    about: entry.about,
    subject: subjectText(entry),
    retention: retentionText(entry, entry.retention),
    columns: Object.keys(entry.columns).map((key) => describeColumn(entry, key)),
  };
}

function describeColumn(entry: MapEntry, key: string): DescribedColumn {
  const { how, facts } = entry.columns[key] as MapEntry['columns'][string];
  const column = sqlName(entry, key);
  if (facts.class === 'none' || !('purposes' in facts)) {
    const nothing = { label: null, purposes: [], source: null, erase: null };
    const because = 'why' in facts ? facts.why : null;
    const shown = { access: 'no', export: 'no', correct: 'no' };
    return { column, class: 'none', stored: 'plain', because, retention: 'as its row', ...nothing, ...shown };
  }
  const law = facts.erase === 'keep minimised until' && entry.law !== null ? LAWS[entry.law.keeps] : null;
  return {
    column,
    class: facts.class,
    label: facts.label,
    stored: how === 'sealed' ? 'sealed' : 'plain',
    because: facts.plain ?? null,
    purposes: facts.purposes,
    source: facts.source,
    retention: facts.retention === undefined ? 'as its row' : retentionText(entry, facts.retention),
    erase:
      law === null
        ? facts.erase
        : `${facts.erase} ${law.days} days after ${entry.law?.since} (${law.source})`,
    access: shownText(facts.access),
    export: shownText(facts.export),
    correct: 'no' in facts.correct ? `no: ${facts.correct.no}` : 'yes',
  };
}

const shownText = (shown: 'yes' | { readonly no: string }): string =>
  shown === 'yes' ? 'yes' : `no: ${shown.no}`;

function subjectText({ subject, ...entry }: MapEntry): string {
  const name = (key: string) => sqlName({ subject, ...entry }, key);
  if (subject.kind === 'self') return `the ${subject.of} itself`;
  if (subject.kind === 'direct') return `the ${subject.of} in ${name(subject.column)}`;
  if (subject.kind === 'several') return `the people in ${name(subject.column)}`;
  return `nobody: ${subject.why}`;
}

function retentionText(entry: MapEntry, retention: MapEntry['retention']): string {
  if (retention.kind === 'while subject') return 'until its subject is erased';
  if (retention.kind === 'with instance') return 'as long as the instance runs';
  const { days, event, or, open } = retention;
  const after =
    or === undefined ? sqlName(entry, event) : `${sqlName(entry, event)}, else ${sqlName(entry, or)}`;
  const ends = days === 0 ? `until ${after}` : `${days} days after ${after}`;
  return open === undefined ? ends : `${ends}; without one as long as ${open}`;
}

/** The map as Markdown: `docs/data.md` holds it, and a test holds that to this. */
export function mapPage(map: readonly MapEntry[]): string {
  const tables = describeMap(map).map(({ table, about, subject, retention, columns }) => {
    const rows = columns.map(
      (each) =>
        `| \`${each.column}\` | ${each.label ?? ''} | \`${each.class}\` | ${each.stored}${each.because === null ? '' : `: ${each.because}`} | ${each.purposes.join(', ')} | ${each.source ?? ''} | ${each.retention} | ${each.erase ?? ''} |`,
    );
    return [
      `## \`${table}\``,
      '',
      `${about.replace(/\.$/, '')}. About: ${subject}. Kept: ${retention}. Primary key: ${keyText(map, table)}.`,
      '',
      '| column | what | class | stored | purposes | source | kept | erased by |',
      '|---|---|---|---|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return [
    '# The data map',
    '',
    'Made from the tables themselves (`npx vitest run test/map -u`). `kept map --json` prints the same for programs. Classes are keys of the fideslang taxonomy; what is sealed opens only with its subject’s key ([sealing](sealing.md)).',
    '',
    tables.join('\n\n'),
    '',
  ].join('\n');
}

function keyText(map: readonly MapEntry[], table: string): string {
  const entry = map.find(({ name }) => name === table) as MapEntry;
  return primaryKeyOf(entry)
    .map((key) => `\`${sqlName(entry, key)}\``)
    .join(', ');
}
