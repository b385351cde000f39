/**
 * CSV by RFC 4180, safe to open in a spreadsheet: text that would be taken for a formula starts with an apostrophe
 * (OWASP, "CSV Injection"). Numbers stay numbers.
 */
import type { PlainValue } from './show.ts';

/** What a spreadsheet takes for the start of a formula, also behind blanks and in full width. */
const FORMULA = /^[\s\u0000]*[=+\-@\t\r＝＋－＠]/u;

/** One field, always quoted. */
export function csvField(value: PlainValue): string {
  if (value === null) return '';
  if (Array.isArray(value)) return csvField(value.map(String).join(' '));
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

export const csvLine = (values: readonly PlainValue[]): string => `${values.map(csvField).join(',')}\r\n`;
