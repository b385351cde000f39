/** Items as chunks and back. What is read was authenticated before; it is checked all the same. */
import { z } from 'zod';
import { BackupError, damaged } from './errors.ts';
import { FORMAT, type Header, type Item, type Totals } from './items.ts';
import { CHUNK, type ChunkKind } from './sealed-file.ts';

const TABLE_BYTES = 4;
const PATH_BYTES_MAX = 1024;

const count = z.int().nonnegative();
const name = z.string().min(1).max(63);
const headerShape = z.strictObject({
  format: z.literal(FORMAT),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  schema: z.strictObject({ migrations: count, hash: z.string() }),
  postgres: z.string(),
  createdAt: count,
  tables: z.array(z.strictObject({ name, columns: z.array(name) })),
  record: z.strictObject({ size: count, root: z.string() }).nullable(),
});
const totalsShape = z.strictObject({
  tables: z.array(z.strictObject({ name, rows: count, sum: z.string() })),
  sequences: z.array(z.strictObject({ name, value: z.string().regex(/^-?\d+$/), called: z.boolean() })),
  files: z.array(z.strictObject({ path: z.string(), bytes: count, hash: z.string() })),
});

export function encode(item: Item): { kind: ChunkKind; bytes: Buffer } {
  if (item.kind === 'header') return { kind: CHUNK.header, bytes: Buffer.from(JSON.stringify(item.header)) };
  if (item.kind === 'end') return { kind: CHUNK.end, bytes: Buffer.from(JSON.stringify(item.totals)) };
  const number = Buffer.alloc(TABLE_BYTES);
  if (item.kind === 'rows') {
    number.writeUInt32BE(item.table);
    return { kind: CHUNK.rows, bytes: Buffer.concat([number, item.bytes]) };
  }
  const path = Buffer.from(item.path);
  if (path.length > PATH_BYTES_MAX)
    throw new BackupError('limit', 'A file in the ledger folder has a name that is too long.');
  number.writeUInt32BE(path.length);
  return { kind: CHUNK.file, bytes: Buffer.concat([number, path, item.bytes]) };
}

export function decode(kind: ChunkKind, bytes: Buffer): Item {
  if (kind === CHUNK.header) return { kind: 'header', header: headerOf(bytes) };
  if (kind === CHUNK.end) return { kind: 'end', totals: totalsShape.parse(jsonOf(bytes)) as Totals };
  if (bytes.length < TABLE_BYTES) throw damaged('a chunk in it is too short');
  const number = bytes.readUInt32BE();
  if (kind === CHUNK.rows) return { kind: 'rows', table: number, bytes: bytes.subarray(TABLE_BYTES) };
  const path = bytes.toString('utf8', TABLE_BYTES, TABLE_BYTES + number);
  if (number > PATH_BYTES_MAX || !isPlainPath(path)) throw damaged('a file in it has no usable name');
  return { kind: 'file', path, bytes: bytes.subarray(TABLE_BYTES + number) };
}

function headerOf(bytes: Buffer): Header {
  const json = jsonOf(bytes) as { format?: unknown };
  if (typeof json.format === 'number' && json.format > FORMAT)
    throw new BackupError(
      'newer_format',
      `The backup has format ${json.format}, this Kept reads ${FORMAT}: restore it with a newer version.`,
    );
  const header = headerShape.safeParse(json);
  if (!header.success) throw damaged('its header cannot be read');
  return header.data;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw damaged('a part of it is not JSON');
  }
}

/** Below its folder, by ordinary names. */
export const isPlainPath = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
