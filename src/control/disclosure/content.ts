/** What a case says, sealed under a key of its own: who asks, on what basis, for whom, and what was answered about it. */
import { z } from 'zod';
import { Intake } from '../intake.ts';
import { ANSWERS, CHECK_NAMES, type Check } from './words.ts';

const answer = z.strictObject({ answer: z.enum(ANSWERS), note: z.string() });
export type Answer = z.output<typeof answer>;

const contentSchema = z.strictObject({
  authority: z.string(),
  contact: z.string(),
  /** How they call it. */
  reference: z.string(),
  basis: z.string(),
  /** Those that it names, as it names them. */
  named: z.array(z.string()),
  gagBasis: z.string(),
  /** PEM; empty: a passphrase. */
  certificate: z.string(),
  checks: z.partialRecord(z.enum(CHECK_NAMES), answer),
  /** Why less is answered, why it came back, why it was refused; the newest last. */
  reasons: z.array(z.strictObject({ event: z.string(), words: z.string() })),
});
export type CaseContent = z.output<typeof contentSchema>;
export type Checks = Readonly<Partial<Record<Check, Answer>>>;

export const caseContent = new Intake('disclosure_case', 'content', contentSchema);
/** In base64. */
export const fileContent = new Intake('disclosure_file', 'content', z.string());
