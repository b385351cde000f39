/** What our reader sees in a connection's bytes, in the terms that Node's can be asked for too. */
import { ChunkedReader } from '../../src/gateway/http/chunked.ts';
import { type FaultCode, HttpFault } from '../../src/gateway/http/fault.ts';
import { readReplyHead } from '../../src/gateway/http/reply-head.ts';
import { type RequestHead, readRequestHead } from '../../src/gateway/http/request-head.ts';

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly version: '1.0' | '1.1';
  readonly keepAlive: boolean;
}

export interface SeenReply {
  readonly status: number;
  readonly body: string;
  readonly keepAlive: boolean;
}

/** How it ended: every byte used, more bytes needed, the connection closed by a message, or a fault. */
type Ending = 'clean' | 'incomplete' | 'closed' | FaultCode;

export interface Seen<Message> {
  readonly messages: readonly Message[];
  readonly ending: Ending;
}

/** The fault that `run` throws; undefined when it throws none. */
export function faultOf(run: () => unknown): FaultCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpFault) return error.code;
    throw error;
  }
  return undefined;
}

/** Reads `bytes` as a client's side of a connection: request after request. */
export function readRequests(bytes: Buffer): Seen<SeenRequest> {
  const messages: SeenRequest[] = [];
  let at = 0;
  try {
    while (at < bytes.length) {
      const head = readRequestHead(bytes, at, bytes.length);
      if (head === null) return { messages, ending: 'incomplete' };
      const body = readBody(bytes, head.headEnd, head.chunked, Math.max(head.contentLength, 0));
      if (body === null) return { messages, ending: 'incomplete' };
      const { method, target, keepAlive } = head;
      messages.push({ method, target, body: body.text, version: head.http10 ? '1.0' : '1.1', keepAlive });
      at = body.end;
      if (!head.keepAlive) return { messages, ending: 'closed' };
    }
  } catch (error) {
    if (error instanceof HttpFault) return { messages, ending: error.code };
    throw error;
  }
  return { messages, ending: 'clean' };
}

/** Reads `bytes` as all that an engine answers to one request before it closes the connection. */
export function readReply(bytes: Buffer, toHead: boolean): Seen<SeenReply> {
  let at = 0;
  try {
    for (;;) {
      const head = readReplyHead(bytes, at, bytes.length);
      if (head === null) return { messages: [], ending: 'incomplete' };
      at = head.headEnd;
      if (head.status < 200) continue;
      const untilClose = !head.chunked && head.contentLength < 0;
      const length = untilClose ? bytes.length - at : head.contentLength;
      const body = toHead ? { text: '', end: at } : readBody(bytes, at, head.chunked, length);
      if (body === null) return { messages: [], ending: 'incomplete' };
      const reply = { status: head.status, body: body.text, keepAlive: head.keepAlive };
      return { messages: [reply], ending: body.end === bytes.length ? 'clean' : 'closed' };
    }
  } catch (error) {
    if (error instanceof HttpFault) return { messages: [], ending: error.code };
    throw error;
  }
}

function readBody(
  bytes: Buffer,
  at: number,
  chunked: boolean,
  length: number,
): { text: string; end: number } | null {
  if (!chunked) {
    const end = at + length;
    return end > bytes.length ? null : { text: bytes.toString('latin1', at, end), end };
  }
  const reader = new ChunkedReader();
  let text = '';
  const end = reader.read(bytes, at, (from, to) => {
    text += bytes.toString('latin1', from, to);
  });
  return reader.done ? { text, end } : null;
}

/** The head of a request given as text, one character a byte. Fails where it is not complete. */
export function headOf(text: string): RequestHead {
  const bytes = Buffer.from(text, 'latin1');
  const head = readRequestHead(bytes, 0, bytes.length);
  if (head === null) throw new Error('the head is not complete: end it with an empty line');
  return head;
}
