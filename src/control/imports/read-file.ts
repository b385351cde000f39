/** Reads a partner's CSV (RFC 4180): all of it or nothing. What is wrong is said by its row, never by what stands there. */
import { CsvError, parse } from 'csv-parse/sync';
import { Problem } from '../problem.ts';
import { COLUMNS_MAX, IMPORT_BYTES_MAX, ROWS_MAX } from './kinds.ts';

/** The first row is the heads of the columns. */
export interface PartnerList {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const RECORD_CHARACTERS_MAX = 20_000;
const DELIMITERS = [',', ';', '\t'] as const;

const refuse = (what: string): never => {
  throw new Problem(400, 'bad_list', `The list: ${what}`);
};

/** Of the bytes of a file. Throws `Problem` 400. */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) refuse('choose a file that is not empty.');
  if (bytes.length > IMPORT_BYTES_MAX) refuse(`at most ${IMPORT_BYTES_MAX} bytes. Hand it in in parts.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('it is no UTF-8. Save it as “CSV UTF-8” and send it again.');
  }
  if (text.includes('\0')) refuse('it holds NUL characters, so it is no text. Save it as “CSV UTF-8”.');
  return text;
}

/** Throws `Problem` 400. */
export function readList(text: string): PartnerList {
  const records = parsed(text);
  const [heads, ...rows] = records;
  if (heads === undefined || rows.length === 0)
    return refuse('it has no rows below the heads of its columns.');
  if (heads.length > COLUMNS_MAX) refuse(`it has more than ${COLUMNS_MAX} columns.`);
  if (rows.length > ROWS_MAX) refuse(`it has more than ${ROWS_MAX} rows. Hand it in in parts.`);
  return { heads, rows };
}

function parsed(text: string): string[][] {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      // One more than may be, and the heads, so that a list that is too long is known by it.
      to: ROWS_MAX + 2,
      trim: true,
      skip_empty_lines: true,
      max_record_size: RECORD_CHARACTERS_MAX,
    });
  } catch (error) {
    if (error instanceof CsvError) return refuse(whatIsWrong(error));
    throw error;
  }
}

/** The one that the first line has most of. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/, 1);
  const many = (delimiter: string): number => first.split(delimiter).length;
  return [...DELIMITERS].sort((one, other) => many(other) - many(one))[0] ?? ',';
}

function whatIsWrong({ code, lines }: CsvError & { readonly lines?: number }): string {
  const where = lines === undefined ? '' : ` (line ${lines})`;
  switch (code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS':
      return `a row has more or fewer columns than the first${where}.`;
    case 'CSV_QUOTE_NOT_CLOSED':
      return `a quote is opened and never closed${where}.`;
    case 'CSV_MAX_RECORD_SIZE':
      return `a row is longer than ${RECORD_CHARACTERS_MAX} characters${where}: is a quote missing?`;
    default:
      return `it is no CSV${where}: quotes stand around a whole field, and are doubled within.`;
  }
}
