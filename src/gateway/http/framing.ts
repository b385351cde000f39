/**
 * How long a message is and whether another follows (RFC 9112, sections 6 and 9), for requests and replies alike.
 * Two recipients that disagree about this can be made to see different messages in the same bytes, so nothing here
 * is repaired: what could be read in two ways is refused.
 */
import { COMMA, CR, HTAB, isName, NINE, skipBlank, TOKEN, ZERO } from './bytes.ts';
import { HttpFault } from './fault.ts';
import { LENGTH_DIGITS_MAX } from './limits.ts';

/** No Content-Length was sent. */
export const NO_LENGTH = -1;

/** What requests and replies share. */
export class Framing {
  http10 = false;
  /** The connection may be used for another message after this one. */
  keepAlive = true;
  /** Bytes of the body, or -1 where the head does not say. */
  contentLength = NO_LENGTH;
  /** The body is in chunks. Never together with a `contentLength`. */
  chunked = false;
  /** Offset of the first byte behind the head. */
  headEnd = 0;
  /** What the Connection headers asked for. */
  asksClose = false;
  asksKeepAlive = false;
}

/**
 * Proxy-Connection stands for Connection, as it does for Node's parser and others of its family: clients that think
 * they talk to a proxy send it, and who ignores it keeps a connection open that the other side takes for closed.
 */
export const FRAMING_NAMES = [
  'connection',
  'proxy-connection',
  'content-length',
  'transfer-encoding',
] as const;

/** Takes the value of a header of FRAMING_NAMES, at `from` to before `to`; blanks and the CRLF follow. */
export function takeFraming(
  head: Framing,
  name: (typeof FRAMING_NAMES)[number],
  buf: Buffer,
  from: number,
  to: number,
): void {
  refuseTabs(buf, to);
  switch (name) {
    case 'content-length':
      if (head.contentLength !== NO_LENGTH) throw new HttpFault('header_repeated');
      head.contentLength = readLength(buf, from, to);
      return;
    case 'transfer-encoding':
      if (head.chunked) throw new HttpFault('header_repeated');
      if (to - from !== 'chunked'.length || !isName(buf, from, 'chunked'))
        throw new HttpFault('coding_unknown');
      head.chunked = true;
      return;
    case 'connection':
    case 'proxy-connection':
      readConnection(head, buf, from, to);
  }
}

/** Judges the whole head once all its lines are known. */
export function settleFraming(head: Framing): void {
  if (head.chunked) {
    if (head.contentLength !== NO_LENGTH) throw new HttpFault('length_with_coding');
    if (head.http10) throw new HttpFault('coding_in_http10');
  }
  // "close" beats "keep-alive" (RFC 9112, 9.3).
  head.keepAlive = !head.asksClose && (!head.http10 || head.asksKeepAlive);
}

/** To some readers (Node's among them) a tab behind `chunked` is part of the word. */
function refuseTabs(buf: Buffer, at: number): void {
  for (; buf[at] !== CR; at++) if (buf[at] === HTAB) throw new HttpFault('bad_header_value');
}

/** A plain decimal number without leading zeros; Infinity for one of too many digits to be counted exactly. */
function readLength(buf: Buffer, from: number, to: number): number {
  if (from === to || (buf[from] === ZERO && to - from > 1)) throw new HttpFault('bad_length');
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = buf[at]!;
    if (byte < ZERO || byte > NINE) throw new HttpFault('bad_length');
    length = length * 10 + (byte - ZERO);
  }
  return to - from > LENGTH_DIGITS_MAX ? Number.POSITIVE_INFINITY : length;
}

/** A comma-separated list of tokens, empty members allowed. */
function readConnection(head: Framing, buf: Buffer, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const start = at;
    while (at < to && TOKEN[buf[at]!] !== 0) at++;
    const length = at - start;
    if (length === 5 && isName(buf, start, 'close')) head.asksClose = true;
    // What follows a request to change the protocol need not be HTTP; we answer it in HTTP and close.
    else if (length === 7 && isName(buf, start, 'upgrade')) head.asksClose = true;
    else if (length === 10 && isName(buf, start, 'keep-alive')) head.asksKeepAlive = true;
    at = skipBlank(buf, at, to);
    if (at === to) return;
    if (buf[at] !== COMMA) throw new HttpFault('bad_connection');
    at = skipBlank(buf, at + 1, to);
  }
}
