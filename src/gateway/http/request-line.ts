/** The request line: `method SP target SP version CRLF` (RFC 9112, section 3), and what may stand before it. */
import {
  alphanumericWith,
  byteTable,
  CR,
  HEX,
  isText,
  LF,
  NINE,
  PERCENT,
  SLASH,
  SP,
  TOKEN,
  textOf,
  ZERO,
} from './bytes.ts';
import { HttpFault } from './fault.ts';
import { closesLine, INCOMPLETE } from './field-lines.ts';
import { isHost } from './host.ts';
import { METHOD_BYTES_MAX, TARGET_BYTES_MAX } from './limits.ts';

const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** What the request line says. */
export interface RequestLine {
  method: Method;
  target: string;
  /** Host and port of an absolute target, in lower case; '' where the target is a path. */
  authority: string;
  http10: boolean;
}

const PLAIN = 1;
const ESCAPE = 2;
/** Path and query of RFC 3986, and brackets, which WHATWG's URL leaves as they are (`include[]=…`). */
const TARGET = byteTable(alphanumericWith("-._~!$&'()*+,;=:@/?%[]"), (byte) =>
  byte === PERCENT ? ESCAPE : PLAIN,
);
const QUESTION = 63;
const VERSION_BYTES = 'HTTP/1.1'.length;

/** Reads the line at `at` into `line`. Returns the offset behind it, or INCOMPLETE. */
export function readRequestLine(buf: Buffer, at: number, limit: number, line: RequestLine): number {
  if (at < limit && buf[at] === CR) {
    // One empty line before a request is let pass, as RFC 9112, 2.2 asks; a second is not.
    if (!closesLine(buf, at, limit)) return INCOMPLETE;
    at += 2;
  }
  const methodEnd = endOfMethod(buf, at, limit);
  if (methodEnd === INCOMPLETE) return INCOMPLETE;
  line.method = methodOf(buf, at, methodEnd);

  const target = methodEnd + 1;
  const targetEnd = endOfTarget(buf, target, limit);
  if (targetEnd === INCOMPLETE) return INCOMPLETE;
  readTarget(buf, target, targetEnd, line);

  return readVersion(buf, targetEnd + 1, limit, line);
}

function endOfMethod(buf: Buffer, at: number, limit: number): number {
  const from = at;
  const stop = Math.min(limit, from + METHOD_BYTES_MAX);
  while (at < stop && TOKEN[buf[at]!] !== 0) at++;
  if (at === limit) return INCOMPLETE;
  if (buf[at] === SP && at > from) return at;
  throw new HttpFault(at === from + METHOD_BYTES_MAX ? 'method_unknown' : 'bad_request_line');
}

/** Methods are case-sensitive. CONNECT and TRACE are as unknown as any other word. */
function methodOf(buf: Buffer, from: number, to: number): Method {
  for (const method of METHODS) if (method.length === to - from && isText(buf, from, method)) return method;
  throw new HttpFault('method_unknown');
}

function endOfTarget(buf: Buffer, at: number, limit: number): number {
  const from = at;
  const stop = Math.min(limit, from + TARGET_BYTES_MAX);
  let classes = 0;
  while (at < stop) {
    const found = TARGET[buf[at]!]!;
    if (found === 0) break;
    classes |= found;
    at++;
  }
  if (at === limit) return INCOMPLETE;
  const byte = buf[at]!;
  if (byte === SP && at > from) {
    if ((classes & ESCAPE) !== 0) checkEscapes(buf, from, at);
    return at;
  }
  if (TARGET[byte] !== 0) throw new HttpFault('target_too_long');
  // A line that ends here would be HTTP/0.9.
  throw new HttpFault(byte === SP || byte === CR || byte === LF ? 'bad_request_line' : 'bad_target');
}

function checkEscapes(buf: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (buf[at] !== PERCENT) continue;
    if (at + 2 >= to || HEX[buf[at + 1]!] === 0 || HEX[buf[at + 2]!] === 0) throw new HttpFault('bad_target');
  }
}

/** Reduces the four forms of a target to a path with its query, or `*`. */
function readTarget(buf: Buffer, from: number, to: number, line: RequestLine): void {
  if (buf[from] === SLASH) {
    line.target = textOf(buf, from, to);
    return;
  }
  const text = textOf(buf, from, to);
  if (text === '*' && line.method === 'OPTIONS') {
    line.target = text;
    return;
  }
  const scheme = /^https?:\/\//i.exec(text)?.[0].length;
  if (scheme === undefined) throw new HttpFault('bad_target');
  let pathAt = from + scheme;
  while (pathAt < to && buf[pathAt] !== SLASH && buf[pathAt] !== QUESTION) pathAt++;
  if (!isHost(buf, from + scheme, pathAt)) throw new HttpFault('bad_target');
  line.authority = textOf(buf, from + scheme, pathAt).toLowerCase();
  const path = textOf(buf, pathAt, to);
  line.target = path.startsWith('/') ? path : `/${path}`;
}

function readVersion(buf: Buffer, at: number, limit: number, line: RequestLine): number {
  const end = at + VERSION_BYTES;
  if (end + 1 >= limit) return INCOMPLETE;
  line.http10 = isHttp10(buf, at);
  if (buf[end] !== CR) throw new HttpFault(buf[end] === LF ? 'bad_line_end' : 'bad_request_line');
  closesLine(buf, end, limit);
  return end + 2;
}

function isHttp10(buf: Buffer, at: number): boolean {
  if (isText(buf, at, 'HTTP/1.1')) return false;
  if (isText(buf, at, 'HTTP/1.0')) return true;
  const wellFormed =
    isText(buf, at, 'HTTP/') && isDigit(buf[at + 5]!) && isText(buf, at + 6, '.') && isDigit(buf[at + 7]!);
  throw new HttpFault(wellFormed ? 'version_unknown' : 'bad_request_line');
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
