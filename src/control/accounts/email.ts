/** E-mail addresses: one person, one spelling. */
import { z } from 'zod';

const EMAIL_LENGTH_MAX = 254;

/** Trimmed, lower case, NFC: how addresses are stored and looked up. */
export const normaliseEmail = (text: string): string => text.trim().normalize('NFC').toLowerCase();

export const emailInput = z
  .string()
  .transform(normaliseEmail)
  .pipe(z.email('must be an e-mail address like ada@example.org').max(EMAIL_LENGTH_MAX));
