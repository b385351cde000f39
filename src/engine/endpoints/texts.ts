/** The four forms that OpenAI's `prompt` and `input` come in: text, texts, tokens, lists of tokens. */
import { invalid } from '../api/api-error.ts';

const TEXTS_MAX = 2048;

/** Each text as it was given: a string or token numbers below `vocabulary`. */
export function readTexts(
  given: unknown,
  param: string,
  vocabulary: number,
): readonly (string | readonly number[])[] {
  if (typeof given === 'string') return [given];
  const isToken = (v: unknown): v is number =>
    Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) < vocabulary;
  if (Array.isArray(given) && given.length > 0) {
    if (given.every(isToken)) return [given];
    const isText = (v: unknown): v is string | number[] =>
      typeof v === 'string' || (Array.isArray(v) && v.every(isToken));
    if (given.length <= TEXTS_MAX && given.every(isText)) return given;
  }
  throw invalid(
    param,
    `${param} must be text, a list of texts, a list of tokens or a list of lists of tokens.`,
  );
}
