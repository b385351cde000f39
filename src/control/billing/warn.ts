/**
 * Tells the people of an account that its credit has fallen below what they chose: one mail for each crossing, in the
 * transaction that remembers it. Credit that rises above it again makes the next crossing another one.
 */
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Log } from '../../log/log.ts';
import { peopleOf } from '../accounts/index.ts';
import { formatAmount } from '../amount.ts';
import type { Notices } from '../notices/index.ts';
import { outward } from '../outward.ts';
import { Rounds } from '../rounds.ts';
import type { Services } from '../services.ts';
import { balanceWarning } from './schema.ts';

const LOOK_MS = 10_000;
/** Of one look. */
const ACCOUNTS_MAX = 500;

interface Parts {
  readonly services: Pick<Services, 'db' | 'log'>;
  readonly notices: Notices;
  readonly siteUrl: string;
}

export class BalanceWarnings {
  readonly #parts: Parts;
  readonly #rounds: Rounds;

  constructor(parts: Parts & { readonly services: { readonly log: Log } }) {
    this.#parts = parts;
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: () => this.#work(), log: parts.services.log });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #work(): Promise<void> {
    const { db } = this.#parts.services;
    await db.execute(sql`
      update balance_warning w set is_below = false from account a
      where a.id = w.account_id and w.is_below and a.balance_microusd >= w.level_microusd`);
    const { rows } = await db.execute<{ account: string; balance: string }>(sql`
      select a.id as account, a.balance_microusd as balance from account a
      where exists (select from balance_warning w
        where w.account_id = a.id and not w.is_below and w.level_microusd > a.balance_microusd)
      limit ${ACCOUNTS_MAX}`);
    for (const { account, balance } of rows) await this.#tell(account.replaceAll('-', ''), Number(balance));
    if (rows.length > 0) this.#parts.notices.wake();
  }

  /** Several bounds that were crossed at once are one mail. */
  async #tell(account: Id, balance: number): Promise<void> {
    const { services, notices, siteUrl } = this.#parts;
    const crossed = and(
      eq(balanceWarning.account, account),
      eq(balanceWarning.isBelow, false),
      gt(balanceWarning.level, balance),
    );
    await services.db.transaction(async (tx) => {
      const told = await tx
        .update(balanceWarning)
        .set({ isBelow: true })
        .where(crossed)
        .returning({ level: balanceWarning.level });
      if (told.length === 0) return;
      const values = {
        level: `${formatAmount(Math.min(...told.map(({ level }) => level)))} USD`,
        amount: `${formatAmount(balance)} USD`,
        url: `${siteUrl}/console/${outward('acct', account)}/credit`,
      };
      for (const person of await peopleOf(tx, account, ['owner', 'billing']))
        await notices.send(tx, { template: 'balance_low', person, values });
    });
  }
}
