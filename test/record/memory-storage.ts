/** A record's storage in memory, which can die in the middle of a write as a disk does. */
import type { RecordFile, TileStorage } from '../../src/record/storage.ts';

export class MemoryStorage implements TileStorage {
  readonly files = new Map<string, Uint8Array>();
  /** Files that are still written before the storage dies; Infinity: it lives. */
  writesLeft = Number.POSITIVE_INFINITY;
  /** How many files were written. */
  written = 0;

  async read(path: string): Promise<Uint8Array | null> {
    return this.files.get(path) ?? null;
  }

  async write(files: readonly RecordFile[]): Promise<void> {
    for (const { path, bytes } of files) {
      if (this.writesLeft === 0) throw new Error('power cut');
      this.writesLeft -= 1;
      this.written += 1;
      this.files.set(path, Uint8Array.from(bytes));
    }
    // Everything is written, but nobody learns of it.
    if (this.writesLeft === 0) throw new Error('power cut');
  }

  async list(folder: string): Promise<readonly string[]> {
    const start = `${folder}/`;
    return [...this.files.keys()]
      .filter((path) => path.startsWith(start) && !path.slice(start.length).includes('/'))
      .map((path) => path.slice(start.length));
  }

  /** A copy that changes alone. */
  copy(): MemoryStorage {
    const copy = new MemoryStorage();
    for (const [path, bytes] of this.files) copy.files.set(path, Uint8Array.from(bytes));
    return copy;
  }

  /** Flips one bit of a file. */
  damage(path: string, at: number): void {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new Error(`no file ${path}`);
    bytes[at] = (bytes[at] as number) ^ 1;
  }
}
