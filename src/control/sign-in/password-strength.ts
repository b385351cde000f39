/**
 * Which passwords are refused: those that are known from breaches or easily guessed. The list of some 50,000 is shipped
 * (`@zxcvbn-ts/language-common`); nobody is asked over the network. No rules about kinds of characters (NIST SP 800-63B).
 */
export const PASSWORD_CHARS_MIN = 10;
export const PASSWORD_CHARS_MAX = 256;
/** The estimate takes time that grows with the length; what follows only makes it stronger. */
const ESTIMATED_CHARS_MAX = 64;
/** 0 to 4; 3 is some 10⁸ guesses and more. */
const SCORE_MIN = 3;
/** Of name and address: shorter pieces are in every password. */
const OWN_WORD_CHARS_MIN = 3;

/** The sentence that says what is wrong and what helps, or null for a good password. `own`: the person's name and address. */
export async function weakness(password: string, own: readonly string[]): Promise<string | null> {
  const length = [...password].length;
  if (length < PASSWORD_CHARS_MIN) {
    return `It is too short: use ${PASSWORD_CHARS_MIN} characters or more, such as four words that have nothing to do with each other.`;
  }
  if (length > PASSWORD_CHARS_MAX) return `It is too long: use at most ${PASSWORD_CHARS_MAX} characters.`;
  const { isBreached, estimate } = await import('./password-estimate.ts');
  if (isBreached(password)) {
    return 'It is on a list of passwords that were stolen elsewhere, and is tried first. Choose another one that you use nowhere else.';
  }
  const words = own
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word.length >= OWN_WORD_CHARS_MIN)
    .map((word) => word.toLowerCase());
  if (withoutOwn(password, words).length < PASSWORD_CHARS_MIN / 2) {
    return 'It is made of your name or your address. Use words that have nothing to do with you.';
  }
  const { score, feedback } = estimate(password.slice(0, ESTIMATED_CHARS_MAX), words);
  if (score >= SCORE_MIN) return null;
  const why = feedback.warning ? ` ${feedback.warning}` : '';
  return `It is easily guessed.${why} Add a word or two that have nothing to do with it or with you.`;
}

/** What is left of it without the person's own words. */
function withoutOwn(password: string, words: readonly string[]): string {
  let left = password.toLowerCase();
  for (const word of words.toSorted((a, b) => b.length - a.length)) left = left.replaceAll(word, '');
  return left;
}
