/** People without an account: they get the newsletter, and nothing else is known of them but their address. */
import { and, eq, notExists, type SQL, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { Services } from '../services.ts';
import { passkey, signInMethod } from '../sign-in/schema.ts';
import { toAccountState } from './account-state.ts';
import { mayStand, withNewKeys } from './claim-address.ts';
import { nameInput } from './name.ts';
import { account, membership, person, type WAYS } from './schema.ts';

/** Nobody asks what they are called: letters greet them by their address. */
const nameOf = (email: string): string => nameInput.safeParse(email).data ?? 'reader';

interface NewReader {
  /** Normalised; that mail to it reaches them was shown just now. */
  readonly email: string;
  /** What else is written about them, in the same transaction. */
  readonly also: (tx: Tx, personId: Id) => Promise<void>;
}

/** Throws `Problem` 409 (`account_exists`) where the address is somebody's. */
export async function createReader(services: Services, { email, also }: NewReader): Promise<Id> {
  const whom = newId();
  return withNewKeys(services, { whom, email }, () =>
    services.db.transaction(async (tx) => {
      const row = { id: whom, email, name: nameOf(email), emailVerifiedAt: new Date() };
      await tx.insert(person).values(sealRow(services.vault, person, row));
      await also(tx, whom);
      return whom;
    }),
  );
}

/** Belongs to no account, and has no way to sign in. */
export const isReader = async (db: Db | Tx, personId: Id): Promise<boolean> => {
  const found = await db
    .select({ id: person.id })
    .from(person)
    .where(and(eq(person.id, personId), ...withoutAccount(db)));
  return found.length > 0;
};

/** Conditions on `person`. */
export const withoutAccount = (db: Db | Tx): SQL[] => {
  const one = { one: sql`1` };
  return [
    notExists(db.select(one).from(membership).where(eq(membership.person, person.id))),
    notExists(db.select(one).from(signInMethod).where(eq(signInMethod.person, person.id))),
    notExists(db.select(one).from(passkey).where(eq(passkey.person, person.id))),
  ];
};

interface FirstAccount {
  readonly name: string;
  readonly way: (typeof WAYS)[number];
  /** It gets the credit of a sign-up, once. */
  readonly welcomeDue?: boolean;
}

/** A first account of their own, for somebody who belongs to none; null: they do, and nothing happened. */
export async function addFirstAccount(
  { record, vault, keys, isErased, directory, db }: Services,
  personId: Id,
  { name, way, welcomeDue = false }: FirstAccount,
): Promise<Id | null> {
  if (await belongs(db, personId)) return null;
  const id = newId();
  const about = { kind: 'person', id: personId } as const;
  await keys.create('account', id);
  const drop = () => keys.destroy([{ kind: 'account', id }]);
  try {
    const made = await record.act(
      async (tx, enter) => {
        await tx.select({ id: person.id }).from(person).where(eq(person.id, personId)).for('update');
        if (await belongs(tx, personId)) return null;
        const row = sealRow(vault, account, { id, name, way, welcomeDue });
        const [inserted] = await tx.insert(account).values(row).returning();
        await tx.insert(membership).values({ person: personId, account: id, role: 'owner' });
        const content = { account: id, membership: 'owner', staff_role: null };
        const role = way === 'operator' ? way : 'person';
        await enter({ kind: 'role_change', role, about, content });
        return inserted ?? null;
      },
      {
        committed: (row) => {
          if (row !== null) directory.putAccount(toAccountState(row, { keys, isErased }, false));
        },
      },
    );
    if (made === null) await drop();
    return made?.id ?? null;
  } catch (error) {
    if (!mayStand(error)) await drop();
    throw error;
  }
}

const belongs = async (db: Db | Tx, personId: Id): Promise<boolean> => {
  const found = await db.select().from(membership).where(eq(membership.person, personId)).limit(1);
  return found.length > 0;
};
