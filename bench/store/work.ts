/** What other people do meanwhile: pages read and opened, settings changed, keys made, each by somebody at random. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { account, person } from '../../src/control/accounts/schema.ts';
import { apiKey } from '../../src/control/keys/schema.ts';
import { usageRecord } from '../../src/control/usage/schema.ts';
import { openValue, sealRow } from '../../src/store/sealed-rows.ts';
import type { BenchStore } from './open.ts';
import { newId, type Somebody } from './people.ts';

/** Connections of the pool that others keep busy; erasures have the rest. */
const WORKERS = 4;
const OPERATIONS_A_TURN = 3;
const TICK_MS = 5;

export class OtherWork {
  readonly #bench: BenchStore;
  readonly #people: readonly Somebody[];

  constructor(bench: BenchStore, people: readonly Somebody[]) {
    this.#bench = bench;
    this.#people = people;
  }

  /** As fast as it goes, until the signal; operations a second. */
  async closed(signal: AbortSignal): Promise<number> {
    const begun = performance.now();
    let turns = 0;
    const worker = async (): Promise<void> => {
      while (!signal.aborted) {
        await this.#turn();
        turns += 1;
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    return (turns * OPERATIONS_A_TURN * 1000) / (performance.now() - begun);
  }

  /** So many operations a second, until the signal; how many a second were done, those that were late included. */
  async paced(perSecond: number, signal: AbortSignal): Promise<number> {
    const begun = performance.now();
    const perMs = perSecond / OPERATIONS_A_TURN / 1000;
    let [asked, done, running] = [0, 0, 0];
    const work = async (): Promise<void> => {
      running += 1;
      await this.#turn();
      running -= 1;
      done += 1;
    };
    while (!signal.aborted) {
      const due = (performance.now() - begun) * perMs;
      for (; asked < due && running < WORKERS; asked += 1) void work();
      await sleep(TICK_MS);
    }
    const rate = (done * OPERATIONS_A_TURN * 1000) / (performance.now() - begun);
    while (running > 0) await sleep(TICK_MS);
    return rate;
  }

  async #turn(): Promise<void> {
    const { db, vault } = this.#bench.store;
    const somebody = this.#people[randomInt(this.#people.length)] as Somebody;
    const [row] = await db.select().from(person).where(eq(person.id, somebody.person));
    if (row !== undefined) openValue(vault, person, row, 'name')?.reveal();
    await db
      .select()
      .from(usageRecord)
      .where(eq(usageRecord.account, somebody.account))
      .orderBy(usageRecord.startedAt)
      .limit(50);
    const key = { id: newId(), account: somebody.account, hash: newId() + newId(), name: 'another' };
    await db.transaction(async (tx) => {
      await tx.insert(apiKey).values(sealRow(vault, apiKey, key));
      await tx.update(account).set({ concurrency: 100 }).where(eq(account.id, somebody.account));
    });
  }
}
