/** Makes a person and their account, and tells the gateways. */
import { type Id, newId } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Act, Tx } from '../../store/store.ts';
import type { Services } from '../services.ts';
import { NOTHING_CONSENTED, toAccountState } from './account-state.ts';
import { withNewKeys } from './claim-address.ts';
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
  const others = [{ kind: 'account', id: subjects.account }] as const;
  return withNewKeys(services, { whom: subjects.person, email: made.email, others }, async () => {
    const row = await insert(services, subjects, made);
    services.log('info', 'account_created', { account: row.id });
    return subjects;
  });
}

function insert(
  { record, vault, keys, isErased, directory }: Services,
  { person: personId, account: accountId }: MadeAccount,
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
    committed: (created) =>
      directory.putAccount(toAccountState(created, { keys, isErased }, NOTHING_CONSENTED)),
  });
}
