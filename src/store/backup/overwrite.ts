/** Ends a file that holds keys: overwritten with zeros where it stands, synced, then removed. */
import { open, rm } from 'node:fs/promises';

const PIECE_BYTES = 256 * 1024;

/** A file that is not there is gone already. */
export async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    const zeros = Buffer.alloc(PIECE_BYTES);
    const { size } = await file.stat();
    for (let at = 0; at < size; at += PIECE_BYTES)
      await file.write(zeros, 0, Math.min(PIECE_BYTES, size - at), at);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path, { force: true });
}
