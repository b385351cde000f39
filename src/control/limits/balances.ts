/**
 * Every account's balance in micro-dollars, as committed: read from the database when control starts or finds it
 * again, changed by what it commits itself. Leases are cut from it.
 */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';

export class Balances {
  readonly #balances = new Map<Id, number>();

  /** 0 for an account that nobody knows. */
  of(account: Id): number {
    return this.#balances.get(account) ?? 0;
  }

  add(account: Id, microUsd: number): void {
    this.#balances.set(account, this.of(account) + microUsd);
  }

  /** Reads all of them anew. Call it only in a task of the writer, so that nothing is committed meanwhile. */
  async read(client: pg.Client): Promise<void> {
    const found = await client.query<{ id: string; balance: string }>({
      text: "select replace(id::text, '-', '') as id, balance_microusd as balance from account",
    });
    for (const row of found.rows) this.#balances.set(row.id, Number(row.balance));
  }
}
