/**
 * Where the record's files lie. The record itself touches no disk: it is given this. Paths are relative, `/` between
 * their parts, and only `tile/…`, `checkpoint`, `checkpoints/…` and `state`.
 *
 * A tile that grows is stored under the path of the full one (`tile/0/000`), overwritten as it grows: what was there is
 * always the beginning of what comes. Partial tiles (`….p/64`) are cut out of it when they are served (serve.ts).
 */
export interface RecordFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface TileStorage {
  /** The whole file, or null where there is none. Any other failure rejects. */
  read(path: string): Promise<Uint8Array | null>;
  /**
   * `state` and checkpoints are replaced as a whole (old or new bytes, never a mixture). Tiles may be written in place:
   * their beginning is what was there, and what a torn write spoils was never acknowledged. In any order among
   * themselves. Resolves when all of them would survive a power cut; a rejection says nothing about which were written.
   */
  write(files: readonly RecordFile[]): Promise<void>;
  /** The names of the files that lie directly in a folder, in any order; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
}
