/** A list until it is taken over: sealed under a key of its own in the key store. */
import { z } from 'zod';
import { Intake } from '../intake.ts';

export const listContent = new Intake('partner_import', 'content', z.strictObject({ text: z.string() }));
