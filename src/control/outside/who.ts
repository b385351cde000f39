/** Whom a task is about: the least by which somebody can be found, sealed under the task's own key. */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Store, Tx } from '../../store/store.ts';
import { person } from '../accounts/schema.ts';
import { Intake } from '../intake.ts';

const whoSchema = z.strictObject({
  name: z.string().nullable(),
  address: z.string().nullable(),
  /** What is to be put right, and to what. */
  change: z.strictObject({ what: z.string(), to: z.string() }).nullable(),
});
export type Who = z.output<typeof whoSchema>;

export const taskWho = new Intake('outside_task', 'who', whoSchema);

export interface Known {
  readonly who: Who;
  readonly isStaff: boolean;
}

/** Null: they are erased. */
export async function knownPerson(
  { vault }: Pick<Store, 'vault'>,
  tx: Tx | Store['db'],
  id: Id,
): Promise<Known | null> {
  const { name, email, staffRole } = person;
  const [row] = await tx
    .select({ id: person.id, name, email, staffRole })
    .from(person)
    .where(eq(person.id, id));
  if (row === undefined) return null;
  const who = {
    name: readValue(vault, person, row, 'name'),
    address: readValue(vault, person, row, 'email'),
    change: null,
  };
  return { who, isStaff: row.staffRole !== null };
}
