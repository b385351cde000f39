/** Files of a case: orders that were uploaded, and what is handed over. Sealed under the key of the case; each look is a step. */
import { createHash } from 'node:crypto';
import { and, asc, eq, gt } from 'drizzle-orm';
import { type Id, isId, newId } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { type HandedInKind, handedInKindOf, MEDIA_TYPES } from '../file-kind.ts';
import { Problem } from '../problem.ts';
import { type By, onCase, step } from './case.ts';
import { fileContent } from './content.ts';
import type { DisclosureParts } from './parts.ts';
import { type DisclosureFile, disclosureFile } from './schema.ts';
import { CASE_STATES, type FileRole } from './words.ts';

const MB = 1024 * 1024;
export const FILE_BYTES_MAX = 10 * MB;

export interface NewFile {
  readonly role: FileRole;
  readonly format: HandedInKind | 'cms';
  readonly bytes: Uint8Array;
}

/** Null: nothing was chosen. Throws `Problem` 400 and 413. */
export function readUpload(role: FileRole, label: string, bytes: Uint8Array | null): NewFile | null {
  if (bytes === null || bytes.length === 0) return null;
  if (bytes.length > FILE_BYTES_MAX)
    throw new Problem(413, 'too_long', `${label}: it may have ${FILE_BYTES_MAX / MB} MB at most.`);
  const format = handedInKindOf(bytes);
  if (format === null)
    throw new Problem(
      400,
      'invalid_input',
      `${label}: must be a PDF, JPEG, PNG, ZIP or plain text (UTF-8) file, whatever its name.`,
    );
  return { role, format, bytes };
}

/** Answers its hash, as hex. */
export async function keepFile(
  { erasing: { store } }: DisclosureParts,
  tx: Tx,
  of: Id,
  { role, format, bytes }: NewFile,
  until: Date,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content = fileContent.sealAnew(store.vault, of, Buffer.from(bytes).toString('base64'));
  const at = new Date(store.now());
  await tx
    .insert(disclosureFile)
    .values({ id: newId(), case: of, role, format, bytes: bytes.length, sha256, at, until, content });
  return sha256;
}

const { id, role, format, bytes, sha256, at, until } = disclosureFile;

/** The oldest first; without what is in them. */
export const filesOf = ({ erasing: { store } }: DisclosureParts, of: Id) =>
  store.db
    .select({ id, role, format, bytes, sha256, at, until })
    .from(disclosureFile)
    .where(and(eq(disclosureFile.case, of), gt(disclosureFile.until, new Date(store.now()))))
    .orderBy(asc(disclosureFile.at), asc(disclosureFile.id));

/** The look stands in the record first. Throws `Problem` 404. */
export async function openFile(parts: DisclosureParts, of: Id, file: string, by: By) {
  const { store } = parts.erasing;
  const row = await onCase(parts, of, CASE_STATES, async (tx, enter): Promise<DisclosureFile> => {
    const its = and(
      eq(disclosureFile.id, file),
      eq(disclosureFile.case, of),
      gt(disclosureFile.until, new Date(store.now())),
    );
    const [found] = isId(file) ? await tx.select().from(disclosureFile).where(its) : [];
    if (found === undefined) throw noSuchFile();
    await step(parts, tx, enter, { case: of, event: 'look', by, content: { file: found.id } });
    return found;
  });
  const text = fileContent.open(store.vault, of, row.content);
  if (text === null) throw noSuchFile();
  return {
    bytes: Buffer.from(text, 'base64'),
    type: row.format === 'cms' ? 'application/pkcs7-mime' : MEDIA_TYPES[row.format],
    name: `${row.role}-${row.id}.${row.format}`,
  };
}

const noSuchFile = (): Problem => new Problem(404, 'no_such_file', 'There is no such file, or it is gone.');
