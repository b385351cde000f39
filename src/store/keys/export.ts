/**
 * A key backup as a stream: the header with a fresh backup key wrapped by the master key, one frame for each key
 * (wrapped under the backup key) and look-up, an end with an HMAC over all of it. Who is in the grace before erasure
 * is left out, key and look-ups, and so are keys of captures (INFER-4). Never holds a key that is not wrapped.
 */
import { createHmac, type Hmac, randomBytes } from 'node:crypto';
import { codeOf } from './kinds.ts';
import * as lookups from './lookups.ts';
import type { Parts } from './open-parts.ts';
import * as people from './people.ts';
import { KEY_BYTES } from './wrap.ts';

export const MAGIC = 'KEPTKEY1';
export const FRAME = { key: 1, lookup: 2, end: 3 } as const;
export const BOUND = Buffer.from('kept key backup v1');
const SLICE_SLOTS = 4096;

/** The MAC's key is not the wrapping key itself. */
export const macOf = (backup: Buffer): Hmac =>
  createHmac('sha256', createHmac('sha256', backup).update('kept key backup mac v1').digest());

/** The backup key in the place of an epoch. */
export const asEpoch = (backup: Buffer): people.WrappingKeys => ({
  newest: 0,
  key: (number) => (number === 0 ? backup : null),
});

export async function* exportedKeys(parts: Parts): AsyncGenerator<Buffer> {
  const backup = randomBytes(KEY_BYTES);
  const mac = macOf(backup);
  const out = (bytes: Buffer): Buffer => {
    mac.update(bytes);
    return bytes;
  };
  try {
    const { epochs } = parts;
    const wrapped = epochs.wrapByMaster(backup, BOUND);
    yield out(Buffer.concat([Buffer.from(MAGIC + epochs.masterFingerprint, 'latin1'), wrapped]));
    let count = 0;
    for (const [end, framesOf] of [
      [() => parts.people.slots.end, (slot: number) => keyFrame(parts, slot, backup)],
      [() => parts.lookups.slots.end, (slot: number) => lookupFrame(parts, slot)],
    ] as const) {
      for (let first = 1; first < end(); first += SLICE_SLOTS) {
        const frames: Buffer[] = [];
        for (let slot = first; slot < Math.min(first + SLICE_SLOTS, end()); slot++) {
          const frame = framesOf(slot);
          if (frame !== null) frames.push(frame);
        }
        count += frames.length;
        if (frames.length > 0) yield out(Buffer.concat(frames));
        await new Promise(setImmediate);
      }
    }
    const last = Buffer.alloc(1 + 4);
    last[0] = FRAME.end;
    last.writeUInt32LE(count, 1);
    mac.update(last);
    yield Buffer.concat([last, mac.digest()]);
  } finally {
    backup.fill(0);
  }
}

function keyFrame({ people: table, epochs, now }: Parts, slot: number, backup: Buffer): Buffer | null {
  if (!table.table.isUsed(slot) || people.graceIn(table.slots, slot)) return null;
  if (people.kindIn(table.slots, slot) === codeOf('capture')) return null;
  const until = people.untilIn(table.slots, slot);
  if (until !== 0 && until <= now()) return null;
  const bytes = people.rewrapped(table.slots.view(slot), epochs, asEpoch(backup));
  return bytes === null ? null : Buffer.concat([Buffer.of(FRAME.key), bytes]);
}

function lookupFrame({ people: keys, lookups: table, now }: Parts, slot: number): Buffer | null {
  if (!table.table.isUsed(slot)) return null;
  const bytes = table.slots.view(slot);
  if (lookups.isSuppression(table.slots, slot)) {
    if (lookups.untilIn(table.slots, slot) <= now()) return null;
  } else {
    const owners = keys.all(lookups.ownerIn(bytes));
    if (owners.length === 0 || owners.some((owner) => people.graceIn(keys.slots, owner))) return null;
  }
  return Buffer.concat([Buffer.of(FRAME.lookup), bytes]);
}
