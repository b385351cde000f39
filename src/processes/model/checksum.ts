import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ModelFile } from './model-file.ts';

/** Whether the file at `path` is the model, byte for byte. False where there is none. */
export async function isModel(path: string, model: ModelFile): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.size !== model.bytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === model.sha256;
}
