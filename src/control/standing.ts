/** How an account stands: what is left of its credit, or what it has used where no credit is needed. */
import { and, eq, gte, type SQLWrapper, sql } from 'drizzle-orm';
import type { Id } from '../link/ids.ts';
import { account } from './accounts/schema.ts';
import { budgetWindow } from './limits/index.ts';
import type { Services } from './services.ts';
import { usageDay } from './usage/schema.ts';

/** `left`: of its credit. The others: used in this month (UTC), which is what its budgets count. */
export type Standing =
  | { readonly is: 'left' | 'used'; readonly microUsd: number }
  | { readonly is: 'tokens'; readonly tokens: number };

export async function standingOf(
  { db, billing }: Pick<Services, 'db' | 'billing'>,
  of: Id,
): Promise<Standing> {
  if (billing !== 'prepaid') {
    const { price, tokens } = await usedThisMonth(db, of);
    return billing === 'off' ? { is: 'tokens', tokens } : { is: 'used', microUsd: price };
  }
  const [row] = await db.select({ balance: account.balance }).from(account).where(eq(account.id, of));
  return { is: 'left', microUsd: row?.balance ?? 0 };
}

const sum = (what: SQLWrapper) => sql<string>`coalesce(sum(${what}), 0)`.mapWith(Number);

/** `price` in micro-dollars. */
async function usedThisMonth(db: Services['db'], of: Id) {
  const { startsAt } = budgetWindow('month', Date.now());
  const { price, promptTokens, completionTokens } = usageDay;
  const [row] = await db
    .select({ price: sum(price), tokens: sum(sql`${promptTokens} + ${completionTokens}`) })
    .from(usageDay)
    .where(and(eq(usageDay.account, of), gte(usageDay.day, new Date(startsAt))));
  return row ?? { price: 0, tokens: 0 };
}
