/** People without an account: they get the newsletter, wrote to us or were named by a partner, and are known by their address alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, notExists, type SQL, sql } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { RecordEntry, Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { passkey, signInMethod } from '../sign-in/schema.ts';
import { NOTHING_CONSENTED, toAccountState } from './account-state.ts';
import { mayStand, withNewKeys } from './claim-address.ts';
import { nameInput } from './name.ts';
import { account, membership, person, type WAYS } from './schema.ts';

/** Whoever does not say what they are called is greeted by their address. */
const nameOf = (email: string): string => nameInput.safeParse(email).data ?? 'reader';

interface NewReader {
  /** Normalised. */
  readonly email: string;
  /** As they call themselves; left out: nobody asked. */
  readonly name?: string;
  /** Whether it was shown just now that mail to the address reaches them. */
  readonly isShown: boolean;
  /** It was not their own act: this stands in the record, in the same transaction; left out: it was. */
  readonly entry?: Omit<RecordEntry, 'about'>;
  /** What else is written about them, in the same transaction. */
  readonly also?: (tx: Tx, personId: Id) => Promise<void>;
}

/** Throws `Problem` 409 (`account_exists`) where the address is somebody's. */
export async function createReader(
  services: Services,
  { email, name = nameOf(email), isShown, entry, also }: NewReader,
): Promise<Id> {
  const whom = newId();
  const write = async (tx: Tx): Promise<Id> => {
    const row = { id: whom, email, name, emailVerifiedAt: isShown ? new Date() : null };
    await tx.insert(person).values(sealRow(services.vault, person, row));
    await also?.(tx, whom);
    return whom;
  };
  return withNewKeys(services, { whom, email }, () =>
    entry === undefined
      ? services.db.transaction(write)
      : services.record.act(async (tx, enter) => {
          await write(tx);
          await enter({ ...entry, about: { kind: 'person', id: whom } });
          return whom;
        }),
  );
}

const TRIES_MAX = 40;
const PAUSE_MS = 50;

/**
 * Whose address it is, as somebody claims who writes to us; nobody's: a new person's. Two who name a new address at once
 * become one.
 */
export async function writerOf(
  services: Services,
  whom: { readonly email: string; readonly name?: string },
): Promise<Id> {
  for (let tries = 1; ; tries++) {
    const owner = services.keys.lookup('email', whom.email);
    const found =
      owner === null
        ? []
        : await services.db.select({ id: person.id }).from(person).where(eq(person.id, owner));
    if (found[0] !== undefined) return found[0].id;
    try {
      return await createReader(services, { ...whom, isShown: false });
    } catch (error) {
      const isTaken = error instanceof Problem && error.code === 'account_exists';
      if (!isTaken || tries === TRIES_MAX) throw error;
      // Their row is being written.
      await sleep(PAUSE_MS);
    }
  }
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
          if (row !== null) directory.putAccount(toAccountState(row, { keys, isErased }, NOTHING_CONSENTED));
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
