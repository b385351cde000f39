/**
 * One connection to an engine: sends a request, reads its reply with the strict reader, hands the body on in pieces.
 * One exchange at a time; what the engine says between exchanges ends the connection.
 */
import type { Socket } from 'node:net';
import { dialEngine, type Target } from './connect.ts';
import { ChunkedReader } from './http/chunked.ts';
import { HttpFault } from './http/fault.ts';
import { type ReplyHead, readReplyHead } from './http/reply-head.ts';

/** How an exchange can break before it ends. */
export type Break =
  /** No connection came about. */
  | 'unreachable'
  /** The engine closed a connection that was kept alive, before a byte of reply: safe to send again. */
  | 'stale'
  /** The connection ended in the middle of the reply. */
  | 'lost'
  /** What came is not HTTP. */
  | 'malformed';

/** Who waits for the reply. Calls come in this order: head, any number of pieces and reads, then end or broken. */
export interface ReplyReader {
  head(head: ReplyHead): void;
  /** Body bytes from `from` to before `to`, valid until the call returns. */
  piece(buffer: Buffer, from: number, to: number): void;
  /** All bytes that arrived together have been handed on. False stops reading until `resume()`. */
  read(): boolean;
  /** The reply is whole; the connection is no longer this exchange's. */
  end(): void;
  broken(how: Break): void;
}

const LENGTH_UNTIL_CLOSE = -1;

export class EngineConnection {
  readonly #socket: Socket;
  /** What to do when the connection may serve another exchange, and when it is gone. */
  readonly #free: (connection: EngineConnection) => void;
  readonly #gone: (connection: EngineConnection) => void;
  #reader: ReplyReader | null = null;
  #connected = false;
  #used = false;
  #started = false;
  /** Bytes of a head that is not whole yet. */
  #rest: Buffer | null = null;
  #reply: ReplyHead | null = null;
  #left = 0;
  #chunked: ChunkedReader | null = null;
  #closed = false;

  constructor(
    target: Target,
    free: (connection: EngineConnection) => void,
    gone: (connection: EngineConnection) => void,
  ) {
    this.#free = free;
    this.#gone = gone;
    this.#socket = dialEngine(target, (buffer, length) => this.#bytes(buffer, length));
    this.#socket.on('connect', () => {
      this.#connected = true;
    });
    this.#socket.on('error', () => {});
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#close());
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Sends a request (head and body as one string) and hands the reply to `reader`. */
  send(request: string, reader: ReplyReader): void {
    this.#reader = reader;
    this.#started = false;
    this.#reply = null;
    this.#socket.write(request, 'utf8');
  }

  /** Reads on after `ReplyReader.read` said false. */
  resume(): void {
    this.#socket.resume();
  }

  /** Ends the exchange at once; the engine sees its client go. Nothing more is called. */
  abort(): void {
    this.#reader = null;
    this.#socket.destroy();
  }

  #bytes(buffer: Buffer, length: number): boolean {
    if (this.#reader === null) {
      this.#socket.destroy();
      return false;
    }
    this.#started = true;
    try {
      return this.#parse(buffer, length);
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error;
      this.#break('malformed');
      return false;
    }
  }

  #parse(buffer: Buffer, length: number): boolean {
    let bytes = buffer;
    let at = 0;
    let end = length;
    if (this.#rest !== null) {
      bytes = Buffer.concat([this.#rest, buffer.subarray(0, length)]);
      end = bytes.length;
      this.#rest = null;
    }
    while (this.#reply === null) {
      const head = readReplyHead(bytes, at, end);
      if (head === null) {
        this.#rest = Buffer.from(bytes.subarray(at, end));
        return true;
      }
      at = head.headEnd;
      if (head.status >= 200) this.#begin(head);
    }
    at = this.#body(bytes, at, end);
    const reader = this.#reader;
    if (reader === null) return false;
    const more = reader.read();
    if (this.#reader !== reader) return true;
    if (!this.#isWhole()) return more;
    // Whoever uses the connection next has to be read, however slow this reader's client is.
    this.#finish(at < end);
    return true;
  }

  #begin(head: ReplyHead): void {
    this.#reply = head;
    this.#left = head.contentLength;
    this.#chunked = head.chunked ? new ChunkedReader(Number.POSITIVE_INFINITY) : null;
    this.#reader?.head(head);
  }

  #body(bytes: Buffer, at: number, end: number): number {
    const reader = this.#reader;
    if (reader === null) return end;
    if (this.#chunked !== null) {
      return this.#chunked.read(bytes, at, (from, to) => reader.piece(bytes, from, to), end);
    }
    if (this.#left === LENGTH_UNTIL_CLOSE) {
      if (at < end) reader.piece(bytes, at, end);
      return end;
    }
    const take = Math.min(this.#left, end - at);
    if (take > 0) reader.piece(bytes, at, at + take);
    this.#left -= take;
    return at + take;
  }

  #isWhole(): boolean {
    return this.#chunked !== null ? this.#chunked.done : this.#left === 0;
  }

  /** The reply is whole. Bytes after it are nobody's: the connection is not used again. */
  #finish(bytesLeft: boolean): void {
    const reader = this.#reader;
    const keep = this.#reply?.keepAlive === true && !bytesLeft;
    this.#reader = null;
    this.#reply = null;
    this.#chunked = null;
    this.#used = true;
    if (keep) this.#free(this);
    else this.#socket.destroy();
    reader?.end();
  }

  #ended(): void {
    const untilClose = this.#reply !== null && this.#chunked === null && this.#left === LENGTH_UNTIL_CLOSE;
    if (this.#reader !== null && untilClose) this.#finish(true);
    this.#socket.destroy();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#break(!this.#connected ? 'unreachable' : this.#used && !this.#started ? 'stale' : 'lost');
    this.#gone(this);
  }

  #break(how: Break): void {
    const reader = this.#reader;
    this.#reader = null;
    this.#socket.destroy();
    reader?.broken(how);
  }
}
