/**
 * Puts the pieces of an event stream together and gives out whole events only, so that a failure never leaves half an
 * event with the client. Text is one character a byte, so that what goes out is what came in.
 */
import { READ_BUFFER_BYTES } from './connect.ts';

/** An event is at most this long; engines send a few hundred bytes. */
const EVENT_BYTES_MAX = 4 * 1024 * 1024;

/** Shared by all streams: filled and emptied within one read. */
let scratch = Buffer.allocUnsafeSlow(2 * READ_BUFFER_BYTES);

export class EventSplitter {
  #rest = '';
  #filled = 0;

  add(buffer: Buffer, from: number, to: number): void {
    const needed = this.#filled + to - from;
    if (needed > scratch.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      scratch.copy(larger, 0, 0, this.#filled);
      scratch.fill(0);
      scratch = larger;
    }
    buffer.copy(scratch, this.#filled, from, to);
    this.#filled = needed;
  }

  /** All events that are whole, each with its empty line (LF); '' for none, null when one is too long. */
  takeWhole(): string | null {
    if (this.#filled === 0) return '';
    let text = this.#rest + scratch.toString('latin1', 0, this.#filled);
    scratch.fill(0, 0, this.#filled);
    this.#filled = 0;
    if (text.includes('\r')) text = text.replaceAll('\r\n', '\n');
    const end = text.lastIndexOf('\n\n');
    if (end < 0) {
      this.#rest = text;
      return text.length > EVENT_BYTES_MAX ? null : '';
    }
    this.#rest = text.slice(end + 2);
    return text.slice(0, end + 2);
  }
}
