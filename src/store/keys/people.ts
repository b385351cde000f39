/**
 * The people file: one slot of 96 bytes for each data key, wrapped under an epoch key.
 * Bytes: 0 state, 1 kind, 2 version, 3 flags, 4 checksum, 8 until (double; 0 = no end), 16 id, 32 wrapped key, 92 epoch.
 */
import { codeOfName, type KeyName, kindOfCode } from './kinds.ts';
import type { SlotFile } from './slot-file.ts';
import { fresh, KEY_BYTES, unwrap, WRAPPED_BYTES, wrapInto } from './wrap.ts';

export const PEOPLE_SLOT_BYTES = 96;
const USED = 1;
const KIND = 1;
const VERSION = 2;
const FLAGS = 3;
const UNTIL = 8;
const ID = 16;
const WRAPPED = 32;
const EPOCH = 92;
const GRACE = 1;
const VERSION_FIRST = 1;

/** What a slot says of its key. `until`: milliseconds since 1970, or null. */
export interface KeyFacts extends KeyName {
  readonly version: number;
  readonly until: number | null;
}

/** What slots are wrapped under: the epochs, or one backup key. */
export interface WrappingKeys {
  readonly newest: number;
  key(number: number): Buffer | null;
}

/** Kind, id, version and epoch, which a wrapped key is bound to. */
function boundTo(slot: Buffer): Buffer {
  const bound = Buffer.allocUnsafe(24);
  bound[0] = 1;
  bound[1] = slot[KIND]!;
  bound[2] = slot[VERSION]!;
  bound[3] = 0;
  slot.copy(bound, 4, EPOCH, EPOCH + 4);
  slot.copy(bound, 8, ID, ID + 16);
  return bound;
}

/** A slot with a key of its own, or with `key`. */
export function makeSlot(facts: Omit<KeyFacts, 'version'>, epochs: WrappingKeys, key?: Buffer): Buffer {
  const slot = Buffer.alloc(PEOPLE_SLOT_BYTES);
  slot[0] = USED;
  slot[KIND] = codeOfName(facts.kind, facts.id);
  slot[VERSION] = VERSION_FIRST;
  slot.writeDoubleLE(facts.until ?? 0, UNTIL);
  slot.write(facts.id, ID, 'hex');
  const data = key ?? fresh(KEY_BYTES);
  wrapUnderNewest(slot, data, epochs);
  if (key === undefined) data.fill(0);
  return slot;
}

/** The data key in this slot, or null when it does not open. */
export function keyOf(slot: Buffer, epochs: WrappingKeys): Buffer | null {
  const epoch = epochs.key(slot.readUInt32LE(EPOCH));
  return epoch === null
    ? null
    : unwrap(slot.subarray(WRAPPED, WRAPPED + WRAPPED_BYTES), epoch, boundTo(slot));
}

/** The slot wrapped under the newest epoch (of `to`), or null when its key does not open. */
export function rewrapped(slot: Buffer, epochs: WrappingKeys, to = epochs): Buffer | null {
  const key = keyOf(slot, epochs);
  if (key === null) return null;
  const copy = Buffer.from(slot);
  wrapUnderNewest(copy, key, to);
  key.fill(0);
  return copy;
}

function wrapUnderNewest(slot: Buffer, key: Buffer, epochs: WrappingKeys): void {
  slot.writeUInt32LE(epochs.newest, EPOCH);
  wrapInto(slot, WRAPPED, key, epochs.key(epochs.newest)!, boundTo(slot));
}

export function factsOf(slot: Buffer): KeyFacts | null {
  const kind = kindOfCode(slot[KIND]!);
  if (kind === null) return null;
  const until = slot.readDoubleLE(UNTIL);
  const id = slot.toString('hex', ID, ID + 16);
  return { kind, id, version: slot[VERSION]!, until: until === 0 ? null : until };
}

export const kindIn = (slots: SlotFile, slot: number): number => (slots.word(slot, 0) >>> 8) & 0xff;
export const versionIn = (slots: SlotFile, slot: number): number => (slots.word(slot, 0) >>> 16) & 0xff;
export const graceIn = (slots: SlotFile, slot: number): boolean => (slots.word(slot, 0) >>> 24) % 2 === GRACE;
export const epochIn = (slots: SlotFile, slot: number): number => slots.word(slot, EPOCH >> 2) >>> 0;
/** Milliseconds since 1970; 0 = no end. */
export const untilIn = (slots: SlotFile, slot: number): number => slots.double(slot, UNTIL);

export function withGrace(slot: Buffer, inGrace: boolean): Buffer {
  const copy = Buffer.from(slot);
  copy[FLAGS] = inGrace ? GRACE : 0;
  return copy;
}

export function withUntil(slot: Buffer, until: number | null): Buffer {
  const copy = Buffer.from(slot);
  copy.writeDoubleLE(until ?? 0, UNTIL);
  return copy;
}

/** Whether 16 bytes at the place of the id are these; for slots that are damaged elsewhere. */
export const names = (slot: Buffer, id: string): boolean => slot.toString('hex', ID, ID + 16) === id;
