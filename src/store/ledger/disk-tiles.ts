/**
 * The record's storage on disk, outside the database (src/record/storage.ts). A tile is written where it stands: what
 * was there is the beginning of what comes, so a torn write spoils only what was never acknowledged. `state` and
 * checkpoints are replaced as a whole; `state`, which is written with every act, in a file of two pages (two-pages.ts).
 * Takes no path that is not the record's.
 */
import { join } from 'node:path';
import { STATE_PATH } from '../../record/state.ts';
import type { RecordFile, TileStorage } from '../../record/storage.ts';
import { together } from '../together.ts';
import type { Disk } from './disk.ts';
import { fileOf, newestPage, nextPage } from './two-pages.ts';

const TILE = /^tile\/(entries|\d{1,2})\/(x\d{3}\/)*\d{3}$/;
const WHOLE = /^(state|checkpoint|checkpoints\/\d{1,16}(\.\w{1,16})?)$/;
const FOLDER = /^[a-z0-9/]{1,64}$/;

export class DiskTiles implements TileStorage {
  readonly #folder: string;
  readonly #disk: Disk;
  /** Of the page that counts; null: not known. */
  #sequence: bigint | null = null;

  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  async read(path: string): Promise<Uint8Array | null> {
    const bytes = await this.#disk.read(this.#place(path));
    if (path !== STATE_PATH || bytes === null) return bytes;
    // One without pages was written by an earlier version, or is damaged.
    return newestPage(bytes)?.content ?? bytes;
  }

  async write(files: readonly RecordFile[]): Promise<void> {
    await together(
      ...files.map(({ path, bytes }) => {
        if (TILE.test(path)) return this.#disk.write(this.#place(path), 0, bytes);
        if (path === STATE_PATH) return this.#writeState(bytes);
        return this.#disk.replace(this.#place(path), bytes);
      }),
    );
  }

  async #writeState(content: Uint8Array): Promise<void> {
    const place = this.#place(STATE_PATH);
    const sequence =
      this.#sequence ?? newestPage((await this.#disk.read(place)) ?? Buffer.alloc(0))?.sequence;
    // Where a write fails, nobody knows which page counts: it is read again first.
    this.#sequence = null;
    if (sequence === undefined) return this.#disk.replace(place, fileOf(content));
    const { position, bytes } = nextPage(sequence, content);
    await this.#disk.overwrite(place, position, bytes);
    this.#sequence = sequence + 1n;
  }

  async list(folder: string): Promise<readonly string[]> {
    if (!FOLDER.test(folder)) throw new TypeError('this is no folder of the record');
    const names = await this.#disk.list(join(this.#folder, folder));
    // What a kill left behind of a replacement is not the record's.
    return names.filter((name) => !name.endsWith('.new'));
  }

  #place(path: string): string {
    if (!TILE.test(path) && !WHOLE.test(path)) throw new TypeError('this is no file of the record');
    return join(this.#folder, path);
  }
}
