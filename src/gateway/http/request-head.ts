/**
 * The head of a request, read in one pass over its bytes (RFC 9112). This is a security boundary: whatever stands
 * before us (a proxy, a load balancer) and we must see the same requests in the same bytes, or one client's bytes can
 * become another's request. So nothing is guessed and nothing repaired; what has two readings ends the connection:
 *
 * - line ends other than CRLF, a CR or LF or another control character anywhere, white space before a colon, folded
 *   lines, more than one empty line before the request;
 * - a request line with other than two single spaces, a method that we do not know (CONNECT and TRACE among them),
 *   a target that is neither a path nor `http(s)://host/path` nor (for OPTIONS) `*`, a version that is neither
 *   HTTP/1.1 nor HTTP/1.0;
 * - in HTTP/1.1 no Host; in any version two, a malformed one, or one that differs from an absolute target's host;
 * - a Content-Length that is repeated (also with the same value), a list, signed, or with a leading zero; a
 *   Transfer-Encoding that is repeated, anything but `chunked`, beside a Content-Length, or in HTTP/1.0;
 * - a second Authorization, Content-Type, Content-Encoding, Idempotency-Key, Origin, Expect or
 *   Access-Control-Request-Method: of two different ones nobody can say which was meant;
 * - an Expect other than 100-continue, a Connection that is no list of tokens;
 * - anything longer than `limits.ts` allows.
 *
 * An Upgrade is passed over, as the RFC allows: the request is answered as if it were not there, and the connection
 * closed, since other readers take what follows for another protocol.
 *
 * Only the headers named in `RequestHead` are taken out; all others are checked and forgotten. While a head is not
 * complete, nothing is kept from the attempt: the caller holds the bytes and calls again with more.
 */
import { isName, textOf } from './bytes.ts';
import { HttpFault } from './fault.ts';
import { INCOMPLETE, readFieldLines } from './field-lines.ts';
import { FRAMING_NAMES, Framing, NO_LENGTH, settleFraming, takeFraming } from './framing.ts';
import { isHost } from './host.ts';
import { findName, nameTable } from './known-names.ts';
import { BODY_BYTES_MAX, HEAD_BYTES_MAX } from './limits.ts';
import { type Method, type RequestLine, readRequestLine } from './request-line.ts';

/** Values are '' where the header was not sent or is empty; one character a byte. */
export interface RequestHead {
  readonly method: Method;
  /** Path with query, as sent; of an absolute target what follows its host; or `*`. */
  readonly target: string;
  readonly http10: boolean;
  /** The connection may serve another request after this one. */
  readonly keepAlive: boolean;
  /** Bytes of the body; -1 where no Content-Length was sent: then there is no body unless `chunked`. */
  readonly contentLength: number;
  readonly chunked: boolean;
  /** There is a body and the client waits for `100 Continue` before it sends it. */
  readonly expectContinue: boolean;
  /** Offset of the first byte behind the head. */
  readonly headEnd: number;
  readonly authorization: string;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly origin: string;
  readonly idempotencyKey: string;
  /** All lines in their order, joined with ', '. */
  readonly forwardedFor: string;
  /** All lines in their order, joined with ', '. */
  readonly accept: string;
  readonly accessControlRequestMethod: string;
  /** All lines in their order, joined with ', '. */
  readonly accessControlRequestHeaders: string;
}

/** A head while it is being read. */
class Reading extends Framing implements RequestHead, RequestLine {
  method: Method = 'GET';
  target = '';
  authority = '';
  host: string | null = null;
  expectContinue = false;
  authorization = '';
  contentType = '';
  contentEncoding = '';
  origin = '';
  idempotencyKey = '';
  forwardedFor = '';
  accept = '';
  accessControlRequestMethod = '';
  accessControlRequestHeaders = '';
  /** One bit for each header of ONCE that was seen. */
  seen = 0;
}

