/**
 * Reads the whole record and recomputes it: entries → leaves → every tile of every level → root, every kept checkpoint,
 * and openings where they are given. It believes no file but by recomputing it, and names the first bad index.
 */
import { type IndexedOpening, Openings } from './check-openings.ts';
import { type Checkpoint, openCheckpoint, readDecimal } from './checkpoint.ts';
import { RecordError } from './errors.ts';
import { CHECKPOINT_PATH, CHECKPOINTS_FOLDER } from './log.ts';
import type { NoteVerifier } from './note.ts';
import { Recomputed } from './recompute.ts';
import { readState, STATE_PATH } from './state.ts';
import type { TileStorage } from './storage.ts';
import { TILE_WIDTH } from './tiles.ts';
import { Bad, type Verdict } from './verdict.ts';

export interface VerifyOptions {
  readonly origin: string;
  /** All keys that ever signed checkpoints of this record. */
  readonly verifiers: readonly NoteVerifier[];
  /** Openings in the order of their indexes; every one that is given is checked. */
  readonly openings?: AsyncIterable<IndexedOpening>;
  /** Demands an opening of every entry, so that counts by kind are the whole record's. */
  readonly everyEntryOpened?: boolean;
  readonly signal?: AbortSignal;
  /** Entries verified so far, and in all. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** Verifies everything. Rejects only where the storage or the caller's iterable does, or with the signal's reason. */
export async function verifyRecord(storage: TileStorage, options: VerifyOptions): Promise<Verdict> {
  try {
    return await verify(storage, options);
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    const { what, index, path, message } = error;
    return { ok: false, what, index, path, reason: message };
  }
}

async function verify(storage: TileStorage, options: VerifyOptions): Promise<Verdict> {
  const state = await readState(storage).catch((error: unknown) => {
    if (error instanceof RecordError) throw new Bad('state', 0, STATE_PATH, error.message);
    throw error;
  });
  const kept = await keptCheckpoints(storage, options);
  const openings = new Openings(options.openings, options.everyEntryOpened === true);
  const checked = new Recomputed(storage, state);
  let next = 0;
  const checkKept = (): void => {
    for (; next < kept.length && (kept[next] as Kept).size === checked.edge.size; next += 1) {
      const { size, root, path } = kept[next] as Kept;
      if (!checked.edge.root().equals(root)) {
        throw new Bad(
          'checkpoint',
          size,
          path,
          'The entries before it do not give the root of this checkpoint.',
        );
      }
    }
  };
  try {
    checkKept();
    for (let index = 0; index * TILE_WIDTH < state.size; index += 1) {
      options.signal?.throwIfAborted();
      for (const entry of await checked.bundle(index)) {
        const wrong = checked.push(entry);
        if (wrong !== null) throw await checked.blame(wrong);
        if (openings.given) await openings.check(checked.edge.size - 1, entry);
        checkKept();
      }
      options.onProgress?.(checked.edge.size, state.size);
    }
    await openings.end(state.size);
  } finally {
    await openings.close();
  }
  const root = checked.edge.root();
  if (!root.equals(state.root)) {
    throw new Bad('root', state.size, STATE_PATH, 'The entries do not give the root in the state.');
  }
  const beyond = kept[next];
  if (beyond !== undefined) {
    const reason = `It was signed for ${beyond.size} entries, but there are ${state.size}: the end is missing.`;
    throw new Bad('checkpoint', beyond.size, beyond.path, reason);
  }
  return { ok: true, size: state.size, root, checkpoints: kept.length, kinds: openings.kinds };
}

type Kept = Checkpoint & { readonly path: string };

/** Every kept checkpoint, opened, by size. */
async function keptCheckpoints(storage: TileStorage, options: VerifyOptions): Promise<Kept[]> {
  const names = await storage.list(CHECKPOINTS_FOLDER);
  const paths = names.map((name) => `${CHECKPOINTS_FOLDER}/${name}`);
  const kept: Kept[] = [];
  for (const path of [...paths, CHECKPOINT_PATH]) {
    const note = await storage.read(path);
    if (note === null) continue;
    const size = readDecimal(path.slice(CHECKPOINTS_FOLDER.length + 1));
    let checkpoint: Checkpoint;
    try {
      checkpoint = openCheckpoint(note, options.verifiers);
    } catch (error) {
      if (error instanceof RecordError) throw new Bad('checkpoint', size ?? 0, path, error.message);
      throw error;
    }
    if (checkpoint.origin !== options.origin || (path !== CHECKPOINT_PATH && checkpoint.size !== size)) {
      throw new Bad('checkpoint', checkpoint.size, path, 'It is of another record or another size.');
    }
    kept.push({ ...checkpoint, path });
  }
  if (kept.length > 0 && kept.at(-1)?.path !== CHECKPOINT_PATH) {
    throw new Bad('checkpoint', 0, CHECKPOINT_PATH, 'There are earlier checkpoints, but not the newest.');
  }
  return kept.sort((one, other) => one.size - other.size);
}
