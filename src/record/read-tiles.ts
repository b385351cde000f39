/** Reads roots of subtrees and whole proofs out of stored tiles. Trusts nothing but lengths: callers check roots. */
import { RecordError } from './errors.ts';
import {
  consistencyRanges,
  foldNodes,
  HASH_BYTES,
  inclusionRanges,
  rangeNodes,
  subtreeRoot,
} from './merkle.ts';
import type { TileStorage } from './storage.ts';
import { nodePlace, tilePath } from './tiles.ts';

type Tiles = Map<string, Buffer>;

/** The hashes from leaf `index` up to the root of the tree with `size` leaves (RFC 6962, 2.1.1). */
export function readInclusionProof(storage: TileStorage, index: number, size: number): Promise<Buffer[]> {
  return readRoots(storage, inclusionRanges(index, size));
}

/** The hashes that show that the tree of `newSize` begins with the one of `oldSize` (RFC 6962, 2.1.2). */
export function readConsistencyProof(
  storage: TileStorage,
  oldSize: number,
  newSize: number,
): Promise<Buffer[]> {
  return readRoots(storage, consistencyRanges(oldSize, newSize));
}

/** The root of the first `size` leaves. */
export async function readRoot(storage: TileStorage, size: number): Promise<Buffer> {
  const [root] = await readRoots(storage, [[0, size]]);
  return root as Buffer;
}

async function readRoots(
  storage: TileStorage,
  ranges: readonly (readonly [from: number, to: number])[],
): Promise<Buffer[]> {
  const tiles: Tiles = new Map();
  const roots: Buffer[] = [];
  for (const [from, to] of ranges) {
    const parts: Buffer[] = [];
    for (const node of rangeNodes(from, to)) {
      const { level, index, start, count } = nodePlace(node);
      const tile = await readTile(storage, tiles, tilePath(level, index), start + count);
      parts.push(subtreeRoot(tile, start, count));
    }
    roots.push(foldNodes(parts));
  }
  return roots;
}

async function readTile(storage: TileStorage, tiles: Tiles, path: string, width: number): Promise<Buffer> {
  let tile = tiles.get(path);
  if (tile === undefined) {
    tile = Buffer.from((await storage.read(path)) ?? []);
    tiles.set(path, tile);
  }
  if (tile.length < width * HASH_BYTES) {
    throw new RecordError('damaged', `The record’s file ${path} is missing or too short.`);
  }
  return tile;
}
