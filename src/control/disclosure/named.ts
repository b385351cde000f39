/**
 * Whom a demand names, found as exactly as it names them: an e-mail address or the id of an account. Somebody unknown and
 * somebody erased are the same: there is nobody, and nothing more is told.
 */
import { asc, eq } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import type { Tx } from '../../store/store.ts';
import { accountsHeldAlone, findAccount, normaliseEmail, ownersOf } from '../accounts/index.ts';
import { inward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import type { DisclosureParts } from './parts.ts';
import { disclosureSubject } from './schema.ts';

export const NAMED_MAX = 50;
const NAME_CHARACTERS_MAX = 320;

/** Lines of a form. Throws `Problem` 400. */
export function readNamed(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const named = [...new Set(lines.filter((line) => line !== ''))];
  const wrong = named.find(
    (line) => line.length > NAME_CHARACTERS_MAX || (!line.includes('@') && inward('acct', line) === null),
  );
  if (named.length === 0 || named.length > NAMED_MAX || wrong !== undefined)
    throw new Problem(
      400,
      'invalid_input',
      `Whom it names: 1 to ${NAMED_MAX} lines, each an e-mail address or the id of an account like acct_….`,
    );
  return named;
}

/** Null: nobody, or nobody any more. */
export async function findNamed(services: Services, reference: string): Promise<SubjectName | null> {
  const account = inward('acct', reference);
  if (account === null) {
    const person = services.keys.lookup('email', normaliseEmail(reference));
    return person === null ? null : { kind: 'person', id: person };
  }
  try {
    const { id } = await findAccount(services, reference);
    return services.keys.has('account', id) ? { kind: 'account', id } : null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Locks them, and answers those who are there and stay until the transaction ends. */
export async function lockThere(
  { erasing: { store } }: DisclosureParts,
  tx: Tx,
  found: readonly (SubjectName | null)[],
): Promise<(SubjectName | null)[]> {
  await lockAlone(tx, ...found.filter((each) => each !== null));
  const there: (SubjectName | null)[] = [];
  for (const each of found) {
    const isThere =
      each !== null && store.keys.has(each.kind, each.id) && (await findOpen(tx, each))?.state !== 'begun';
    there.push(isThere ? each : null);
  }
  return there;
}

export async function insertNamed(
  tx: Tx,
  of: Id,
  at: Date,
  found: readonly (SubjectName | null)[],
): Promise<void> {
  await tx.insert(disclosureSubject).values(
    found.map((subject, number) => ({
      id: newId(),
      case: of,
      number,
      person: subject?.kind === 'person' ? subject.id : null,
      account: subject?.kind === 'account' ? subject.id : null,
      at,
    })),
  );
}

/** In the order in which they are named; null where there is nobody, or nobody any more. */
export async function namedIn(
  { erasing: { store } }: DisclosureParts,
  tx: Pick<Tx, 'select'>,
  of: Id,
): Promise<(SubjectName | null)[]> {
  const rows = await tx
    .select()
    .from(disclosureSubject)
    .where(eq(disclosureSubject.case, of))
    .orderBy(asc(disclosureSubject.number));
  return rows.map(({ person, account }) => {
    const subject: SubjectName | null =
      person !== null
        ? { kind: 'person', id: person }
        : account !== null
          ? { kind: 'account', id: account }
          : null;
    return subject !== null && store.keys.has(subject.kind, subject.id) ? subject : null;
  });
}

/**
 * A person with the accounts that nobody else belongs to; of an account that several share, the others' data would come along,
 * so it has to be named itself.
 */
export async function withTheirs(
  tx: Tx,
  { kind, id }: SubjectName,
): Promise<[SubjectName, ...SubjectName[]]> {
  if (kind === 'account') return [{ kind, id }];
  const accounts = await accountsHeldAlone(tx, id);
  return [{ kind, id }, ...accounts.map((each) => ({ kind: 'account' as const, id: each }))];
}

/** Who is to be told: those who are named, and whoever owns an account that is. */
export async function peopleIn(parts: DisclosureParts, tx: Tx, of: Id): Promise<Id[]> {
  const people = new Set<Id>();
  for (const subject of await namedIn(parts, tx, of)) {
    if (subject === null) continue;
    const theirs = subject.kind === 'person' ? [subject.id] : await ownersOf(tx, subject.id);
    for (const person of theirs) if (parts.erasing.store.keys.has('person', person)) people.add(person);
  }
  return [...people].sort();
}
