/**
 * Control and PostgreSQL are killed while gateways record, void, and ask for money: what control said is durable is
 * there once, what it did not say is sent again, nobody gets more than there is.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import type { UsageRecord } from '../../src/link/words.ts';
import { books, type Customer, startTestControl, type TestControl, wrongDays } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { LinkClient, usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';

const ROUNDS = process.env.KEPT_TEST_ALL ? 60 : 4;
const GATEWAYS = 3;
const PRICE = 100;

let postgres: TestPostgres;
let control: TestControl;
let customers: Customer[];

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  customers = [await control.customer(), await control.customer({ limits: { budget_day: '5.00' } })];
}, 60_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
});

test('PostgreSQL dies under a batch and comes back: the batch is there once, and nothing had been said before', async () => {
  const [customer] = customers as [Customer];
  const life = spawn('sleep', ['600']);
  const gateway = await control.gateway({ pid: life.pid as number });
  const batches = Array.from({ length: 40 }, () =>
    Array.from({ length: 200 }, () => usage(customer.account, customer.key, 1)),
  );
  const told: number[] = [];
  const sent = batches.map((batch, i) => gateway.records(batch).then(() => told.push(i)));
  await expect.poll(() => told.length, { interval: 1 }).toBeGreaterThan(0);
  await postgres.kill();
  await sleep(300);
  const before = told.length;
  const readiness = await fetch(`http://127.0.0.1:${control.settings.sitePort}/readyz`);
  expect([readiness.status, await readiness.json()]).toEqual([
    503,
    { status: 'not_ready', database: false, link: true },
  ]);
  expect(told.length).toBe(before);
  const refused = await control.admin('POST', '/accounts', { email: 'late@example.org', name: 'Late' });
  expect([refused.status, refused.body.error.code]).toEqual([503, 'database_away']);

  await postgres.start();
  await Promise.all(sent);
  const ids = batches.flat().map(({ id }) => id);
  const [found] = await control.sql<{ count: number }>(
    'select count(*)::int as count from usage_record where id = any($1::uuid[])',
    [ids],
  );
  expect(found?.count).toBe(ids.length);
  for (const { balance, ledger, credited, used } of await books(control)) {
    expect([ledger, balance]).toEqual([balance, String(Number(credited) - Number(used))]);
  }
  expect(await wrongDays(control.settings.databaseUrl)).toEqual([]);
  expect(
    control.lines
      .filter(({ event }) => event === 'database_lost' || event === 'database_back')
      .map(({ event }) => event),
  ).toEqual(['database_lost', 'database_back']);
  gateway.close();
  life.kill();
}, 60_000);

/** A gateway as the real one behaves: spends what it was granted, sends again what it was not told is durable. */
class Spender {
  readonly told = new Set<string>();
  readonly voided = new Set<string>();
  #client: LinkClient | null = null;
  #unsaid = new Map<string, UsageRecord>();
  #unvoided = new Set<string>();
  #free = 0;
  #stopping = false;
  readonly #session = newId();
  readonly #pid: number;
  readonly #path: string;
  readonly #customer: Customer;
  readonly #random: () => number;
  readonly done: Promise<void>;

  constructor(path: string, pid: number, customer: Customer, random: () => number) {
    this.#path = path;
    this.#pid = pid;
    this.#customer = customer;
    this.#random = random;
    this.done = this.#run();
  }

  /** Money that it could still spend, and that which it has spent and not been told of. */
  get held(): number {
    return this.#free + this.#unsaid.size * PRICE;
  }

  /** Resolves when everything it has done is durable. */
  stop(): Promise<void> {
    this.#stopping = true;
    return this.done;
  }

  close(): void {
    this.#client?.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping || this.#unsaid.size + this.#unvoided.size > 0) {
      try {
        await this.#turn(await this.#connection());
      } catch {
        await sleep(20);
      }
    }
  }

  async #connection(): Promise<LinkClient> {
    if (this.#client !== null && !this.#client.closed) return this.#client;
    const meter = { kind: 'balance', of: this.#customer.account } as const;
    this.#client = await LinkClient.open(this.#path, {
      session: this.#session,
      pid: this.#pid,
      held: this.held > 0 ? [{ meter, units: this.held, windowEndsAt: 0 }] : [],
    });
    return this.#client;
  }

  async #turn(client: LinkClient): Promise<void> {
    const meter = { kind: 'balance', of: this.#customer.account } as const;
    if (this.#free < 10 * PRICE && !this.#stopping)
      this.#free += (await client.want(meter, 10 * PRICE)).units;
    for (let i = 0; i < 10 && this.#free >= PRICE && !this.#stopping; i++) {
      this.#free -= PRICE;
      const record = usage(this.#customer.account, this.#customer.key, PRICE);
      this.#unsaid.set(record.id, record);
      if (this.#random() < 0.1) this.#unvoided.add(record.id);
    }
    const records = [...this.#unsaid.values()];
    const voids = [...this.#unvoided];
    const recorded = client.records(records).then(() => {
      for (const { id } of records) {
        this.#unsaid.delete(id);
        this.told.add(id);
      }
    });
    const voided = client.voids(voids).then(() => {
      for (const id of voids) {
        this.#unvoided.delete(id);
        this.voided.add(id);
      }
    });
    await Promise.all([recorded, voided]);
    if (this.#random() < 0.2) {
      client.give(meter, this.#free);
      this.#free = 0;
    }
  }
}

test('control and PostgreSQL are killed again and again: told = charged, once, and never more than the credit', async () => {
  const random = seeded();
  const customer = await control.customer({ credit: '2.00' });
  await control.stop();
  const running = new ControlProcess(control.settings);
  expect(await running.start()).toBe(true);
  const lives = Array.from({ length: GATEWAYS }, () => spawn('sleep', ['600']));
  const spenders = lives.map(
    (life) => new Spender(control.settings.linkSocket, life.pid as number, customer, random),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(100 + random() * 400);
    if (random() < 0.4) {
      await postgres.kill();
      if (random() < 0.5) await running.end();
      await sleep(random() * 200);
      await postgres.start();
    }
    await running.end();
    while (!(await running.start())) await sleep(50);
  }
  await sleep(500);
  await Promise.all(spenders.map((spender) => spender.stop()));

  const rows = await control.sql<{ id: string; voided: boolean }>(
    "select replace(id::text, '-', '') as id, voided_at is not null as voided from usage_record where account_id = $1 or account_id is null",
    [customer.account],
  );
  const stored = new Map(rows.map(({ id, voided }) => [id, voided]));
  let charged = 0;
  for (const { told, voided } of spenders) {
    for (const id of told) expect(stored.get(id)).toBe(voided.has(id));
    charged += [...told].filter((id) => !voided.has(id)).length;
  }
  const mine = (await books(control)).find(({ account }) => account === customer.account);
  expect(mine).toMatchObject({ used: String(charged * PRICE), balance: mine?.ledger });
  expect(Number(mine?.balance)).toBe(2_000_000 - charged * PRICE);
  expect(Number(mine?.balance)).toBeGreaterThanOrEqual(0);
  const held = spenders.reduce((sum, spender) => sum + spender.held, 0);
  expect(held).toBeLessThanOrEqual(Number(mine?.balance));
  expect(charged).toBeGreaterThan(0);
  expect(await wrongDays(control.settings.databaseUrl)).toEqual([]);

  for (const spender of spenders) spender.close();
  for (const life of lives) life.kill();
  await running.end('SIGTERM');
}, 1_800_000);
