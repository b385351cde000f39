/**
 * Files that come with messages: what they are is told by their bytes, they are sealed under the key of whoever sent them,
 * and nothing here looks into one: an archive is never unpacked.
 */
import { and, eq, inArray } from 'drizzle-orm';
import { type Id, isId, newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import type { Tx } from '../../store/store.ts';
import { type HandedInKind, handedInKindOf, MEDIA_TYPES } from '../file-kind.ts';
import { Problem } from '../problem.ts';
import { FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX } from './kinds.ts';
import { type MessageRow, messageFile } from './schema.ts';

export interface SentFile {
  /** As whoever sent it calls it: anything. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
export interface CheckedFile extends SentFile {
  readonly kind: HandedInKind;
}

const MB = 1024 * 1024;
const NAME_CHARACTERS_MAX = 100;
/** What no name of a file needs: folders, what turns the direction of text, and signs that some system reads otherwise. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"|?*]/gu;

/** A name that any system takes, which ends in what the file is. */
export function fileNameOf(name: string, kind: HandedInKind): string {
  const [last = ''] = name.normalize('NFC').split(/[/\\]/).slice(-1);
  const cleaned = last.replace(NOT_IN_NAMES, '').replace(/\s+/g, ' ').trim();
  const stem = cleaned
    .replace(/\.[^.]*$/, '')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, NAME_CHARACTERS_MAX)
    .toWellFormed();
  return `${stem === '' ? 'file' : stem}.${kind}`;
}

/** Of a form. Empty fields are none. Throws `Problem` 400 and 413, since whoever sends it can choose another. */
export function checkFiles(sent: readonly SentFile[]): CheckedFile[] {
  const files = sent.filter(({ bytes }) => bytes.length > 0);
  if (files.length > FILES_MAX)
    throw new Problem(400, 'invalid_input', `Files: at most ${FILES_MAX} in one message.`);
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (files.some(({ bytes }) => bytes.length > FILE_BYTES_MAX) || total > FILES_BYTES_MAX)
    throw new Problem(
      413,
      'too_long',
      `Files: each may have ${FILE_BYTES_MAX / MB} MB, all together ${FILES_BYTES_MAX / MB} MB.`,
    );
  return files.map((file) => {
    const kind = handedInKindOf(file.bytes);
    if (kind === null)
      throw new Problem(
        400,
        'invalid_input',
        'Files: each must be a PDF, JPEG, PNG, ZIP or plain text (UTF-8) file, whatever its name.',
      );
    return { ...file, kind };
  });
}

/** Of a mail, which cannot be sent again as easily: what can be kept is, and the rest is counted. */
export function keepableFiles(sent: readonly SentFile[]): {
  readonly files: CheckedFile[];
  readonly dropped: number;
} {
  const files: CheckedFile[] = [];
  let total = 0;
  for (const file of sent) {
    const kind = handedInKindOf(file.bytes);
    const fits =
      files.length < FILES_MAX &&
      file.bytes.length > 0 &&
      file.bytes.length <= FILE_BYTES_MAX &&
      total + file.bytes.length <= FILES_BYTES_MAX;
    if (kind === null || !fits) continue;
    files.push({ ...file, kind });
    total += file.bytes.length;
  }
  return { files, dropped: sent.length - files.length };
}

/** Its person is locked, and there. */
export async function writeFiles(
  vault: Vault,
  tx: Tx,
  { id, conversation, person, until }: Pick<MessageRow, 'id' | 'conversation' | 'person' | 'until'>,
  files: readonly CheckedFile[],
): Promise<void> {
  for (const { name, kind, bytes } of files) {
    const row = {
      id: newId(),
      message: id,
      conversation,
      person,
      format: kind,
      bytes: bytes.length,
      name: fileNameOf(name, kind),
      content: Buffer.from(bytes).toString('base64'),
      until,
    };
    await tx.insert(messageFile).values(sealRow(vault, messageFile, row));
  }
}

export interface ListedFile {
  readonly id: Id;
  readonly message: Id;
  readonly name: string;
  readonly format: HandedInKind;
  readonly bytes: number;
}

/** Without what is in them. */
export async function filesOf(db: Db, vault: Vault, messages: readonly Id[]): Promise<ListedFile[]> {
  if (messages.length === 0) return [];
  const { id, message, person, format, bytes, name } = messageFile;
  const rows = await db
    .select({ id, message, person, format, bytes, name })
    .from(messageFile)
    .where(inArray(message, [...messages]));
  return rows.map((row) => ({
    id: row.id,
    message: row.message,
    name: readValue(vault, messageFile, row, 'name') ?? `file.${row.format}`,
    format: row.format,
    bytes: row.bytes,
  }));
}

export interface Download {
  readonly bytes: Buffer;
  readonly type: string;
  readonly name: string;
}

/** One of a conversation. Throws `Problem` 404. */
export async function fileOf(db: Db, vault: Vault, conversation: Id, file: string): Promise<Download> {
  const [row] = isId(file)
    ? await db
        .select()
        .from(messageFile)
        .where(and(eq(messageFile.id, file), eq(messageFile.conversation, conversation)))
    : [];
  const text = row === undefined ? null : readValue(vault, messageFile, row, 'content');
  if (row === undefined || text === null)
    throw new Problem(404, 'no_such_file', 'There is no such file, or it is gone.');
  return {
    bytes: Buffer.from(text, 'base64'),
    type: MEDIA_TYPES[row.format],
    name: readValue(vault, messageFile, row, 'name') ?? `file.${row.format}`,
  };
}
