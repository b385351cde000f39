/** The inventory of cookies and beacons (COLLECT-7): there is none beside these. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.array(
  z.strictObject({
    name: z.string().regex(/^[\w-]+$/),
    /** Its name where the site is reached by https. */
    secure_name: z.string().regex(/^[\w-]+$/),
    kind: z.enum(['cookie', 'beacon']),
    purpose: z.string().min(1),
    /** Whether the site does not work without it; only these come before a choice (CHOICE-1). */
    necessary: z.boolean(),
    /** What does not work without it; null for what is not necessary. */
    needed_for: z.string().min(1).nullable(),
    lasts: z.string().min(1),
  }),
);

export type InventoryItem = z.output<typeof schema>[number];

/** Throws where the inventory is damaged; a test reads it. */
export const readCookies = (): readonly InventoryItem[] =>
  schema.parse(JSON.parse(readFileSync(new URL('../../../policy/cookies.json', import.meta.url), 'utf8')));
