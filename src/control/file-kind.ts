/** What a file is, by its bytes: its name and what a browser says of it are never asked. Pure. */

export const FILE_KINDS = ['pdf', 'jpeg', 'png'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** Also what programs write: text of any kind, and ZIP, as which office programs save. */
export const HANDED_IN_KINDS = [...FILE_KINDS, 'zip', 'txt'] as const;
export type HandedInKind = (typeof HANDED_IN_KINDS)[number];

const BEGINNINGS: Readonly<Record<Exclude<HandedInKind, 'txt'>, Buffer>> = {
  pdf: Buffer.from('%PDF-'),
  jpeg: Buffer.from([0xff, 0xd8, 0xff]),
  png: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  zip: Buffer.from([0x50, 0x4b, 0x03, 0x04]),
};

export const MEDIA_TYPES: Readonly<Record<HandedInKind, string>> = {
  pdf: 'application/pdf',
  jpeg: 'image/jpeg',
  png: 'image/png',
  zip: 'application/zip',
  txt: 'text/plain; charset=utf-8',
};

const isOf = (kind: keyof typeof BEGINNINGS, bytes: Uint8Array): boolean =>
  BEGINNINGS[kind].equals(bytes.subarray(0, BEGINNINGS[kind].length));

/** Null: none of them. */
export const fileKindOf = (bytes: Uint8Array): FileKind | null =>
  FILE_KINDS.find((kind) => isOf(kind, bytes)) ?? null;

/** Null: none of them. Text is what is UTF-8 whole and has no control characters but line ends and tabs. */
export const handedInKindOf = (bytes: Uint8Array): HandedInKind | null =>
  fileKindOf(bytes) ?? (isOf('zip', bytes) ? 'zip' : isText(bytes) ? 'txt' : null);

const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

function isText(bytes: Uint8Array): boolean {
  try {
    return !CONTROL.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
}
