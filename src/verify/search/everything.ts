/** All that an instance has stored, for a slow pass: every file of its folders, and of a database elsewhere every table. */
import { randomInt } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { placeOf } from './fresh-rows.ts';
import type { Reader } from './reader.ts';
import { OVERLAP_BYTES } from './scanner.ts';
import type { Everything, Piece } from './slow-pass.ts';
import { PAGE_BYTES, type Relation, relationsOf, wordsIn } from './tables.ts';

const PIECE_BYTES = 1024 * 1024;
/** One statement's share: 2 MB. */
const PIECE_PAGES = 256;

interface Place {
  readonly folders: readonly string[];
  readonly except: readonly string[];
  /** Null: the database's files are among the folders. */
  readonly reader: Reader | null;
}

export async function everythingIn({ folders, except, reader }: Place): Promise<Everything> {
  const files: StoredFile[] = [];
  for (const folder of folders) await list(folder, new Set(except), files);
  const relations = reader === null ? [] : await relationsOf(reader.rows);
  const sizes = [...files.map(({ bytes }) => bytes), ...relations.map(({ pages }) => pages * PAGE_BYTES)];
  return {
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    pieces: fromAnywhere(pieces(files, relations, reader)),
  };
}

interface StoredFile {
  readonly where: string;
  readonly bytes: number;
}

/** Around, from a drawn place on: a pass that every restart cuts off looks at another part each time. */
async function* fromAnywhere(all: readonly Piece[]): AsyncGenerator<Piece> {
  const first = all.length === 0 ? 0 : randomInt(all.length);
  yield* all.slice(first);
  yield* all.slice(0, first);
}

function pieces(
  files: readonly StoredFile[],
  relations: readonly Relation[],
  reader: Reader | null,
): readonly Piece[] {
  const ofFiles = files.flatMap(({ where, bytes }) =>
    starts(bytes, PIECE_BYTES).map((at) => pieceOfFile(where, at)),
  );
  if (reader === null) return ofFiles;
  return [
    ...ofFiles,
    ...relations.flatMap((each) =>
      starts(each.pages, PIECE_PAGES).map((from) => pieceOfTable(reader, each, from)),
    ),
  ];
}

const starts = (size: number, each: number): readonly number[] =>
  Array.from({ length: Math.ceil(size / each) }, (_, at) => at * each);

const pieceOfFile = (where: string, at: number): Piece => ({
  place: where,
  bytes: PIECE_BYTES,
  async look(scanner) {
    const file = await open(where, 'r').catch(() => null);
    if (file === null) return [];
    try {
      const from = Math.max(0, at - OVERLAP_BYTES);
      const { buffer, bytesRead } = await file.read(
        Buffer.allocUnsafe(PIECE_BYTES + OVERLAP_BYTES),
        0,
        PIECE_BYTES + (at - from),
        from,
      );
      return scanner.scan(buffer.subarray(0, bytesRead)).map(({ canary }) => canary);
    } finally {
      await file.close();
    }
  },
});

const pieceOfTable = (reader: Reader, relation: Relation, from: number): Piece => {
  const to = Math.min(from + PIECE_PAGES, relation.pages);
  return {
    place: placeOf(relation),
    bytes: (to - from) * PAGE_BYTES,
    // A table that went away meanwhile holds nothing.
    look: (scanner) => wordsIn(reader, relation, { from, to }, scanner, null).catch(whenGone),
  };
};

function whenGone(error: unknown): string[] {
  if (['42P01', '22023', '42704'].includes((error as { code?: string }).code ?? '')) return [];
  throw error;
}

async function list(folder: string, except: ReadonlySet<string>, into: StoredFile[]): Promise<void> {
  if (except.has(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const where = path.join(folder, entry.name);
    if (entry.isDirectory()) await list(where, except, into);
    else if (entry.isFile()) into.push({ where, bytes: (await stat(where).catch(() => null))?.size ?? 0 });
  }
}
