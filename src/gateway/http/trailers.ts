/**
 * The trailer section behind the last chunk: header lines and an empty line (RFC 9112, 7.1.2). They are checked and
 * dropped. A field that frames or routes the message is refused: a recipient that merged it into the head would read
 * another message than we do (RFC 9110, 6.5.1).
 */
import { COLON, CR, FIELD_VALUE, HTAB, LF, SP, TOKEN } from './bytes.ts';
import { HttpFault } from './fault.ts';
import { TRAILER_BYTES_MAX } from './limits.ts';

// Where in the grammar the next byte stands.
const LINE_START = 0;
const NAME = 1;
const VALUE = 2;
const LINE_LF = 3;
const LAST_LF = 4;

const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'host',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export class Trailers {
  private state = LINE_START;
  private bytes = 0;
  private name = '';

  /** Takes one byte. True when it is the last of the section, and so of the body. */
  take(byte: number): boolean {
    if (++this.bytes > TRAILER_BYTES_MAX) throw new HttpFault('trailers_too_long');
    switch (this.state) {
      case LINE_START:
      case NAME:
        this.takeName(byte);
        return false;
      case VALUE:
        if (byte === CR) this.state = LINE_LF;
        else if (FIELD_VALUE[byte] === 0)
          throw new HttpFault(byte === LF ? 'bad_line_end' : 'bad_header_value');
        return false;
      default:
        if (byte !== LF) throw new HttpFault('bad_line_end');
        if (this.state === LAST_LF) return true;
        this.state = LINE_START;
        this.name = '';
        return false;
    }
  }

  private takeName(byte: number): void {
    const first = this.state === LINE_START;
    const letter = TOKEN[byte]!;
    if (letter !== 0) {
      this.state = NAME;
      this.name += String.fromCharCode(letter);
    } else if (first && byte === CR) {
      this.state = LAST_LF;
    } else if (!first && byte === COLON) {
      if (FORBIDDEN.has(this.name)) throw new HttpFault('trailer_forbidden');
      this.state = VALUE;
    } else if (first && byte === LF) {
      throw new HttpFault('bad_line_end');
    } else {
      throw new HttpFault(first && (byte === SP || byte === HTAB) ? 'folded_line' : 'bad_header_name');
    }
  }
}
