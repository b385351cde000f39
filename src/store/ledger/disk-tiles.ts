/**
 * The record's storage on disk, outside the database (src/record/storage.ts). A tile is written where it stands: what
 * was there is the beginning of what comes, so a torn write spoils only what was never acknowledged. `state` and
 * checkpoints are replaced as a whole. Takes no path that is not the record's.
 */
import { join } from 'node:path';
import type { RecordFile, TileStorage } from '../../record/storage.ts';
import type { Disk } from './disk.ts';

const TILE = /^tile\/(entries|\d{1,2})\/(x\d{3}\/)*\d{3}$/;
const WHOLE = /^(state|checkpoint|checkpoints\/\d{1,16}(\.\w{1,16})?)$/;
const FOLDER = /^[a-z0-9/]{1,64}$/;

export class DiskTiles implements TileStorage {
  readonly #folder: string;
  readonly #disk: Disk;

  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  read(path: string): Promise<Uint8Array | null> {
    return this.#disk.read(this.#place(path));
  }

  async write(files: readonly RecordFile[]): Promise<void> {
    await Promise.all(
      files.map(({ path, bytes }) =>
        TILE.test(path)
          ? this.#disk.write(this.#place(path), 0, bytes)
          : this.#disk.replace(this.#place(path), bytes),
      ),
    );
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
