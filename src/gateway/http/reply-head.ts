/**
 * The head of an engine's reply, read as strictly as a client's request: an engine may be any program, and what a
 * reply means must not depend on who reads it. The caller treats a fault as a fault of the engine.
 */
import { CR, FIELD_VALUE, isText, LF, NINE, SP, textOf, ZERO } from './bytes.ts';
import { HttpFault } from './fault.ts';
import { closesLine, INCOMPLETE, readFieldLines } from './field-lines.ts';
import { FRAMING_NAMES, Framing, NO_LENGTH, settleFraming, takeFraming } from './framing.ts';
import { findName, nameTable } from './known-names.ts';
import { HEAD_BYTES_MAX, RETRY_AFTER_DIGITS_MAX } from './limits.ts';

/** Values are '' where the header was not sent or is empty; one character a byte. */
export interface ReplyHead {
  /** 100 to 999. Below 200 it is an interim reply: the caller reads on at `headEnd` for the next. */
  readonly status: number;
  readonly http10: boolean;
  /** The connection may carry another request once this reply's body is read. */
  readonly keepAlive: boolean;
  /**
   * Bytes of the body; 0 for a status that never has one. -1 and not `chunked`: the body lasts until the connection
   * ends. A reply to HEAD has none, whatever this says.
   */
  readonly contentLength: number;
  readonly chunked: boolean;
  /** Offset of the first byte behind the head. */
  readonly headEnd: number;
  readonly contentType: string;
  readonly contentEncoding: string;
  /** Seconds, or -1 where there is none, or one that is not a number of seconds. */
  readonly retryAfter: number;
}

const NOT_SAID = -1;

/** A head while it is being read. */
class Reading extends Framing implements ReplyHead {
  status = 0;
  contentType = '';
  contentEncoding = '';
  retryAfter = NOT_SAID;
  typeSeen = false;
  encodingSeen = false;
}

const NAMES = nameTable([...FRAMING_NAMES, 'content-type', 'content-encoding', 'retry-after']);

/**
 * Reads the head that starts at `from`; `end` is where the bytes that have come end. Returns null while it is not
 * complete. Throws `HttpFault` as soon as it cannot become a head that we accept.
 */
export function readReplyHead(buf: Buffer, from: number, end: number): ReplyHead | null {
  const limit = Math.min(end, from + HEAD_BYTES_MAX);
  const head = new Reading();
  const fields = readStatusLine(buf, from, limit, head);
  const after = fields === INCOMPLETE ? INCOMPLETE : readFieldLines(buf, fields, limit, head, takeField);
  if (after === INCOMPLETE) {
    if (end - from >= HEAD_BYTES_MAX) throw new HttpFault('head_too_large');
    return null;
  }
  head.headEnd = after;
  settle(head);
  return head;
}

/** `HTTP/1.x SP 3DIGIT SP reason CRLF`. The reason may be empty; the space before it may not be missing. */
const STATUS_AT = 'HTTP/1.1 '.length;
const REASON_AT = STATUS_AT + 4;

function readStatusLine(buf: Buffer, at: number, limit: number, head: Reading): number {
  if (at + REASON_AT > limit) return INCOMPLETE;
  head.http10 = isText(buf, at, 'HTTP/1.0 ');
  if (!head.http10 && !isText(buf, at, 'HTTP/1.1 ')) throw new HttpFault('bad_status_line');
  head.status = readStatus(buf, at + STATUS_AT);
  if (buf[at + REASON_AT - 1] !== SP) throw new HttpFault('bad_status_line');
  let end = at + REASON_AT;
  while (end < limit && FIELD_VALUE[buf[end]!] !== 0) end++;
  if (end === limit) return INCOMPLETE;
  if (buf[end] !== CR) throw new HttpFault(buf[end] === LF ? 'bad_line_end' : 'bad_status_line');
  return closesLine(buf, end, limit) ? end + 2 : INCOMPLETE;
}

function readStatus(buf: Buffer, at: number): number {
  const status = readSeconds(buf, at, at + 3);
  if (status < 100) throw new HttpFault('bad_status_line');
  if (status === 101) throw new HttpFault('upgrade_unasked');
  return status;
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
    case 'content-type':
      if (head.typeSeen) throw new HttpFault('header_repeated');
      head.typeSeen = true;
      head.contentType = textOf(buf, value, end);
      return;
    case 'content-encoding':
      if (head.encodingSeen) throw new HttpFault('header_repeated');
      head.encodingSeen = true;
      head.contentEncoding = textOf(buf, value, end);
      return;
    case 'retry-after':
      head.retryAfter = end - value > RETRY_AFTER_DIGITS_MAX ? NOT_SAID : readSeconds(buf, value, end);
      return;
    default:
      takeFraming(head, known, buf, value, end);
  }
}

/** A plain decimal number, or -1. */
function readSeconds(buf: Buffer, from: number, to: number): number {
  if (from === to) return NOT_SAID;
  let number = 0;
  for (let at = from; at < to; at++) {
    const byte = buf[at]!;
    if (byte < ZERO || byte > NINE) return NOT_SAID;
    number = number * 10 + (byte - ZERO);
  }
  return number;
}

/** Judges what only the whole head can show (RFC 9112, 6.3; HTTP/1.0 knows no interim replies: RFC 9110, 15.2). */
function settle(head: Reading): void {
  settleFraming(head);
  if (head.contentLength === Number.POSITIVE_INFINITY) throw new HttpFault('bad_length');
  if (head.status < 200 || head.status === 204) {
    if (head.chunked || head.contentLength > 0) throw new HttpFault('body_forbidden');
    if (head.status < 200 && (head.http10 || !head.keepAlive)) throw new HttpFault('bad_interim');
    head.contentLength = 0;
  } else if (head.status === 304) {
    head.chunked = false;
    head.contentLength = 0;
  } else if (head.contentLength === NO_LENGTH && !head.chunked) {
    head.keepAlive = false;
  }
}
