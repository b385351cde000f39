/** Words of the published texts that hold under some modes of billing only: `[[prepaid, budget_only: words]]`. Pure. */
import { BILLING_MODES, type BillingMode } from '../../link/words.ts';

const MODE = `(?:${BILLING_MODES.join('|')})`;
const FOR_BILLING = new RegExp(`\\[\\[(${MODE}(?:, ${MODE})*): ([^\\]]+)\\]\\]`, 'g');

export const wordsFor = (billing: BillingMode, text: string): string =>
  text.replace(FOR_BILLING, (_, modes: string, words: string) =>
    modes.split(', ').includes(billing) ? words : '',
  );
