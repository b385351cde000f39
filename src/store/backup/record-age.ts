/**
 * Whether a record is as new as what is known of it. A record that was rolled back would let an erasure or a
 * withdrawn consent be forgotten, so an older one is refused; so is one that disagrees with what was seen of it.
 */
import { CHECKPOINTS_FOLDER } from '../../record/log.ts';
import { readRoot } from '../../record/read-tiles.ts';
import { readState } from '../../record/state.ts';
import type { TileStorage } from '../../record/storage.ts';
import { BackupError } from './errors.ts';
import type { RecordPosition } from './items.ts';

const SIZE = /^\d{1,16}$/;

export async function positionOf(tiles: TileStorage): Promise<RecordPosition> {
  const { size, root } = await readState(tiles);
  return { size, root: root.toString('base64') };
}

/** The largest size of which a checkpoint is kept beside the tiles; 0 without any. */
async function newestKept(tiles: TileStorage): Promise<number> {
  const names = await tiles.list(CHECKPOINTS_FOLDER);
  return names.reduce((newest, name) => (SIZE.test(name) ? Math.max(newest, Number(name)) : newest), 0);
}

/**
 * Throws `ledger_too_old` where the record ends before the newest checkpoint known (kept beside it, in `known`), and
 * `other_record` where it does not have the root that was seen.
 */
export async function demandNewest(tiles: TileStorage, known: readonly RecordPosition[]): Promise<void> {
  const { size } = await readState(tiles);
  const newest = Math.max(await newestKept(tiles), ...known.map((position) => position.size));
  if (size < newest)
    throw new BackupError(
      'ledger_too_old',
      `The record here has ${size} entries, a checkpoint of ${newest} is known: erasures may be missing. Bring the newest ledger folder, or begin a new log (--new-log).`,
    );
  for (const position of known) {
    if (position.size === 0) continue;
    const root = await readRoot(tiles, position.size);
    if (root.toString('base64') !== position.root)
      throw new BackupError(
        'other_record',
        'The record in the ledger folder is not the one that the backup or the witness has seen.',
      );
  }
}
