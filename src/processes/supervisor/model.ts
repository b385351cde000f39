/** The embedded engine's model file: there, readable and a GGUF, or the default one, fetched. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/index.ts';
import { codeOf, StartError } from '../start-error.ts';
import type { Progress } from './progress.ts';

const MAGIC = 'GGUF';
/** The default model, with room for unpacking it out of an archive. */
export const DEFAULT_MODEL_BYTES = 256 * 1024 * 1024;

/** The file name of the default model in the models folder. */
export const DEFAULT_MODEL_FILE = 'smollm2-135m-instruct.gguf';

/** The paths of the chat model and, when one is configured, of the embedding model, both checked. */
export async function provideModel(config: Config, progress: Progress, signal: AbortSignal): Promise<string> {
  if (config.embedded?.embeddingPath)
    requireGguf(config.embedded.embeddingPath, '"embedding_model" in kept.config.json');
  if (config.embedded?.path) {
    requireGguf(config.embedded.path, 'KEPT_MODEL');
    return config.embedded.path;
  }
  const { fetchDefaultModel } = await import('../model/fetch-model.ts');
  const onProgress = (done: number, total: number) => progress.bytes('Fetching the model', done, total);
  return fetchDefaultModel({ folder: config.modelsFolder, onProgress, signal });
}

/** Whether the default model still has to be fetched. */
export function mustFetch(config: Config): boolean {
  return (
    config.embedded !== null &&
    config.embedded.path === null &&
    !existsSync(path.join(config.modelsFolder, DEFAULT_MODEL_FILE))
  );
}

function requireGguf(file: string, setting: string): void {
  const head = Buffer.alloc(MAGIC.length);
  try {
    const fd = openSync(file, 'r');
    readSync(fd, head, 0, head.length, 0);
    closeSync(fd);
  } catch (error) {
    const what = codeOf(error) === 'ENOENT' ? 'is not there' : 'cannot be read by this user';
    throw new StartError(`The model file ${file} ${what}: correct ${setting}.`);
  }
  if (head.toString('latin1') !== MAGIC) {
    throw new StartError(
      `The model file ${file} is not a GGUF: set ${setting} to a GGUF file, or leave it out to use the default model.`,
    );
  }
}
