/** What of the record strangers may see: exactly what belongs to a published size, and not one entry more. */
import { ENTRY_BYTES } from './log.ts';
import { HASH_BYTES } from './merkle.ts';
import type { TileStorage } from './storage.ts';
import { parseTilePath, tilePath, widthAt } from './tiles.ts';

const BUNDLED_ENTRY_BYTES = 2 + ENTRY_BYTES;

export interface Servable {
  /** Where it is stored (there under the path of the full tile). */
  readonly path: string;
  /** How many of the stored bytes, from the first on. */
  readonly bytes: number;
}

/** Whether the path of a tile or entry bundle may be handed out while `publishedSize` is published; null: 404. */
export function servable(path: string, publishedSize: number): Servable | null {
  const place = parseTilePath(path);
  if (place === null || widthAt(publishedSize, place.level, place.index) < place.width) return null;
  const each = place.level === 'entries' ? BUNDLED_ENTRY_BYTES : HASH_BYTES;
  return { path: tilePath(place.level, place.index), bytes: place.width * each };
}

/** The bytes to serve at a path of tlog-tiles; null: 404, also where the stored file is too short. */
export async function readServed(
  storage: TileStorage,
  path: string,
  publishedSize: number,
): Promise<Uint8Array | null> {
  const found = servable(path, publishedSize);
  const stored = found === null ? null : await storage.read(found.path);
  if (found === null || stored === null || stored.length < found.bytes) return null;
  return stored.subarray(0, found.bytes);
}
