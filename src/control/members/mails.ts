/** What members are told by mail: their account by its name, each other by name and address. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { ownersOf } from '../accounts/index.ts';
import { account as accountTable, person } from '../accounts/schema.ts';
import { outward } from '../outward.ts';
import type { MemberParts } from './parts.ts';

type News = 'member_joined' | 'member_left' | 'member_removed' | 'role_changed';

/** Writes it to each of `people`, in the transaction of what it is about. */
export async function tell(
  { services, notices, siteUrl }: MemberParts,
  tx: Tx,
  news: { template: News; account: Id; people: readonly Id[]; values: Readonly<Record<string, string>> },
): Promise<void> {
  const account = await accountName({ services }, tx, news.account);
  const url = `${siteUrl}/console/${outward('acct', news.account)}/members`;
  for (const whom of news.people)
    await notices.send(tx, {
      template: news.template,
      person: whom,
      values: { ...news.values, account, url },
    });
}

/** Its owners but one: whoever did it, or whom it is about, needs no news of it. */
export const otherOwners = async (tx: Tx, account: Id, but: Id): Promise<Id[]> =>
  (await ownersOf(tx, account)).filter((owner) => owner !== but);

export async function accountName(
  { services: { vault } }: Pick<MemberParts, 'services'>,
  tx: Tx | Db,
  id: Id,
): Promise<string> {
  const [row] = await tx.select().from(accountTable).where(eq(accountTable.id, id));
  const name = row === undefined ? null : readValue(vault, accountTable, row, 'name');
  return name ?? outward('acct', id);
}

export interface Called {
  readonly name: string;
  readonly email: string;
}

/** What somebody is called; empty where they are there no more. */
export async function whoIsIt(
  { services: { vault } }: Pick<MemberParts, 'services'>,
  tx: Tx | Db,
  id: Id,
): Promise<Called> {
  const [row] = await tx.select().from(person).where(eq(person.id, id));
  if (row === undefined) return { name: '', email: '' };
  return {
    name: readValue(vault, person, row, 'name') ?? '',
    email: readValue(vault, person, row, 'email') ?? '',
  };
}
