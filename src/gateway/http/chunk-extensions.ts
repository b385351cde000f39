/**
 * Chunk extensions: `*( ";" name [ "=" ( token / quoted-string ) ] )` behind a chunk's size (RFC 9112, 7.1.1). They are
 * checked and dropped. White space around their marks, which the RFC calls bad, is refused.
 */
import { BACKSLASH, CR, EQUALS, FIELD_VALUE, LF, QUOTE, SEMICOLON, TOKEN } from './bytes.ts';
import { HttpFault } from './fault.ts';
import { CHUNK_EXTENSION_BYTES_MAX } from './limits.ts';

// Where in the grammar the next byte stands.
const NAME_START = 0;
const NAME = 1;
const VALUE_START = 2;
const VALUE = 3;
const QUOTED = 4;
const ESCAPED = 5;
const AFTER_QUOTED = 6;

/** The extensions of all chunks of one body. */
export class ChunkExtensions {
  private state = NAME_START;
  private bytes = 0;

  /** Takes one byte behind the first ";" of a chunk. True when it is the CR that ends the size line. */
  take(byte: number): boolean {
    if (++this.bytes > CHUNK_EXTENSION_BYTES_MAX) throw new HttpFault('chunk_extensions_too_long');
    const next = this.after(byte);
    if (next >= 0) {
      this.state = next;
      return false;
    }
    if (byte === LF) throw new HttpFault('bad_line_end');
    if (byte !== CR || !this.mayEnd()) throw new HttpFault('bad_chunk_extension');
    this.state = NAME_START;
    return true;
  }

  private mayEnd(): boolean {
    return this.state === NAME || this.state === VALUE || this.state === AFTER_QUOTED;
  }

  /** The state behind `byte`, or -1 where the grammar has no such byte. */
  private after(byte: number): number {
    switch (this.state) {
      case NAME_START:
        return TOKEN[byte] !== 0 ? NAME : -1;
      case NAME:
        if (byte === EQUALS) return VALUE_START;
        return TOKEN[byte] !== 0 ? NAME : startsNext(byte);
      case VALUE_START:
        if (byte === QUOTE) return QUOTED;
        return TOKEN[byte] !== 0 ? VALUE : -1;
      case VALUE:
        return TOKEN[byte] !== 0 ? VALUE : startsNext(byte);
      case QUOTED:
        if (byte === QUOTE) return AFTER_QUOTED;
        if (byte === BACKSLASH) return ESCAPED;
        return FIELD_VALUE[byte] !== 0 ? QUOTED : -1;
      case ESCAPED:
        return FIELD_VALUE[byte] !== 0 ? QUOTED : -1;
      default:
        return startsNext(byte);
    }
  }
}

const startsNext = (byte: number): number => (byte === SEMICOLON ? NAME_START : -1);
