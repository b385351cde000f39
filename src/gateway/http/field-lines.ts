/**
 * Header lines: `name ":" OWS value OWS CRLF`, up to and with the empty line that ends a head (RFC 9112, section 5).
 * One pass; every byte of every line is checked, also of those that nobody asks for.
 */
import { COLON, CR, FIELD_VALUE, HTAB, LF, SP, skipBlank, TOKEN, trimBlank } from './bytes.ts';
import { HttpFault } from './fault.ts';
import { HEADERS_MAX } from './limits.ts';

/** More bytes are needed. */
export const INCOMPLETE = -1;

/** Takes one header line: its name is at `name` to before `colon`, its trimmed value at `value` to before `end`. */
export type TakeField<Head> = (
  head: Head,
  buf: Buffer,
  name: number,
  colon: number,
  value: number,
  end: number,
) => void;

/** The offset of the colon that ends the name at `at`, or INCOMPLETE. */
function endOfName(buf: Buffer, at: number, limit: number): number {
  const from = at;
  while (at < limit && TOKEN[buf[at]!] !== 0) at++;
  if (at === limit) return INCOMPLETE;
  if (buf[at] === COLON && at > from) return at;
  if (at > from) throw new HttpFault('bad_header_name');
  const first = buf[at];
  if (first === LF) throw new HttpFault('bad_line_end');
  throw new HttpFault(first === SP || first === HTAB ? 'folded_line' : 'bad_header_name');
}

/** The offset of the CRLF that ends the value at `at`, or INCOMPLETE. */
function endOfValue(buf: Buffer, at: number, limit: number): number {
  while (at < limit && FIELD_VALUE[buf[at]!] !== 0) at++;
  if (at === limit) return INCOMPLETE;
  const byte = buf[at];
  if (byte !== CR) throw new HttpFault(byte === LF ? 'bad_line_end' : 'bad_header_value');
  return closesLine(buf, at, limit) ? at : INCOMPLETE;
}

/** Whether the CR at `at` is followed by LF; false when that byte has not come yet. */
export function closesLine(buf: Buffer, at: number, limit: number): boolean {
  if (at + 1 >= limit) return false;
  if (buf[at + 1] !== LF) throw new HttpFault('bad_line_end');
  return true;
}

/**
 * Reads header lines from `at` until the empty line and hands each to `take`. Returns the offset behind the empty
 * line, or INCOMPLETE when the head does not end before `limit`.
 */
export function readFieldLines<Head>(
  buf: Buffer,
  at: number,
  limit: number,
  head: Head,
  take: TakeField<Head>,
): number {
  for (let lines = 0; at < limit; lines++) {
    if (buf[at] === CR) return closesLine(buf, at, limit) ? at + 2 : INCOMPLETE;
    if (lines === HEADERS_MAX) throw new HttpFault('too_many_headers');
    const colon = endOfName(buf, at, limit);
    if (colon === INCOMPLETE) return INCOMPLETE;
    const end = endOfValue(buf, colon + 1, limit);
    if (end === INCOMPLETE) return INCOMPLETE;
    const value = skipBlank(buf, colon + 1, end);
    take(head, buf, at, colon, value, trimBlank(buf, value, end));
    at = end + 2;
  }
  return INCOMPLETE;
}
