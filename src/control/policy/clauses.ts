/** The clause register: every promise of the policy by its permanent id. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { BillingMode } from '../../link/words.ts';
import { wordsFor } from './words-for.ts';

const schema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[A-Z]+-\d+$/),
      topic: z.string().min(1),
      /** What is promised, in one sentence of our own. */
      promise: z.string().min(1),
    }),
  )
  .min(1);

export type Clause = z.output<typeof schema>[number];

/** In the words for a mode of billing. Throws where the register is damaged; a test reads it. */
export function readClauses(billing: BillingMode): readonly Clause[] {
  const text = readFileSync(new URL('../../../policy/clauses.json', import.meta.url), 'utf8');
  return schema.parse(JSON.parse(wordsFor(billing, text)));
}
