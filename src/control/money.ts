/**
 * What balances, budgets and leases are at this moment, and the steps in which they change together: after each
 * commit, in the writer's order, so that memory and database tell the same.
 */
import type pg from 'pg';
import type { Id } from '../link/ids.ts';
import type { Limits, Meter, MeterKind, UsageRecord } from '../link/words.ts';
import type { Writer } from '../store/writer.ts';
import type { Directory } from './directory.ts';
import { Balances, Leases } from './limits/index.ts';
import { type Refund, usedIn } from './usage/index.ts';

/** The limit's field for each kind of meter that has one. */
const LIMIT_FIELDS: Readonly<Record<Exclude<MeterKind, 'balance'>, keyof Limits>> = {
  concurrency: 'concurrency',
  requests: 'requestsPerMinute',
  tokens: 'tokensPerMinute',
  day: 'budgetDay',
  month: 'budgetMonth',
  day_tokens: 'budgetDayTokens',
  month_tokens: 'budgetMonthTokens',
};

export class Money {
  readonly leases: Leases;
  readonly #balances = new Balances();
  readonly #directory: Directory;
  readonly #reading = new Map<string, Promise<void>>();
  #writer: Writer | null = null;

  constructor(directory: Directory) {
    this.#directory = directory;
    this.leases = new Leases((meter) => this.limitOf(meter));
  }

  /** The writer whose order budgets are read in. */
  use(writer: Writer): void {
    this.#writer = writer;
  }

  /** A limit as it stands now; null is unlimited, undefined belongs to nobody known. */
  limitOf({ kind, of }: Meter): number | null | undefined {
    const account = this.#directory.account(of);
    if (kind === 'balance') return account === undefined ? undefined : this.#balances.of(of);
    const limits = account?.limits ?? this.#directory.key(of)?.limits;
    return limits?.[LIMIT_FIELDS[kind]];
  }

  /** Reads from the database what memory cannot know: after the start and whenever a commit's outcome was lost. */
  async readAnew(client: pg.Client): Promise<void> {
    await this.#balances.read(client);
    this.leases.forgetBudgets();
  }

  /** A record is durable; see `Leases.spend`. */
  spend(session: Id | null, record: UsageRecord, fresh: boolean): void {
    if (fresh) this.#balances.add(record.account, -record.price);
    this.leases.spend(session, record, fresh, Date.now());
  }

  /** Charged records were voided. */
  refund(refunds: readonly Refund[]): void {
    for (const refund of refunds) {
      this.#balances.add(refund.account, refund.price);
      this.leases.unspend(refund, Date.now());
    }
  }

  /** Credit was committed. */
  credit(account: Id, microUsd: number): void {
    this.#balances.add(account, microUsd);
  }

  /** Reads what is used of a meter, if that must be, once for all who wait for it. */
  readUse(meter: Meter): Promise<void> {
    const name = `${meter.kind}:${meter.of}`;
    const reading = this.#reading.get(name);
    if (reading !== undefined) return reading;
    const started = this.#read(meter).finally(() => this.#reading.delete(name));
    this.#reading.set(name, started);
    return started;
  }

  /** In the writer's order: what is committed before is counted by the database, what comes after by `spend`. */
  async #read(meter: Meter): Promise<void> {
    await this.#writer
      ?.repeat(async (client) => {
        const window = this.leases.unread(meter, Date.now());
        if (window === null) return;
        const used = await usedIn(client, meter, window);
        this.leases.useRead(meter, window, used, Date.now());
      })
      .catch(() => {});
  }
}
