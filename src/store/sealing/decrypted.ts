/**
 * A value that was opened. It shows itself only to who calls `reveal`: it cannot become text, JSON, a log line or part
 * of an error by accident.
 */
import { inspect } from 'node:util';

/** Somebody tried to turn an opened value into text without `reveal`. */
export class NotRevealed extends Error {
  override readonly name = 'NotRevealed';
  readonly code = 'not_revealed';

  constructor() {
    super('an opened value is shown by reveal() only');
  }
}

export class Decrypted<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself; from here on it is the caller's to keep out of logs and errors. */
  reveal(): T {
    return this.#value;
  }

  /** Another opened value out of this one. */
  map<U>(change: (value: T) => U): Decrypted<U> {
    return new Decrypted(change(this.#value));
  }

  toString(): never {
    throw new NotRevealed();
  }

  toLocaleString(): never {
    throw new NotRevealed();
  }

  toJSON(): never {
    throw new NotRevealed();
  }

  valueOf(): never {
    throw new NotRevealed();
  }

  [Symbol.toPrimitive](): never {
    throw new NotRevealed();
  }

  [inspect.custom](): string {
    return '[decrypted]';
  }
}
