/** One run of an action with one fault in it, and what is right afterwards. */
import { expect } from 'vitest';
import { recordEntry } from '../../src/store/ledger/schema.ts';
import { everything, seedPerson } from '../erasure/stage.ts';
import { watchWrites } from '../support/faulty-disk.ts';
import type { Action, Given } from './actions.ts';
import { notesOf } from './look.ts';
import { type Ground, openPlace, type Running, startUp, type Who } from './stage.ts';

/**
 * `killed`: nothing reaches database or disk from a point on, a write may be torn, and the store is opened again.
 * `cut`: one connection breaks, before a statement or before its answer, and the process lives on. `full`: nothing more
 * can be written to the disk until the action has failed, and the process lives on.
 */
export const FAULTS = ['killed', 'cut', 'full'] as const;
export type Fault = (typeof FAULTS)[number];

export interface Struck {
  readonly outcome: string;
  /** Of the act, until the fault. */
  readonly statements: number;
  readonly writes: number;
}

/** How many points each fault has in this action: those of a run in which nothing happens. */
export async function pointsOf(ground: Ground, action: Action): Promise<Readonly<Record<Fault, number>>> {
  const { outcome, statements, writes } = await strike(ground, action, 'killed', Number.POSITIVE_INFINITY);
  expect(outcome).toBe('with');
  return { killed: statements + 2 * writes, cut: 2 * statements, full: writes };
}

export async function strike(ground: Ground, action: Action, fault: Fault, point: number): Promise<Struck> {
  let at = await openPlace(ground);
  let faults: Faults | null = null;
  try {
    const others = await everything(at.stage);
    const who = await seedPerson(at.stage, `somebody ${fault} ${point}`);
    const given = (await action.prepare?.(at, who)) ?? {};
    await at.store.record.settled();
    const before = await idsOfEntries(at);
    faults = await arm(ground, fault, point);
    const { hit } = faults;
    const ended = await action.act(at, who, given).then(
      () => true,
      () => false,
    );
    // What follows the answer can be struck as well.
    if (fault !== 'full') await settledOrDead(at, hit);
    if (fault === 'killed' && hit()) {
      faults.bury();
      await at.stage.close();
      faults.end();
      at = await openPlace(ground);
    } else faults.end();
    await at.store.record.settled();
    if (hit()) {
      await startUp(at);
      await action.resume?.(at, who, given);
    }
    const outcome = await outcomeOf(at, action, who, given, before);
    if (ended && outcome !== 'with') throw new Error(`acknowledged, and then: ${outcome}`);
    expect(['with', 'without', ...Object.keys(action.between ?? {})], outcome).toContain(outcome);
    if (outcome !== 'with') await again(at, action, who, given, before);
    await recordIsWhole(at);
    await expectUntouched(at, ground, others);
    return { outcome, ...faults.counts() };
  } finally {
    faults?.end();
    await at.stage.close();
  }
}

async function expectUntouched(at: Running, { other }: Ground, rows: readonly string[]): Promise<void> {
  const left = new Set(await everything(at.stage));
  expect(rows.filter((row) => !left.has(row) && row.includes(dashed(other.person)))).toEqual([]);
  expect(at.store.keys.lookup('email', 'somebody else@example.org')).toBe(other.person);
  expect(await notesOf(at, other)).toHaveLength(3);
}

const dashed = (id: string): string => id.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');

interface Faults {
  hit(): boolean;
  counts(): Pick<Struck, 'statements' | 'writes'>;
  /** What the dead process still does comes to nothing, and it does not hear of it. */
  bury(): void;
  end(): void;
}

/** Each statement is two points of `cut` and one of `killed`, each write two of `killed` and one of `full`. */
async function arm(ground: Ground, fault: Fault, point: number): Promise<Faults> {
  let steps = 0;
  let statements = 0;
  let writes = 0;
  let hit = false;
  let isBuried = false;
  const isHere = (): boolean => {
    hit ||= steps === point;
    steps += 1;
    return hit;
  };
  ground.relay.decide(() => {
    statements += 1;
    if (fault === 'full') return 'pass';
    if (fault === 'killed') {
      if (!isHere()) return 'pass';
      ground.relay.cut();
      return 'drop';
    }
    if (hit) return 'pass';
    if (isHere()) return 'drop';
    return isHere() ? 'lose' : 'pass';
  });
  const stop = await watchWrites([ground.folder], () => {
    writes += 1;
    if (isBuried) return 'ignore';
    if (fault === 'cut') return 'pass';
    if (isHere()) return 'drop';
    return fault === 'killed' && isHere() ? 'tear' : 'pass';
  });
  return {
    hit: () => hit,
    counts: () => ({ statements, writes }),
    bury() {
      isBuried = true;
    },
    end() {
      stop();
      ground.relay.decide(null);
      ground.relay.mend();
    },
  };
}

/** What was committed gets its place in the record, or whoever would give it is dead. */
async function settledOrDead(at: Running, isDead: () => boolean): Promise<void> {
  const settled = at.store.record.settled().then(
    () => true,
    () => true,
  );
  while (!isDead() && !(await Promise.race([settled, new Promise((go) => setTimeout(go, 5, false))])));
}

const idsOfEntries = async (at: Running): Promise<ReadonlySet<string>> =>
  new Set((await at.store.db.select({ id: recordEntry.id }).from(recordEntry)).map(({ id }) => id));

async function outcomeOf(
  at: Running,
  action: Action,
  who: Who,
  given: Given,
  before: ReadonlySet<string>,
): Promise<string> {
  await at.store.record.settled();
  const rows = await at.store.db.select({ id: recordEntry.id, kind: recordEntry.kind }).from(recordEntry);
  const entered = rows.filter(({ id }) => !before.has(id)).map(({ kind }) => kind);
  return action.outcome(at, who, given, entered.sort());
}

/** Whoever was not told that it is done asks again. */
async function again(
  at: Running,
  action: Action,
  who: Who,
  given: Given,
  before: ReadonlySet<string>,
): Promise<void> {
  const entries = action.between === undefined ? before : await idsOfEntries(at);
  await action.act(at, who, given);
  const outcome = await outcomeOf(at, action, who, given, entries);
  expect(outcome === 'with' || action.between !== undefined, `asked again: ${outcome}`).toBe(true);
}

/** Every act in the database has one place in the record and every place but padding its act. */
async function recordIsWhole(at: Running): Promise<void> {
  const { db, record } = at.store;
  const rows = await db.select().from(recordEntry).orderBy(recordEntry.index);
  const places: (readonly [number, string])[] = [];
  for await (const { index, opening } of record.openings()) {
    if (opening?.kind !== 'padding') places.push([index, String(opening?.kind)]);
  }
  expect(rows.map(({ index, kind }) => [index, kind])).toEqual(places);
}
