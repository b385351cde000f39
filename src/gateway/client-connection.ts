/**
 * One connection of a client: reads requests with the strict reader, one at a time and in order, and writes replies.
 * What a client pipelines waits in a bounded buffer until its turn. A client that ends its side has left: what runs for
 * it is stopped at once.
 */
import type { Socket } from 'node:net';
import { ApiError, errorOfFault } from './api/errors.ts';
import { ChunkedReader } from './http/chunked.ts';
import { HttpFault } from './http/fault.ts';
import { BODY_BYTES_MAX } from './http/limits.ts';
import { type RequestHead, readRequestHead } from './http/request-head.ts';
import { replyHead, streamHead } from './reply.ts';

/** What a request's body is handed to when it is whole. The buffer is overwritten after `forgetBody`. */
export type Work = (body: Buffer) => void;

/** Who decides what becomes of requests. */
export interface Dispatcher {
  /** Looks at a head. Throws `ApiError` to refuse before the body is read. */
  begin(connection: ClientConnection, head: RequestHead): Work;
  /** Answers an error that has no work of its own. */
  refuse(connection: ClientConnection, error: ApiError): void;
  closed(connection: ClientConnection): void;
}

/** Hears what the client is told of one request, and when that is over; for a request that is to be kept (INFER-4). */
export interface Overhears {
  replied(status: number, text: string): void;
  /** One character a byte. */
  streamed(events: string): void;
  ended(): void;
}

/** Between requests on an open connection. */
const IDLE_MS = 75_000;
const HEAD_MS = 15_000;
const BODY_MS = 120_000;
/** A client that reads nothing for so long has left. */
const DRAIN_MS = 60_000;
/** After a refusal, for the client to read it before the connection goes. */
const LINGER_MS = 2000;
/** For the first bytes of a body that does not come at once. */
const FIRST_ROOM_BYTES = 16 * 1024;
const PIPELINED_BYTES_MAX = 64 * 1024;
/** Bodies of all connections together. */
const BODIES_BYTES_MAX = 512 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);
let bodiesBytes = 0;

type Phase = 'head' | 'body' | 'busy' | 'closing' | 'closed';

export class ClientConnection {
  readonly #socket: Socket;
  readonly #dispatcher: Dispatcher;
  #phase: Phase = 'head';
  #pending: Buffer = EMPTY;
  #advancing = false;
  #head: RequestHead | null = null;
  #work: Work | null = null;
  #chunked: ChunkedReader | null = null;
  #body: Buffer = EMPTY;
  #filled = 0;
  /** The declared length of a body that is being read. */
  #length = 0;
  #counted = 0;
  #deadline = Date.now() + IDLE_MS;
  #onLeft: (() => void) | null = null;
  #overhears: Overhears | null = null;
  #onDrain: (() => void) | null = null;
  #drainBy = 0;
  #streaming = false;
  #streamHead = '';
  #stopping = false;
  /** Set while a head is looked at: the `X-Forwarded-For` chain. */
  forwardedFor = '';

