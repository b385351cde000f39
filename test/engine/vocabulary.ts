/** Token numbers of the default model, by their text. */
import { readGgufFileInfo } from 'node-llama-cpp';
import { modelPath } from './running.ts';

/** The number of the one token that is `text`; the vocabulary writes a space as Ġ. */
export async function tokenNumber(text: string): Promise<number> {
  const info = await readGgufFileInfo(await modelPath());
  const number = info.metadata.tokenizer.ggml.tokens.indexOf(text.replaceAll(' ', 'Ġ'));
  if (number < 0) throw new Error('no single token is this text');
  return number;
}