const ONCE = [
  'host',
  'authorization',
  'content-type',
  'content-encoding',
  'idempotency-key',
  'origin',
  'expect',
  'access-control-request-method',
] as const;

const NAMES = nameTable([
  ...FRAMING_NAMES,
  ...ONCE,
  'x-forwarded-for',
  'accept',
  'access-control-request-headers',
]);

/**
 * Reads the head that starts at `from`; `end` is where the bytes that have come end. Returns null while it is not
 * complete. Throws `HttpFault` as soon as it cannot become a head that we accept.
 */
export function readRequestHead(buf: Buffer, from: number, end: number): RequestHead | null {
  const limit = Math.min(end, from + HEAD_BYTES_MAX);
  const head = new Reading();
  const fields = readRequestLine(buf, from, limit, head);
  const after = fields === INCOMPLETE ? INCOMPLETE : readFieldLines(buf, fields, limit, head, takeField);
  if (after === INCOMPLETE) {
    if (end - from >= HEAD_BYTES_MAX) throw new HttpFault('head_too_large');
    return null;
  }
  head.headEnd = after;
  settle(head);
  return head;
}

function takeField(
  head: Reading,
  buf: Buffer,
  name: number,
  colon: number,
  value: number,
  end: number,
): void {
  const known = findName(NAMES, buf, name, colon);
  switch (known) {
    case undefined:
      return;
    case 'connection':
    case 'proxy-connection':
    case 'content-length':
    case 'transfer-encoding':
      takeFraming(head, known, buf, value, end);
      return;
    case 'accept':
      head.accept = joined(head.accept, buf, value, end);
      return;
    case 'x-forwarded-for':
      head.forwardedFor = joined(head.forwardedFor, buf, value, end);
      return;
    case 'access-control-request-headers':
      head.accessControlRequestHeaders = joined(head.accessControlRequestHeaders, buf, value, end);
      return;
    default:
      takeOnce(head, known, buf, value, end);
  }
}

const joined = (before: string, buf: Buffer, from: number, to: number): string =>
  before === '' ? textOf(buf, from, to) : `${before}, ${textOf(buf, from, to)}`;

function takeOnce(head: Reading, name: (typeof ONCE)[number], buf: Buffer, from: number, to: number): void {
  const bit = 1 << ONCE.indexOf(name);
  if ((head.seen & bit) !== 0) throw new HttpFault('header_repeated');
  head.seen |= bit;
  switch (name) {
    case 'host':
      if (!isHost(buf, from, to)) throw new HttpFault('bad_host');
      head.host = textOf(buf, from, to);
      return;
    case 'expect':
      head.expectContinue = to - from === '100-continue'.length && isName(buf, from, '100-continue');
      if (!head.expectContinue) throw new HttpFault('expectation_unknown');
      return;
    case 'authorization':
      head.authorization = textOf(buf, from, to);
      return;
    case 'content-type':
      head.contentType = textOf(buf, from, to);
      return;
    case 'content-encoding':
      head.contentEncoding = textOf(buf, from, to);
      return;
    case 'idempotency-key':
      head.idempotencyKey = textOf(buf, from, to);
      return;
    case 'origin':
      head.origin = textOf(buf, from, to);
      return;
    case 'access-control-request-method':
      head.accessControlRequestMethod = textOf(buf, from, to);
  }
}

/** Judges what only the whole head can show. */
function settle(head: Reading): void {
  if (head.host === null && !head.http10) throw new HttpFault('host_missing');
  if (head.authority !== '' && head.host !== null && head.host.toLowerCase() !== head.authority) {
    throw new HttpFault('host_differs');
  }
  settleFraming(head);
  if (head.contentLength > BODY_BYTES_MAX) throw new HttpFault('body_too_large');
  // An HTTP/1.0 client cannot read an interim reply (RFC 9110, 10.1.1); one without a body does not wait.
  const hasBody = head.chunked || (head.contentLength !== NO_LENGTH && head.contentLength > 0);
  head.expectContinue = head.expectContinue && hasBody && !head.http10;
}
