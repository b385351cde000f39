/** Files that staff hand in of what they found: sealed under the key of their person, who alone downloads them. */
import { and, eq, gt, inArray } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Store, Tx } from '../../store/store.ts';
import { type HandedInKind, handedInKindOf, MEDIA_TYPES } from '../file-kind.ts';
import { Problem } from '../problem.ts';
import { type OutsideTask, outsideFile } from './schema.ts';

const MB = 1024 * 1024;
const DAY_MS = 86_400_000;
export const HANDED_IN_BYTES_MAX = 10 * MB;
/** So long after it was handed in it can be downloaded. */
const FILE_DAYS = 60;

export interface HandedIn {
  readonly kind: HandedInKind;
  readonly bytes: Uint8Array;
}

/** Throws `Problem` 400 and 413. */
export function readHandedIn(bytes: Uint8Array | null): HandedIn {
  if (bytes === null || bytes.length === 0)
    throw new Problem(
      400,
      'invalid_input',
      'File: choose the one with what you found, or say that you found nothing.',
    );
  if (bytes.length > HANDED_IN_BYTES_MAX)
    throw new Problem(413, 'too_long', `File: it may have ${HANDED_IN_BYTES_MAX / MB} MB at most.`);
  const kind = handedInKindOf(bytes);
  if (kind === null)
    throw new Problem(
      400,
      'invalid_input',
      'File: must be a PDF, JPEG, PNG, ZIP or plain text (UTF-8) file, whatever its name.',
    );
  return { kind, bytes };
}

/** Their person is locked, and there. */
export async function keepFile(
  { vault, now }: Pick<Store, 'vault' | 'now'>,
  tx: Tx,
  { id, person }: Pick<OutsideTask, 'id' | 'person'>,
  { kind, bytes }: HandedIn,
): Promise<void> {
  if (person === null) throw new Problem(409, 'erased', 'Whom this is about is erased: nobody could get it.');
  const at = new Date(now());
  const row = {
    task: id,
    person,
    format: kind,
    bytes: bytes.length,
    content: Buffer.from(bytes).toString('base64'),
    at,
    until: new Date(at.getTime() + FILE_DAYS * DAY_MS),
  };
  await tx.insert(outsideFile).values(sealRow(vault, outsideFile, row));
}

export interface ListedFile {
  readonly task: Id;
  readonly format: HandedInKind;
  readonly bytes: number;
  readonly until: Date;
}

export async function filesOf(
  { db, now }: Pick<Store, 'db' | 'now'>,
  tasks: readonly Id[],
): Promise<ListedFile[]> {
  if (tasks.length === 0) return [];
  const { task, format, bytes, until } = outsideFile;
  return db
    .select({ task, format, bytes, until })
    .from(outsideFile)
    .where(and(inArray(task, [...tasks]), gt(until, new Date(now()))));
}

/** For whom it is, and nobody else. Throws `Problem` 404. */
export async function fileFor(
  { db, vault, now }: Pick<Store, 'db' | 'vault' | 'now'>,
  person: Id,
  task: string,
) {
  const [row] = isId(task)
    ? await db
        .select()
        .from(outsideFile)
        .where(
          and(
            eq(outsideFile.task, task),
            eq(outsideFile.person, person),
            gt(outsideFile.until, new Date(now())),
          ),
        )
    : [];
  const text = row === undefined ? null : readValue(vault, outsideFile, row, 'content');
  if (row === undefined || text === null)
    throw new Problem(404, 'no_such_file', 'There is no such file of yours, or it is gone.');
  return {
    bytes: Buffer.from(text, 'base64'),
    type: MEDIA_TYPES[row.format],
    name: `kept-outside-${row.task}.${row.format}`,
  };
}