  constructor(socket: Socket, dispatcher: Dispatcher) {
    this.#socket = socket;
    this.#dispatcher = dispatcher;
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.#data(data));
    socket.on('drain', () => this.#drained());
    socket.on('end', () => this.#left());
    socket.on('error', () => {});
    socket.on('close', () => this.#closed());
  }

  /** The address at the other end. */
  get peer(): string {
    return this.#socket.remoteAddress ?? '';
  }

  /** Whether a request runs on it. */
  get busy(): boolean {
    return this.#phase === 'busy' || this.#phase === 'body';
  }

  /** Told once when the client goes before its reply has ended. */
  whenLeft(onLeft: (() => void) | null): void {
    this.#onLeft = onLeft;
  }

  /** Until the end of the present request. */
  overheardBy(overhears: Overhears): void {
    this.#overhears = overhears;
  }

  /** A whole reply; then the next request. `body` is text of any alphabet. */
  reply(status: number, contentType: string, headers: string, body: string): void {
    if (this.#phase === 'closed' || this.#phase === 'closing') return;
    this.#overhears?.replied(status, body);
    const keep = this.#mayKeep() && this.#phase === 'busy';
    const head = replyHead(status, contentType, headers, Buffer.byteLength(body), keep);
    this.#socket.write(this.#head?.method === 'HEAD' ? head : head + body, 'utf8');
    this.#finish(keep);
  }

  /** The head of an event stream; goes out with the first events. */
  startStream(headers: string): void {
    this.#streaming = true;
    this.#streamHead = streamHead(headers, this.#head?.http10 !== true, this.#mayKeep());
  }

  /**
   * Events as they came, one character a byte. False when the client reads too slowly: wait for `onDrain`.
   */
  write(events: string, onDrain: () => void): boolean {
    if (this.#phase === 'closed') return true;
    this.#overhears?.streamed(events);
    const more = this.#socket.write(this.#framed(events), 'latin1');
    if (more) return true;
    this.#onDrain = onDrain;
    this.#drainBy = Date.now() + DRAIN_MS;
    return false;
  }

  /** Last events and the end of a stream; then the next request. */
  endStream(events: string): void {
    if (this.#phase === 'closed') return;
    this.#overhears?.streamed(events);
    const last = this.#head?.http10 === true ? '' : '0\r\n\r\n';
    this.#socket.write(this.#framed(events) + last, 'latin1');
    this.#streaming = false;
    this.#finish(this.#mayKeep());
  }

  /** Overwrites the body that the work was given, once it is not needed (INFER-1). */
  forgetBody(): void {
    this.#body.fill(0);
    this.#body = EMPTY;
    bodiesBytes -= this.#counted;
    this.#counted = 0;
  }

  /** No further requests: ends now when idle, else after the one that runs. */
  stop(): void {
    this.#stopping = true;
    if (!this.busy) this.#socket.destroy();
  }

  /** Ends at once, whatever runs. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Called every second. */
  sweep(now: number): void {
    if (this.#onDrain !== null) {
      if (now > this.#drainBy) this.#socket.destroy();
      return;
    }
    if (this.#phase === 'busy' || now <= this.#deadline) return;
    const waiting = this.#phase === 'body' || (this.#phase === 'head' && this.#pending.length > 0);
    if (waiting) this.#refuse(new ApiError('request_timeout'));
    else this.#socket.destroy();
  }

  #framed(events: string): string {
    const head = this.#streamHead;
    this.#streamHead = '';
    if (events === '' || this.#head?.http10 === true) return head + events;
    return `${head}${events.length.toString(16)}\r\n${events}\r\n`;
  }

  #mayKeep(): boolean {
    return this.#head?.keepAlive === true && !this.#stopping;
  }

  #data(data: Buffer): void {
    if (this.#phase === 'closing' || this.#phase === 'closed') return;
    if (this.#phase === 'body') {
      this.#fill(data);
    } else {
      if (this.#pending.length === 0) {
        this.#pending = data;
        if (this.#phase === 'head') this.#deadline = Date.now() + HEAD_MS;
      } else {
        this.#pending = Buffer.concat([this.#pending, data]);
      }
      if (this.#phase === 'busy' && this.#pending.length > PIPELINED_BYTES_MAX) this.#socket.pause();
    }
    this.#advance();
  }

  /** Reads as many heads as can be read; a loop rather than a recursion over what is pipelined. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.#phase === 'head' && this.#pending.length > 0) {
        const head = readRequestHead(this.#pending, 0, this.#pending.length);
        if (head === null) break;
        this.#begin(head);
      }
    } catch (error) {
      this.#fault(error);
    } finally {
      this.#advancing = false;
    }
  }

  #begin(head: RequestHead): void {
    const rest = this.#pending.subarray(head.headEnd);
    this.#pending = EMPTY;
    this.#head = head;
    this.forwardedFor = head.forwardedFor;
    this.#phase = 'body';
    this.#deadline = Date.now() + BODY_MS;
    this.#filled = 0;
    this.#work = this.#dispatcher.begin(this, head);
    this.forwardedFor = '';
    if (!this.busy) return;
    const length = head.contentLength;
    if (head.expectContinue && rest.length === 0)
      this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
    if (head.chunked) {
      this.#chunked = new ChunkedReader();
      this.#fill(rest);
    } else if (length <= 0) {
      this.#pending = rest;
      this.#run(EMPTY);
    } else if (rest.length >= length) {
      this.#pending = rest.length === length ? EMPTY : rest.subarray(length);
      this.#run(rest.subarray(0, length));
    } else {
      this.#length = length;
      this.#fill(rest);
    }
  }

  #fill(data: Buffer): void {
    try {
      if (this.#chunked !== null) this.#fillChunked(this.#chunked, data);
      else this.#fillLength(data);
    } catch (error) {
      this.#fault(error);
    }
  }

  #fillLength(data: Buffer): void {
    const take = Math.min(data.length, this.#length - this.#filled);
    this.#add(data, 0, take, this.#length);
    if (this.#filled < this.#length) return;
    this.#pending = data.subarray(take);
    this.#run(this.#body.subarray(0, this.#filled));
  }

  #fillChunked(reader: ChunkedReader, data: Buffer): void {
    const after = reader.read(data, 0, (from, to) => {
      this.#add(data, from, to, BODY_BYTES_MAX);
    });
    if (!reader.done) return;
    this.#chunked = null;
    this.#pending = data.subarray(after);
    this.#run(this.#body.subarray(0, this.#filled));
  }

  #add(data: Buffer, from: number, to: number, most: number): void {
    this.#makeRoom(this.#filled + to - from, most);
    data.copy(this.#body, this.#filled, from, to);
    this.#filled += to - from;
  }

  /** One buffer that doubles as bytes come: small chunks cost no more than large ones, announced bytes nothing. */
  #makeRoom(bytes: number, most: number): void {
    if (bytes <= this.#body.length) return;
    const size = Math.max(bytes, Math.min(most, Math.max(FIRST_ROOM_BYTES, 2 * this.#body.length)));
    this.#count(size - this.#body.length);
    const larger = Buffer.allocUnsafeSlow(size);
    this.#body.copy(larger, 0, 0, this.#filled);
    this.#body.fill(0);
    this.#body = larger;
  }

  #count(bytes: number): void {
    if (bodiesBytes + bytes > BODIES_BYTES_MAX) throw new ApiError('too_many_connections', { retryAfter: 1 });
    bodiesBytes += bytes;
    this.#counted += bytes;
  }

  #run(body: Buffer): void {
    const work = this.#work;
    this.#work = null;
    this.#phase = 'busy';
    this.#body = body;
    work?.(body);
  }

  #finish(keep: boolean): void {
    this.#onLeft = null;
    this.#onDrain = null;
    if (this.#phase !== 'busy') keep = false;
    this.#chunked = null;
    this.forgetBody();
    this.#ended();
    if (!keep) {
      this.#close();
      return;
    }
    this.#phase = 'head';
    this.#head = null;
    this.#deadline = Date.now() + (this.#pending.length > 0 ? HEAD_MS : IDLE_MS);
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#advance();
  }

  /** Sends what is written, then reads on for a moment so that the reply is not lost in a reset. */
  #close(): void {
    this.#phase = 'closing';
    this.#deadline = Date.now() + LINGER_MS;
    this.#pending = EMPTY;
    this.#socket.end();
    this.#socket.resume();
  }

  #ended(): void {
    const overhears = this.#overhears;
    this.#overhears = null;
    overhears?.ended();
  }

  #fault(error: unknown): void {
    if (error instanceof ApiError) this.#refuse(error);
    else if (error instanceof HttpFault) this.#refuse(errorOfFault(error));
    else throw error;
  }

  #refuse(error: ApiError): void {
    this.#dispatcher.refuse(this, error);
  }

  #drained(): void {
    const onDrain = this.#onDrain;
    this.#onDrain = null;
    onDrain?.();
  }

  #left(): void {
    if (this.#phase === 'closing') this.#socket.destroy();
    else if (this.busy || this.#streaming) this.#closed();
    else this.#socket.end();
    this.#socket.destroySoon();
  }

  #closed(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    const onLeft = this.#onLeft;
    this.#onLeft = null;
    this.#onDrain = null;
    this.#pending = EMPTY;
    this.forgetBody();
    this.#ended();
    onLeft?.();
    this.#dispatcher.closed(this);
  }
}
