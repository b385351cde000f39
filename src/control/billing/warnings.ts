/** At which balances the people of an account want to be warned; none unless they say so. */
import { and, asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { formatAmount, parseAmount } from '../amount.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { balanceWarning } from './schema.ts';

const LEVEL_MICRO_USD_MAX = 10_000_000_000;
const CENT_MICRO_USD = 10_000;
export const WARNINGS_MAX = 5;

const input = z.strictObject({
  level: z.string().transform((text, context) => {
    const level = parseAmount(text);
    const fits = level !== null && level > 0 && level <= LEVEL_MICRO_USD_MAX && level % CENT_MICRO_USD === 0;
    if (fits) return level;
    context.addIssue({
      code: 'custom',
      message: 'must be an amount from 0.01 to 10000 US dollars, like 5.00',
    });
    return z.NEVER;
  }),
});

/** In micro-dollars, the lowest first. */
export async function listWarnings({ db }: Pick<Services, 'db'>, account: Id): Promise<number[]> {
  const rows = await db
    .select({ level: balanceWarning.level })
    .from(balanceWarning)
    .where(eq(balanceWarning.account, account))
    .orderBy(asc(balanceWarning.level));
  return rows.map(({ level }) => level);
}

/** One that is below already is told of when it is crossed anew. Throws `Problem` 400 and 409. */
export async function addWarning({ db }: Pick<Services, 'db'>, account: Id, form: unknown): Promise<void> {
  const { level } = checkInput(form, input);
  await db.transaction(async (tx) => {
    // One after the other, so that the bound holds.
    await tx.execute(sql`select from account where id = ${account}::uuid for update`);
    const known = await listWarnings({ db: tx as unknown as Services['db'] }, account);
    if (known.includes(level)) return;
    if (known.length >= WARNINGS_MAX)
      throw new Problem(
        409,
        'too_many_warnings',
        `There are ${WARNINGS_MAX} warnings already. Remove one first.`,
      );
    await tx.execute(sql`
      insert into balance_warning (account_id, level_microusd, is_below)
      select id, ${level}::bigint, balance_microusd < ${level}::bigint from account where id = ${account}::uuid`);
  });
}

/** One that is not there is none. */
export async function removeWarning({ db }: Pick<Services, 'db'>, account: Id, form: unknown): Promise<void> {
  const { level } = checkInput(form, input);
  await db
    .delete(balanceWarning)
    .where(and(eq(balanceWarning.account, account), eq(balanceWarning.level, level)));
}

/** As a form sends it. */
export const levelText = (microUsd: number): string => formatAmount(microUsd);
