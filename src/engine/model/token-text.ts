/** Tokens to text, one at a time. A character can be spread over several tokens; no half of one is ever given out. */
import type { LlamaModel, Token } from 'node-llama-cpp';

/** What a decoder puts in place of bytes that are no character (yet). */
const REPLACEMENT = '\uFFFD';
/** Tokens of one byte each that a UTF-8 character takes at most. */
const CHARACTER_TOKENS_MAX = 4;
/** Earlier tokens that the detokenizer looks at to decide on a space. */
const LOOK_BACK_TOKENS = 3;

export class TokenText {
  readonly #model: LlamaModel;
  #pending: Token[] = [];
  #last: Token[] = [];

  constructor(model: LlamaModel) {
    this.#model = model;
  }

  /** The text that `token` completes; empty while a character is unfinished. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#model.detokenize(this.#pending, false, this.#last);
    if (text.endsWith(REPLACEMENT) && this.#pending.length < CHARACTER_TOKENS_MAX) return '';
    this.#last = [...this.#last, ...this.#pending].slice(-LOOK_BACK_TOKENS);
    this.#pending = [];
    return text;
  }

  /** The text of what is pending when nothing more comes; bytes that make no character are dropped. */
  flush(): string {
    if (this.#pending.length === 0) return '';
    const text = this.#model.detokenize(this.#pending, false, this.#last);
    this.#pending = [];
    return text.replace(/\uFFFD+$/, '');
  }
}
