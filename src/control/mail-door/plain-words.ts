/** Marks that compatibility decomposition separates from their letters. */
const MARKS = /\p{M}+/gu;
const NO_WORD = /[^\p{L}\p{N}]+/gu;

/** Small letters without accents, words with one space before and after each: what rules are compared with. */
export const plainWords = (text: string): string =>
  ` ${text.normalize('NFKD').replace(MARKS, '').toLowerCase().replaceAll('ß', 'ss').replace(NO_WORD, ' ').trim()} `;
