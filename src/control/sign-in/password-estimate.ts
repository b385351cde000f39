/** The shipped list and the estimator of guesses; loaded with the first password that is set, since it takes a while. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

const breached: ReadonlySet<string> = new Set(
  (common.dictionary['passwords-common'] as readonly (string | number)[]).map(String),
);
const estimator = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});

/** Whether it is on the list, as it is or with a tail of digits and signs. */
export function isBreached(password: string): boolean {
  const plain = password.toLowerCase();
  return breached.has(plain) || breached.has(plain.replace(/[\d\W_]+$/u, ''));
}

/** `score` is 0 to 4. `own`: words that a guesser tries first. */
export const estimate = (password: string, own: readonly string[]) => estimator.check(password, [...own]);
