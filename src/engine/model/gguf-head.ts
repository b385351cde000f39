/** Looks at the head of a model file before llama.cpp does: a damaged one would keep it busy for ever. */
import { type FileHandle, open } from 'node:fs/promises';

const MAGIC = 'GGUF';
/** The versions that llama.cpp reads. */
const [VERSION_LEAST, VERSION_MOST] = [2, 3];
/** Magic (4 bytes), version (4), number of tensors (8), number of metadata entries (8). */
const HEAD_BYTES = 24;
/** More tensors or entries than any model has. */
const COUNT_MAX = 1_000_000n;

/** Whether the file begins as a GGUF file does. False where it cannot be read. */
export async function looksLikeGguf(path: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch {
    return false;
  }
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    const version = head.readUInt32LE(4);
    const counts = [head.readBigUInt64LE(8), head.readBigUInt64LE(16)];
    return (
      bytesRead === HEAD_BYTES &&
      head.toString('latin1', 0, MAGIC.length) === MAGIC &&
      version >= VERSION_LEAST &&
      version <= VERSION_MOST &&
      counts.every((count) => count > 0n && count < COUNT_MAX)
    );
  } finally {
    await file.close();
  }
}
