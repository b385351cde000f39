/** Host and port as they stand in a Host header or a request target (RFC 9110, 7.2), without user information. */
import { alphanumericWith, byteTable, COLON, NINE, ZERO } from './bytes.ts';

const OPEN = 91;
const CLOSE = 93;
const PORT_DIGITS_MAX = 5;
/** The longest name that DNS knows, in bytes. */
const NAME_BYTES_MAX = 255;

const NAME = byteTable(alphanumericWith('.-_'), () => 1);
const ADDRESS = byteTable('0123456789abcdefABCDEF:.', () => 1);

/**
 * Whether the bytes from `from` to before `to` are a name, an IPv4 address or an IPv6 address in brackets, each with
 * or without `:port`. Percent-encoding and the rarer marks of RFC 3986 are refused: no client of ours is named so.
 */
export function isHost(buf: Buffer, from: number, to: number): boolean {
  const bracketed = from < to && buf[from] === OPEN;
  const table = bracketed ? ADDRESS : NAME;
  const start = bracketed ? from + 1 : from;
  let at = start;
  while (at < to && table[buf[at]!] !== 0) at++;
  if (at === start || at - start > NAME_BYTES_MAX) return false;
  if (bracketed) {
    if (at === to || buf[at] !== CLOSE) return false;
    at++;
  }
  return at === to || (buf[at] === COLON && isPort(buf, at + 1, to));
}

function isPort(buf: Buffer, from: number, to: number): boolean {
  if (from === to || to - from > PORT_DIGITS_MAX) return false;
  for (let at = from; at < to; at++) if (buf[at]! < ZERO || buf[at]! > NINE) return false;
  return true;
}
