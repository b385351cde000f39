/**
 * A copy of what the record serves to strangers (tlog-tiles, partial tiles under their own paths), as a storage that
 * `verifyRecord` can read: what was published, and nothing else. Its checkpoint is believed only as far as it is signed.
 */
import { openCheckpoint } from './checkpoint.ts';
import { CHECKPOINT_PATH } from './log.ts';
import type { NoteVerifier } from './note.ts';
import { STATE_PATH, stateFile } from './state.ts';
import type { TileStorage } from './storage.ts';
import { parseTilePath, tilePath, widthAt } from './tiles.ts';

/** Throws `note`, `signature` or `checkpoint`; null where the copy has no checkpoint. */
export async function publishedCopy(
  copy: Pick<TileStorage, 'read'>,
  verifiers: readonly NoteVerifier[],
): Promise<TileStorage | null> {
  const note = await copy.read(CHECKPOINT_PATH);
  if (note === null) return null;
  const { size, root } = openCheckpoint(note, verifiers);
  return {
    async read(path) {
      if (path === STATE_PATH) return stateFile({ size, root }).bytes;
      const place = parseTilePath(path);
      if (place === null) return copy.read(path);
      const width = widthAt(size, place.level, place.index);
      return (await copy.read(tilePath(place.level, place.index, width))) ?? copy.read(path);
    },
    write: () => Promise.reject(new Error('a copy is only read')),
    list: async () => [],
  };
}
