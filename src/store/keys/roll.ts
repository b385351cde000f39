/**
 * Rolls the epoch: a new epoch key, every slot wrapped under it in journaled batches, then the older epoch keys are
 * overwritten. Killed anywhere, every key opens, and the next roll goes on where this one was. What does not open is
 * left; with the old epoch it is dead.
 */
import type { Batch } from './batch.ts';
import type { RollOptions } from './key-store.ts';
import type { Parts } from './open-parts.ts';
import * as people from './people.ts';

const SCAN_SLICE_SLOTS = 50_000;
/** Slots wrapped in one plan at most, and for how long: the event loop gets its turn between plans. */
const PLAN_SLOTS = 512;
const PLAN_MS_MAX = 5;

export async function roll(parts: Parts, options: RollOptions): Promise<void> {
  const { epochs, commits } = parts;
  if (!epochs.rolling) await epochs.add();
  // A write that fails may bring back a slot of an older epoch behind the scan: then once more.
  for (let failures = -1; failures !== commits.failures; ) {
    failures = commits.failures;
    await pass(parts, options);
    await commits.run(() => {});
  }
  await epochs.dropOlder();
}

async function pass(parts: Parts, { onProgress, signal }: RollOptions): Promise<void> {
  const { slots } = parts.people;
  let pending: number[] = [];
  // What is made meanwhile is under the newest epoch already, also in slots that were passed.
  for (let slot = 1; slot < slots.end; slot++) {
    if (isOld(parts, slot)) pending.push(slot);
    const isLast = slot === slots.end - 1;
    if (pending.length < PLAN_SLOTS && slot % SCAN_SLICE_SLOTS !== 0 && !isLast) continue;
    let found = pending;
    pending = [];
    while (found.length > 0)
      found = found.slice(await parts.commits.run((batch) => rewrap(parts, found, batch)));
    onProgress?.(slot, slots.end - 1);
    signal?.throwIfAborted();
    await new Promise(setImmediate);
  }
}

function isOld({ people: table, epochs }: Parts, slot: number): boolean {
  return table.table.isUsed(slot) && people.epochIn(table.slots, slot) !== epochs.newest;
}

/** Wraps the first of these slots anew, as many as time allows and at least one; returns how many are done. */
function rewrap(parts: Parts, slots: readonly number[], batch: Batch): number {
  const began = performance.now();
  for (const [done, slot] of slots.entries()) {
    if (done > 0 && performance.now() - began > PLAN_MS_MAX) return done;
    if (!isOld(parts, slot)) continue;
    const bytes = people.rewrapped(parts.people.slots.view(slot), parts.epochs);
    if (bytes !== null) parts.people.table.replace(slot, bytes, batch);
  }
  return slots.length;
}
