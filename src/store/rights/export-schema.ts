/** The JSON Schema of an export and its README, both derived from the data map (`docs/export.md` describes them). */
import { sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { PURPOSES, SOURCES } from '../map/words.ts';
import { jsonType, shownColumns } from './show.ts';

/** The format's version; a change that a reader would notice raises it. */
export const EXPORT_VERSION = 1;
const SCHEMA_DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** In place of a value that cannot be opened, or that names somebody else. */
export const MARKS = { unreadable: '(unreadable)', 'another person': '(another person)' } as const;
const MARK_SCHEMA = {
  type: 'object',
  properties: { not_shown: { enum: Object.keys(MARKS) } },
  required: ['not_shown'],
  additionalProperties: false,
};

function columnSchema(entry: MapEntry, key: string): Record<string, unknown> {
  const facts = entry.columns[key]?.facts;
  const value = { anyOf: [jsonType(entry, key), { type: 'null' }, { $ref: '#/$defs/not_shown' }] };
  if (facts === undefined || facts.class === 'none' || !('label' in facts)) {
    return { ...value, description: facts !== undefined && 'why' in facts ? facts.why : '' };
  }
  return {
    ...value,
    title: facts.label,
    description: `Source: ${SOURCES[facts.source]}. Used: ${facts.purposes.map((purpose) => PURPOSES[purpose]).join('; ')}.`,
    'x-data-class': facts.class,
  };
}

/** `$defs/<table>` describes one row of `data/<table>.json`, which is an array of them. */
export function exportSchema(entries: readonly MapEntry[]): Record<string, unknown> {
  const tables = entries.map((entry) => [
    entry.name,
    {
      type: 'object',
      description: entry.about,
      additionalProperties: false,
      properties: Object.fromEntries(
        shownColumns(entry, 'export').map((key) => [sqlName(entry, key), columnSchema(entry, key)]),
      ),
    },
  ]);
  return {
    $schema: SCHEMA_DIALECT,
    title: `Kept export, version ${EXPORT_VERSION}`,
    $defs: { not_shown: MARK_SCHEMA, ...Object.fromEntries(tables) },
    type: 'array',
    items: { anyOf: entries.map((entry) => ({ $ref: `#/$defs/${entry.name}` })) },
  };
}

export const exportReadme = (
  entries: readonly MapEntry[],
  madeAt: Date,
  outside: readonly { readonly system: string; readonly state: string }[] = [],
): string =>
  [
    `Your data, as they stood on ${madeAt.toISOString()}.`,
    '',
    'data/NAME.json   one array of objects for each kind of data',
    'data/NAME.csv    the same for a spreadsheet (UTF-8, comma, one line of names first)',
    'schema.json      JSON Schema: what each name means, where it comes from, what it is used for',
    'manifest.json    SHA-256 of every file above',
    'receipt.tlog-proof',
    '                 proves that this manifest was entered in the public record of this service;',
    '                 check it without us:  kept receipt verify receipt.tlog-proof',
    '',
    `${MARKS.unreadable} stands where a value is damaged; ${MARKS['another person']} where it would name somebody else.`,
    "In the CSV files, text that a spreadsheet would take for a formula starts with an apostrophe (').",
    '',
    ...entries.map((entry) => `${entry.name}: ${entry.about}`),
    ...aboutOutside(outside),
    '',
  ].join('\n');

/** Of systems that are no part of this archive. */
const STATES: Readonly<Record<string, string>> = {
  open: 'our staff are asked to look there, and have not yet',
  done: 'what was found is handed out beside this archive, on the page of your request',
  nothing_found: 'our staff looked there and found nothing',
  cannot: 'it is not handed out; the page of your request says why',
  not_asked: 'not looked at: ask for a copy of your data at /privacy/requests for that',
};

const aboutOutside = (outside: readonly { readonly system: string; readonly state: string }[]): string[] =>
  outside.length === 0
    ? []
    : [
        '',
        'Not in this archive: what our staff may hold about you in other systems (`outside` in manifest.json).',
        ...outside.map(({ system, state }) => `${system}: ${STATES[state] ?? state}`),
      ];
