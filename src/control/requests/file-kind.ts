/** What a file is, by its first bytes: its name and what a browser says of it are never asked. Pure. */

export const FILE_KINDS = ['pdf', 'jpeg', 'png'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const BEGINNINGS: Readonly<Record<FileKind, Buffer>> = {
  pdf: Buffer.from('%PDF-'),
  jpeg: Buffer.from([0xff, 0xd8, 0xff]),
  png: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
};

export const MEDIA_TYPES: Readonly<Record<FileKind, string>> = {
  pdf: 'application/pdf',
  jpeg: 'image/jpeg',
  png: 'image/png',
};

/** Null: none of them. */
export const fileKindOf = (bytes: Uint8Array): FileKind | null =>
  FILE_KINDS.find((kind) => BEGINNINGS[kind].equals(bytes.subarray(0, BEGINNINGS[kind].length))) ?? null;
