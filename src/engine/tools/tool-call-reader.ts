/** Tells calls from text in an answer that arrives in pieces. A call is given out whole, as soon as it is complete. */
import { TOOL_CALL_END_MARK, TOOL_CALL_MARK } from './words.ts';

export interface ReadCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface ReadPiece {
  /** Text outside calls that is certain by now. */
  readonly text: string;
  /** Calls that were completed by this piece. */
  readonly calls: readonly ReadCall[];
}

export class ToolCallReader {
  readonly #names: ReadonlySet<string>;
  #held = '';
  #afterCall = false;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  push(piece: string): ReadPiece {
    this.#held += piece;
    let text = '';
    const calls: ReadCall[] = [];
    for (;;) {
      const start = this.#held.indexOf(TOOL_CALL_MARK);
      if (start < 0) {
        const keep = beginningAtEnd(this.#held, TOOL_CALL_MARK);
        text += this.#said(this.#take(this.#held.length - keep));
        return { text, calls };
      }
      text += this.#said(this.#take(start));
      const call = this.#takeCall();
      if (call === null) return { text, calls };
      calls.push(call);
      this.#afterCall = true;
    }
  }

  /** What is left when nothing more comes: a call without its end mark counts when it is whole. */
  flush(): ReadPiece {
    const rest = this.#take(this.#held.length);
    const call = rest.startsWith(TOOL_CALL_MARK) ? this.#read(rest.slice(TOOL_CALL_MARK.length)) : null;
    if (call !== null) return { text: '', calls: [call] };
    return { text: this.#said(rest), calls: [] };
  }

  /** The call at the beginning of what is held; an end mark within one of its strings does not end it. */
  #takeCall(): ReadCall | null {
    let end = this.#held.indexOf(TOOL_CALL_END_MARK);
    for (; end >= 0; end = this.#held.indexOf(TOOL_CALL_END_MARK, end + 1)) {
      const call = this.#read(this.#held.slice(TOOL_CALL_MARK.length, end));
      if (call === null) continue;
      this.#take(end + TOOL_CALL_END_MARK.length);
      return call;
    }
    return null;
  }

  /** Text as it is given out: blanks after a call belong to the call. */
  #said(text: string): string {
    if (!this.#afterCall) return text;
    const rest = text.trimStart();
    if (rest !== '') this.#afterCall = false;
    return rest;
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }

  #read(json: string): ReadCall | null {
    let call: unknown;
    try {
      call = JSON.parse(json);
    } catch {
      return null;
    }
    if (typeof call !== 'object' || call === null) return null;
    const { name, arguments: given } = call as { name?: unknown; arguments?: unknown };
    if (typeof name !== 'string' || !this.#names.has(name)) return null;
    if (typeof given === 'string') return { name, arguments: given };
    return { name, arguments: JSON.stringify(given ?? {}) };
  }
}

/** The length of the longest end of `text` that is a beginning of `mark`. */
function beginningAtEnd(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
