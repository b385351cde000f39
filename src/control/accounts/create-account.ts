/** Makes a person and their account, and tells the gateways. */
import { eq } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import { isOutage } from '../../store/failures.ts';
import { RecordBehind } from '../../store/ledger/record-behind.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Act, Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { toAccountState } from './account-state.ts';
import type { Account } from './find-account.ts';
import { account, membership, person, type WAYS } from './schema.ts';
import type { StaffRole } from './staff-role.ts';

export interface NewAccount {
  /** Normalised. */
  readonly email: string;
  readonly name: string;
  readonly staffRole: StaffRole | null;
  /** When that role ends. */
  readonly staffUntil?: Date | null;
  readonly way: (typeof WAYS)[number];
  /** Its keys work only when the address is confirmed. */
  readonly awaitsAddress?: boolean;
  /** It gets the credit of a sign-up, once. */
  readonly welcomeDue?: boolean;
  /** What else is written about the new person, in the same transaction. */
  readonly also?: (tx: Tx, personId: Id) => Promise<void>;
}

export interface MadeAccount {
  readonly person: Id;
  readonly account: Id;
}

/** Throws `Problem` 409 when the address has an account already. */
export async function createAccount(services: Services, made: NewAccount): Promise<MadeAccount> {
  const subjects = { person: newId(), account: newId() };
  services.creating.add(subjects.person);
  try {
    await claimKeys(services, subjects, made.email);
    const row = await insert(services, subjects, made).catch(async (error: unknown) => {
      // Where it was committed, or that is not known, the keys stay: whoever asks for the address next finds out.
      if (!mayStand(error)) await services.keys.destroy(keysOf(subjects));
      throw error;
    });
    services.log('info', 'account_created', { account: row.id });
    return subjects;
  } finally {
    services.creating.delete(subjects.person);
  }
}

interface Subjects {
  readonly person: Id;
  readonly account: Id;
}

const keysOf = ({ person: personId, account: accountId }: Subjects) => [
  { kind: 'person' as const, id: personId },
  { kind: 'account' as const, id: accountId },
];

/** Keys before rows: a row is never without the key that it is sealed under. */
async function claimKeys(services: Services, subjects: Subjects, email: string): Promise<void> {
  const { keys } = services;
  for (const { kind, id } of keysOf(subjects)) await keys.create(kind, id);
  if ((await keys.setLookup('email', email, subjects.person)) === 'set') return;
  await dropUnfinished(services, email);
  if ((await keys.setLookup('email', email, subjects.person)) === 'set') return;
  await keys.destroy(keysOf(subjects));
  throw new Problem(
    409,
    'account_exists',
    'An account with this e-mail address exists already; use that one.',
  );
}

/** A look-up without a person is left of a creation that was cut off between its keys and its rows. */
async function dropUnfinished({ db, keys, creating }: Services, email: string): Promise<void> {
  const owner = keys.lookup('email', email);
  if (owner === null || creating.has(owner)) return;
  const found = await db.select({ id: person.id }).from(person).where(eq(person.id, owner));
  if (found.length === 0) await keys.destroy([{ kind: 'person', id: owner }]);
}

const mayStand = (error: unknown): boolean =>
  isOutage(error) || (error instanceof RecordBehind && error.code === 'committed');

function insert(
  { record, vault, keys, isErased, directory }: Services,
  { person: personId, account: accountId }: Subjects,
  made: NewAccount,
) {
  const { email, name, staffRole, staffUntil = null, way, awaitsAddress = false, welcomeDue = false } = made;
  const work: Act<Account> = async (tx, enter) => {
    const whom = { id: personId, email, name, staffRole, staffUntil };
    await tx.insert(person).values(sealRow(vault, person, whom));
    const [created] = await tx
      .insert(account)
      .values(sealRow(vault, account, { id: accountId, name, way, awaitsAddress, welcomeDue }))
      .returning();
    if (created === undefined) throw new Error('an inserted account is not returned');
    await tx.insert(membership).values({ person: personId, account: accountId, role: 'owner' });
    await made.also?.(tx, personId);
    await enter({
      kind: 'role_change',
      role: way === 'sign_up' ? 'person' : 'operator',
      about: { kind: 'person', id: personId },
      content: {
        account: accountId,
        membership: 'owner',
        staff_role: staffRole,
        ...(staffUntil !== null && { staff_until: staffUntil.toISOString() }),
      },
    });
    return created;
  };
  return record.act(work, {
    committed: (created) => directory.putAccount(toAccountState(created, { keys, isErased }, false)),
  });
}
