/**
 * The chunked transfer coding (RFC 9112, 7.1), read as it arrives: split at any byte, many chunks in one buffer, or a
 * chunk over many buffers. The payload is not copied: the caller is told where it lies in the buffer it gave.
 *
 * Refused: a size with a sign, a prefix, white space or more digits than `limits.ts` allows; line ends other than
 * CRLF; data that does not end where its size says.
 */
import { CR, HEX, LF, SEMICOLON } from './bytes.ts';
import { ChunkExtensions } from './chunk-extensions.ts';
import { HttpFault } from './fault.ts';
import { BODY_BYTES_MAX, CHUNK_SIZE_DIGITS_MAX } from './limits.ts';
import { Trailers } from './trailers.ts';

/** Told the payload's place: from `start` to before `end` in the buffer that is being read. Never empty. */
export type OnData = (start: number, end: number) => void;

// What the next byte is.
const FIRST_DIGIT = 0;
const DIGIT = 1;
const EXTENSION = 2;
const SIZE_LF = 3;
const DATA = 4;
const DATA_CR = 5;
const DATA_LF = 6;
const TRAILER = 7;

/** Reads one body. After a fault it must not be used again. */
export class ChunkedReader {
  /** The last byte of the coding was read; what follows in the buffer is not part of the body. */
  done = false;
  /** Payload bytes declared so far. */
  bytes = 0;

  private readonly bytesMax: number;
  private state = FIRST_DIGIT;
  private digits = 0;
  /** The chunk's size while it is read, then what of it is still to come, in bytes. */
  private left = 0;
  private extensions: ChunkExtensions | null = null;
  private trailers: Trailers | null = null;

  /** A body of more than `bytesMax` bytes of payload is refused with `body_too_large`. */
  constructor(bytesMax: number = BODY_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  /**
   * Reads `buf` from `from` to before `end` and calls `onData` for each run of payload. Returns the offset behind what
   * it took: `end`, unless the body is `done` before. Throws `HttpFault` at the first byte that is wrong.
   */
  read(buf: Buffer, from: number, onData: OnData, end: number = buf.length): number {
    let at = from;
    while (at < end && !this.done) {
      if (this.state === FIRST_DIGIT) {
        const after = this.wholeChunk(buf, at, end, onData);
        if (after > at) {
          at = after;
          continue;
        }
      }
      if (this.state === DATA) {
        const stop = Math.min(at + this.left, end);
        this.left -= stop - at;
        if (this.left === 0) this.state = DATA_CR;
        onData(at, stop);
        at = stop;
      } else {
        this.take(buf[at]!);
        at++;
      }
    }
    return at;
  }

  /**
   * The common case: a chunk without extension, or the end without trailers, that lies whole in the buffer. Returns
   * the offset behind it, or `at` where it is not that case; `take` then reads it byte by byte and judges it.
   */
  private wholeChunk(buf: Buffer, at: number, end: number, onData: OnData): number {
    const digitsEnd = Math.min(end, at + CHUNK_SIZE_DIGITS_MAX);
    let size = 0;
    let digit = at;
    for (; digit < digitsEnd; digit++) {
      const worth = HEX[buf[digit]!]!;
      if (worth === 0) break;
      size = size * 16 + worth - 1;
    }
    const start = digit + 2;
    const stop = start + size;
    if (digit === at || stop + 2 > end) return at;
    if (buf[digit] !== CR || buf[digit + 1] !== LF || buf[stop] !== CR || buf[stop + 1] !== LF) return at;
    if (size === 0) {
      this.done = true;
    } else {
      this.count(size);
      onData(start, stop);
    }
    return stop + 2;
  }

  private count(size: number): void {
    this.bytes += size;
    if (this.bytes > this.bytesMax) throw new HttpFault('body_too_large');
  }

  /** Takes one byte of the coding that is not payload. */
  private take(byte: number): void {
    switch (this.state) {
      case FIRST_DIGIT:
      case DIGIT:
        this.takeDigit(byte);
        return;
      case EXTENSION:
        this.extensions ??= new ChunkExtensions();
        if (this.extensions.take(byte)) this.state = SIZE_LF;
        return;
      case SIZE_LF:
        if (byte !== LF) throw new HttpFault('bad_line_end');
        this.state = this.left === 0 ? TRAILER : DATA;
        return;
      case DATA_CR:
        if (byte !== CR) throw new HttpFault('bad_chunk_end');
        this.state = DATA_LF;
        return;
      case DATA_LF:
        if (byte !== LF) throw new HttpFault('bad_chunk_end');
        this.state = FIRST_DIGIT;
        return;
      default:
        this.trailers ??= new Trailers();
        this.done = this.trailers.take(byte);
    }
  }

  private takeDigit(byte: number): void {
    const worth = HEX[byte]!;
    if (worth !== 0) {
      this.digits = this.state === FIRST_DIGIT ? 1 : this.digits + 1;
      if (this.digits > CHUNK_SIZE_DIGITS_MAX) throw new HttpFault('bad_chunk_size');
      this.left = this.state === FIRST_DIGIT ? worth - 1 : this.left * 16 + worth - 1;
      this.state = DIGIT;
      return;
    }
    if (this.state === FIRST_DIGIT || (byte !== CR && byte !== SEMICOLON)) {
      throw new HttpFault(byte === LF ? 'bad_line_end' : 'bad_chunk_size');
    }
    this.count(this.left);
    this.state = byte === CR ? SIZE_LF : EXTENSION;
  }
}
