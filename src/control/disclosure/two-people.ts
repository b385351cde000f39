/** Two people: whoever prepared does not approve, neither by another account of theirs, as far as that can be told. */
import { eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { person } from '../accounts/schema.ts';
import { Problem } from '../problem.ts';
import { stepsOf } from './case.ts';
import type { DisclosureParts } from './parts.ts';
import { type CaseEvent, PREPARING } from './words.ts';

type Deciding = Pick<DisclosureParts, 'erasing'>;

/** Without what mail servers leave out: `ada+2@example.org` is read by Ada. */
const mailboxOf = (address: string): string => address.toLowerCase().replace(/\+[^@]*@/, '@');
const nameOf = (name: string): string => name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

async function marksOf({ erasing: { store } }: Deciding, people: readonly Id[]): Promise<Set<string>> {
  const { id, name, email } = person;
  const rows = await store.db
    .select({ id, name, email })
    .from(person)
    .where(people.length === 1 ? eq(id, people[0] as Id) : inArray(id, [...people]));
  return new Set(
    rows.flatMap((row) => {
      const mailbox = readValue(store.vault, person, row, 'email');
      const called = readValue(store.vault, person, row, 'name');
      return [
        row.id,
        ...(mailbox === null ? [] : [mailboxOf(mailbox)]),
        ...(called === null ? [] : [nameOf(called)]),
      ];
    }),
  );
}

const sameOne = (): Problem =>
  new Problem(
    403,
    'same_person',
    'Two people are needed: you, or somebody with your name or mailbox, did the other half of this.',
  );

/** Throws `Problem` 403 where `approver` is one of them, or seems to be by name or mailbox. */
export async function demandAnother(
  parts: Deciding,
  approver: Id,
  others: readonly (Id | null)[],
): Promise<void> {
  const known = others.filter((each) => each !== null);
  if (known.includes(approver)) throw sameOne();
  if (known.length === 0) return;
  const theirs = await marksOf(parts, known);
  for (const mark of await marksOf(parts, [approver])) if (theirs.has(mark)) throw sameOne();
}

const PREPARES: ReadonlySet<CaseEvent> = new Set(PREPARING);

/** Throws `Problem` 403 where they had a hand in what they would approve. */
export async function demandNotPreparer(parts: DisclosureParts, of: Id, approver: Id): Promise<void> {
  const steps = await stepsOf(parts, of);
  const preparers = steps.filter(({ event }) => PREPARES.has(event)).map(({ by }) => by);
  await demandAnother(parts, approver, preparers);
}
