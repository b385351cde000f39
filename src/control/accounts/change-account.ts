/** Changes what an account may do: limits and data terms. Gateways hear of it at once. Whether it is active: see desk. */
import { eq } from 'drizzle-orm';
import { type Actor, named } from '../actor.ts';
import type { Services } from '../services.ts';
import { consentsOf, toAccountState } from './account-state.ts';
import type { Account } from './find-account.ts';
import { account } from './schema.ts';

/** What a command may change; the balance is none of it. */
export const CHANGEABLE = [
  'requestsPerMinute',
  'tokensPerMinute',
  'concurrency',
  'budgetDay',
  'budgetMonth',
  'budgetDayTokens',
  'budgetMonthTokens',
  'zeroRetention',
  'region',
  'allowSharedCache',
  'objections',
] as const satisfies readonly (keyof Account)[];

export type AccountChanges = Partial<Pick<Account, (typeof CHANGEABLE)[number]>>;
type Changeable = keyof AccountChanges;

/** Applies `changes`; without any, nothing happens. Answers the account as it is now. */
export async function changeAccount(
  services: Services,
  before: Account,
  changes: AccountChanges,
  actor: Actor,
): Promise<Account> {
  if (Object.keys(changes).length === 0) return before;
  const of = eq(account.id, before.id);
  return services.directory.exclusively(async () => {
    const consented = await consentsOf(services, before.id);
    return services.record.act(
      async (tx, enter) => {
        const [now] = await tx.select().from(account).where(of).for('update');
        const [after] = await tx.update(account).set(changes).where(of).returning();
        if (now === undefined || after === undefined) throw new Error('a changed account is not returned');
        const changed = (Object.keys(changes) as Changeable[]).filter(
          (field) => String(now[field]) !== String(after[field]),
        );
        if (changed.length === 0) return after;
        await enter({
          kind: 'access_change',
          role: actor.role,
          about: { kind: 'account', id: after.id },
          content: {
            what: 'account_changed',
            account: after.id,
            before: valuesOf(now, changed),
            after: valuesOf(after, changed),
            ...named(actor),
          },
        });
        return after;
      },
      { committed: (after) => services.directory.putAccount(toAccountState(after, services, consented)) },
    );
  });
}

/** Flags and numbers as they are; of words, which an operator chose, only whether there is one. */
const valuesOf = (row: Account, fields: readonly Changeable[]): Record<string, unknown> =>
  Object.fromEntries(
    fields.map((field) => {
      const value = row[field];
      if (Array.isArray(value)) return [field, value.length];
      return [field, typeof value === 'string' ? 'set' : value];
    }),
  );
