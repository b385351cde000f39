/** The alphabet of HTTP: byte values, classes of bytes as tables (one look-up a byte), and comparisons that allocate nothing. */

export const HTAB = 9;
export const LF = 10;
export const CR = 13;
export const SP = 32;
export const QUOTE = 34;
export const PERCENT = 37;
export const COMMA = 44;
export const SLASH = 47;
export const ZERO = 48;
export const NINE = 57;
export const COLON = 58;
export const SEMICOLON = 59;
export const EQUALS = 61;
export const BACKSLASH = 92;
const DEL = 127;

const ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte | 32 : byte);

/** A table that has `entry(byte)` for each byte of `members` and 0 for all others. */
export function byteTable(members: string, entry: (byte: number) => number): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(members, 'latin1')) table[byte] = entry(byte);
  return table;
}

/** Token characters (RFC 9110, 5.6.2), each as its lower case; 0 for any other byte. */
export const TOKEN = byteTable(`!#$%&'*+-.^_\`|~${ALPHANUMERIC}`, lower);

/** 1 for what a field value may hold: HTAB, SP, visible ASCII and bytes from 0x80 (RFC 9110, 5.5). */
export const FIELD_VALUE = new Uint8Array(256).map((_, byte) =>
  byte === HTAB || (byte >= SP && byte !== DEL) ? 1 : 0,
);

/** A hexadecimal digit's worth plus 1; 0 for any other byte. */
export const HEX = byteTable(
  '0123456789abcdefABCDEF',
  (byte) => Number.parseInt(String.fromCharCode(byte), 16) + 1,
);

/** Letters and digits with `more`: what a table of an address is made from. */
export const alphanumericWith = (more: string): string => ALPHANUMERIC + more;

/** Whether `buf` holds exactly the ASCII `text` at `at`. The caller knows that so many bytes are there. */
export function isText(buf: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (buf[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Whether `buf` holds the token `name`, which is given in lower case, at `at` in any case. */
export function isName(buf: Buffer, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (TOKEN[buf[at + i]!] !== name.charCodeAt(i)) return false;
  return true;
}

/** The bytes from `from` to before `to` as a string of their own, one character a byte. */
export const textOf = (buf: Buffer, from: number, to: number): string =>
  from === to ? '' : buf.toString('latin1', from, to);

/** The first offset from `at` on, up to `to`, that is neither space nor tab. */
export function skipBlank(buf: Buffer, at: number, to: number): number {
  while (at < to && (buf[at] === SP || buf[at] === HTAB)) at++;
  return at;
}

/** `to` without the spaces and tabs before it, down to `from`. */
export function trimBlank(buf: Buffer, from: number, to: number): number {
  while (to > from && (buf[to - 1] === SP || buf[to - 1] === HTAB)) to--;
  return to;
}
