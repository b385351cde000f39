/** How an account stands with its money: what is left of its credit, or what it has used where no credit is needed. */
import { and, eq, gte, sql } from 'drizzle-orm';
import type { Id } from '../link/ids.ts';
import { account } from './accounts/schema.ts';
import { budgetWindow } from './limits/index.ts';
import type { Services } from './services.ts';
import { usageDay } from './usage/schema.ts';

/** `left`: of its credit. `used`: in this month (UTC), which is what its budgets count. */
export interface Standing {
  readonly is: 'left' | 'used';
  readonly microUsd: number;
}

export async function standingOf(
  { db, billing }: Pick<Services, 'db' | 'billing'>,
  of: Id,
): Promise<Standing> {
  if (billing === 'budget_only') return { is: 'used', microUsd: await usedThisMonth(db, of) };
  const [row] = await db.select({ balance: account.balance }).from(account).where(eq(account.id, of));
  return { is: 'left', microUsd: row?.balance ?? 0 };
}

async function usedThisMonth(db: Services['db'], of: Id): Promise<number> {
  const { startsAt } = budgetWindow('month', Date.now());
  const [row] = await db
    .select({ price: sql<string>`coalesce(sum(${usageDay.price}), 0)`.mapWith(Number) })
    .from(usageDay)
    .where(and(eq(usageDay.account, of), gte(usageDay.day, new Date(startsAt))));
  return row?.price ?? 0;
}
