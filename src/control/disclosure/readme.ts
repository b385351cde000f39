/** What stands on top of a package, for whoever reads it: what was asked, what is in it, and truly what is not. */
import type { MapEntry } from '../../store/map/table.ts';
import { DATA_CLASSES } from '../../store/map/words.ts';
import type { CaseContent } from './content.ts';
import { asksForContent, type TablePart } from './package.ts';
import type { DisclosureCase } from './schema.ts';
import type { Scope } from './scope.ts';
import { CATEGORIES, CONTENT } from './words.ts';

interface Told {
  readonly company: string;
  readonly siteUrl: string;
  readonly row: DisclosureCase;
  readonly content: CaseContent;
  readonly parts: readonly (readonly TablePart[])[];
  readonly map: readonly MapEntry[];
  readonly at: Date;
}

const day = (at: Date): string => at.toISOString().slice(0, 10);
const DAY_MS = 86_400_000;

export const rangeInWords = ({ rangeFrom, rangeTo }: Pick<Scope, 'rangeFrom' | 'rangeTo'>): string =>
  [
    rangeFrom === null ? 'from the beginning' : `from ${day(rangeFrom)}`,
    rangeTo === null ? 'until now' : `to ${day(new Date(rangeTo.getTime() - DAY_MS))}`,
  ].join(' ');

const countRows = (parts: readonly TablePart[]): number =>
  parts.reduce((sum, { rows }) => sum + rows.length, 0);

/** The evidence that is made of the map: every column says what it is, and none is that. */
export function evidenceOf(map: readonly MapEntry[]) {
  const columns = map.flatMap((entry) => Object.values(entry.columns));
  const classes = new Set(columns.map(({ facts }) => facts.class).filter((each) => each !== 'none'));
  return { tables: map.length, columns: columns.length, classes: [...classes].sort() };
}

function contentLines({ map, siteUrl }: Told): string[] {
  const { tables, columns, classes } = evidenceOf(map);
  return [
    'CONTENT OF REQUESTS: NONE IS KEPT.',
    'The process that sees prompts and answers has no database and cannot write; the process that remembers never gets them.',
    `As evidence: the data map has ${columns} columns in ${tables} tables. Each says which kind of data it holds, or the program does not compile. These kinds are held, and content of requests is none of them:`,
    ...classes.map((each) => `  - ${DATA_CLASSES[each as keyof typeof DATA_CLASSES]} (${each})`),
    `How inference data is handled, and how that is checked: ${siteUrl}/docs/data and ${siteUrl}/privacy/promises`,
    '',
  ];
}

export function readmeOf(told: Told): string {
  const { company, row, content, parts, at } = told;
  const kinds = row.categories.filter((each) => each !== CONTENT).map((each) => CATEGORIES[each]);
  return [
    `Answer of ${company} to ${content.authority}`,
    ...(content.reference === '' ? [] : [`Your reference: ${content.reference}`]),
    `Made on ${day(at)} (UTC). Our case: ${row.id}`,
    `Basis: ${content.basis}`,
    '',
    ...(kinds.length === 0 ? [] : [`Kinds of data: ${kinds.join(', ')}`]),
    `Time: ${rangeInWords(row)}. What says how things stand now (name, address, settings) is as of today.`,
    ...(row.isNarrowed ? ['Less is answered than was asked for; you were told why.'] : []),
    '',
    ...content.named.map((name, index) => {
      const rows = countRows(parts[index] ?? []);
      return rows === 0
        ? `named-${index + 1}  ${name}: nothing is held.`
        : `named-${index + 1}  ${name}: ${rows} rows, in the folder of that name, as JSON, a file for each table.`;
    }),
    '',
    ...(asksForContent(row.categories) ? contentLines(told) : []),
    'Not in it, whatever was asked: what lets somebody in (passwords, keys, codes), and data about others.',
    '',
  ].join('\n');
}

export const manifestOf = ({ row, content, parts, map, at }: Told) => ({
  format: 'kept-disclosure',
  version: 1,
  made_at: at.toISOString(),
  case: row.id,
  reference: content.reference,
  categories: row.categories,
  from: row.rangeFrom?.toISOString() ?? null,
  to: row.rangeTo?.toISOString() ?? null,
  narrowed: row.isNarrowed,
  named: content.named.map((name, index) => ({
    name,
    held: countRows(parts[index] ?? []) > 0,
    tables: (parts[index] ?? []).map(({ table, about, rows }) => ({ table, about, rows: rows.length })),
  })),
  ...(asksForContent(row.categories) && { content_of_requests: { held: false, evidence: evidenceOf(map) } }),
});
