/** The data keys that were unwrapped lately. What leaves it is overwritten with zeros, so nobody keeps a key. */

const KEYS_MAX = 16_384;

export class KeyCache {
  /** The oldest first. By kind and id. */
  readonly #keys = new Map<string, Buffer>();

  get(name: string): Buffer | null {
    const key = this.#keys.get(name);
    if (key === undefined) return null;
    this.#keys.delete(name);
    this.#keys.set(name, key);
    return key;
  }

  put(name: string, key: Buffer): void {
    if (this.#keys.size >= KEYS_MAX) this.forget(this.#keys.keys().next().value!);
    this.#keys.set(name, key);
  }

  forget(name: string): void {
    this.#keys.get(name)?.fill(0);
    this.#keys.delete(name);
  }

  forgetAll(): void {
    for (const name of [...this.#keys.keys()]) this.forget(name);
  }
}
