/** Names that people give to accounts and keys. */
import { z } from 'zod';

const NAME_LENGTH_MAX = 200;

/** Trimmed, NFC, one line. */
export const nameInput = z
  .string()
  .transform((text) => text.trim().normalize('NFC'))
  .pipe(
    z
      .string()
      .min(1, 'must not be empty')
      .max(NAME_LENGTH_MAX)
      .regex(/^\P{Cc}+$/u, 'must not hold control characters'),
  );
