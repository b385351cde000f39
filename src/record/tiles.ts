/**
 * The layout of C2SP tlog-tiles (https://c2sp.org/tlog-tiles): paths of tiles and entry bundles, and the bytes of
 * bundles. A tile is up to 256 hashes of one level of every eighth level of the tree.
 */
import { RecordError } from './errors.ts';
import type { TreeNode } from './merkle.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Levels of the tree that a tile spans. */
export const TILE_HEIGHT = 8;
const TILE_LEVEL_MAX = 63;
const PATH_LENGTH_MAX = 64;
const ENTRY_BYTES_MAX = 65_535;
const LENGTH_BYTES = 2;

/** A place in the layout. `level` is `entries` for a bundle; `width` is 256 for a full one. */
export interface TilePlace {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** The path of a tile or bundle, such as `tile/0/x001/x234/067` or, where it is partial, `tile/1/000.p/5`. */
export function tilePath(level: number | 'entries', index: number, width: number = TILE_WIDTH): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) as string[];
  const number = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${number}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/;

/** Reads a path; null where it is not one, or not written in the one way that the layout allows. */
export function parseTilePath(path: string): TilePlace | null {
  const found = path.length <= PATH_LENGTH_MAX ? PATH.exec(path) : null;
  if (found === null) return null;
  const level = found[1] === 'entries' ? 'entries' : Number(found[1]);
  const index = Number((found[2] as string).replaceAll(/[x/]/g, ''));
  const width = found[3] === undefined ? TILE_WIDTH : Number(found[3]);
  if (level !== 'entries' && level > TILE_LEVEL_MAX) return null;
  if (!Number.isSafeInteger(index) || width < 1 || width > TILE_WIDTH) return null;
  return tilePath(level, index, width) === path ? { level, index, width } : null;
}

/** How many hashes (or entries) of a tile a tree of `size` leaves has: 0 to 256. */
export function widthAt(size: number, level: number | 'entries', index: number): number {
  const count = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, count - index * TILE_WIDTH));
}

/** Where a complete subtree stands: `count` hashes from number `start` on, in tile `index` of `level`. */
export function nodePlace(node: TreeNode): { level: number; index: number; start: number; count: number } {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const count = 2 ** (node.level % TILE_HEIGHT);
  const first = node.index * count;
  return { level, index: Math.floor(first / TILE_WIDTH), start: first % TILE_WIDTH, count };
}

/** The bytes of an entry bundle: each entry after its length (16 bits, big-endian). */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry.length > ENTRY_BYTES_MAX)
      throw new RecordError('argument', 'An entry is 65,535 bytes at most.');
    parts.push(Buffer.of(entry.length >> 8, entry.length & 255), entry);
  }
  return Buffer.concat(parts);
}

/**
 * The first `count` entries of a bundle; fewer where it ends before, so that the first that is missing can be named.
 * What follows them is not looked at.
 */
export function decodeBundle(bytes: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < count && at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + (((bytes[at] as number) << 8) | (bytes[at + 1] as number));
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return entries;
}
