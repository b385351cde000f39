/**
 * The data keys that were unwrapped lately. What leaves it is overwritten with zeros, so nobody keeps a key.
 *
 * Two generations instead of an order of use: a Map that is reordered at each use costs more than unwrapping a key.
 */

/** Keys of one generation. */
const YOUNG_MAX = 8_192;

export class KeyCache {
  /** Used since the last turn. By kind and id. */
  #young = new Map<string, Buffer>();
  /** Used before it, and not since. */
  #old = new Map<string, Buffer>();

  get(name: string): Buffer | null {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old === undefined) return null;
    this.#old.delete(name);
    this.put(name, old);
    return old;
  }

  put(name: string, key: Buffer): void {
    if (this.#young.size >= YOUNG_MAX) this.#turn();
    this.#young.set(name, key);
  }

  forget(name: string): void {
    for (const keys of [this.#young, this.#old]) {
      keys.get(name)?.fill(0);
      keys.delete(name);
    }
  }

  forgetAll(): void {
    for (const keys of [this.#young, this.#old]) {
      for (const key of keys.values()) key.fill(0);
      keys.clear();
    }
  }

  #turn(): void {
    for (const key of this.#old.values()) key.fill(0);
    this.#old = this.#young;
    this.#young = new Map();
  }
}
