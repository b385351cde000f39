/** Finds an account by what an operator types: an e-mail address, or an id with or without `acct_`. */
import { eq, getTableColumns } from 'drizzle-orm';
import { inward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { normaliseEmail } from './email.ts';
import { account, membership } from './schema.ts';

export type Account = typeof account.$inferSelect;
type Finding = Pick<Services, 'db' | 'keys'>;

/** The account of `reference`. Throws `Problem` 404, or 409 when several accounts belong to that person. */
export async function findAccount(services: Finding, reference: string): Promise<Account> {
  const id = inward('acct', reference);
  if (id === null && !reference.includes('@')) {
    throw new Problem(
      400,
      'invalid_account',
      'An account is named by its e-mail address or by an id like acct_….',
    );
  }
  const found = id === null ? await ofPerson(services, normaliseEmail(reference)) : await byId(services, id);
  const [only, another] = found;
  if (only === undefined) {
    throw new Problem(
      404,
      'no_such_account',
      'There is no such account. Make it with `kept account create`.',
    );
  }
  if (another !== undefined) {
    throw new Problem(
      409,
      'several_accounts',
      'This person belongs to several accounts. Name one by its id.',
    );
  }
  return only;
}

const byId = ({ db }: Finding, id: string): Promise<Account[]> =>
  db.select().from(account).where(eq(account.id, id));

/** The address is looked up in the key store: the database holds nothing that it could be compared with. */
async function ofPerson({ db, keys }: Finding, email: string): Promise<Account[]> {
  const person = keys.lookup('email', email);
  if (person === null) return [];
  return db
    .select(getTableColumns(account))
    .from(account)
    .innerJoin(membership, eq(membership.account, account.id))
    .where(eq(membership.person, person))
    .limit(2);
}
