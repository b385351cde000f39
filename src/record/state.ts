/**
 * The file `state`: size and root of the whole record, published or not. It is written after every tile that it speaks
 * of, so what it says is there; what tiles hold beyond its size was never acknowledged and is written over.
 */
import { readDecimal } from './checkpoint.ts';
import { Edge } from './edge.ts';
import { RecordError } from './errors.ts';
import { EMPTY_ROOT, HASH_BYTES, leafHash } from './merkle.ts';
import { fromBase64 } from './note.ts';
import type { RecordFile, TileStorage } from './storage.ts';
import { decodeBundle, TILE_WIDTH, tilePath, widthAt } from './tiles.ts';

export const STATE_PATH = 'state';
const FIRST_LINE = 'kept record state v1';

export interface State {
  readonly size: number;
  readonly root: Buffer;
}

export function stateFile({ size, root }: State): RecordFile {
  return { path: STATE_PATH, bytes: Buffer.from(`${FIRST_LINE}\n${size}\n${root.toString('base64')}\n`) };
}

/** The state as stored; of an empty record where there is none. Throws `damaged`. */
export async function readState(storage: TileStorage): Promise<State> {
  const bytes = await storage.read(STATE_PATH);
  if (bytes === null) return { size: 0, root: EMPTY_ROOT };
  const [first, sizeText = '', rootText = '', end, ...more] = Buffer.from(bytes)
    .toString('latin1')
    .split('\n');
  const size = readDecimal(sizeText);
  const root = fromBase64(rootText);
  if (first !== FIRST_LINE || size === null || root?.length !== HASH_BYTES || end !== '' || more.length > 0) {
    throw new RecordError('damaged', `The record’s file ${STATE_PATH} cannot be read.`);
  }
  return { size, root };
}

/**
 * The right edge of the stored tree and the entries of its last bundle that is not full, checked against each other
 * and against the root in the state. Throws `damaged`, naming the file.
 */
export async function readEdge(
  storage: TileStorage,
  state: State,
): Promise<{ edge: Edge; last: Uint8Array[] }> {
  const edge = new Edge();
  for (let level = 0; state.size >= TILE_WIDTH ** level; level += 1) {
    const count = Math.floor(state.size / TILE_WIDTH ** level);
    const index = Math.floor(count / TILE_WIDTH);
    const width = widthAt(state.size, level, index);
    edge.restore(count, width === 0 ? Buffer.alloc(0) : await readWidth(storage, level, index, width));
  }
  if (!edge.root().equals(state.root)) {
    throw new RecordError('damaged', 'The root of the record’s newest tiles is not the one in its state.');
  }
  const index = Math.floor(state.size / TILE_WIDTH);
  const width = widthAt(state.size, 'entries', index);
  if (width === 0) return { edge, last: [] };
  const path = tilePath('entries', index);
  const last = decodeBundle((await storage.read(path)) ?? Buffer.alloc(0), width);
  const hashes = Buffer.concat(last.map(leafHash));
  if (!edge.partial(0)?.bytes.equals(hashes)) {
    throw new RecordError('damaged', `The record’s file ${path} does not fit its tile.`);
  }
  return { edge, last };
}

async function readWidth(storage: TileStorage, level: number, index: number, width: number): Promise<Buffer> {
  const path = tilePath(level, index);
  const bytes = await storage.read(path);
  if (bytes === null || bytes.length < width * HASH_BYTES) {
    throw new RecordError('damaged', `The record’s file ${path} is missing or too short.`);
  }
  return Buffer.from(bytes);
}
