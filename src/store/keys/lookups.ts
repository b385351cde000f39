/**
 * The lookups file: one slot of 64 bytes for each value that somebody is found by, and for each suppression. Holds
 * keyed hashes only, never a value.
 * Bytes: 0 state, 1 kind, 2 purpose, 3 ground, 4 checksum, 8 until (double; 0 = no end), 16 owner, 32 keyed hash.
 */
import { createHmac } from 'node:crypto';
import {
  type LookupKind,
  SUPPRESSION_GROUNDS,
  SUPPRESSION_PURPOSES,
  type Suppression,
  type SuppressionPurpose,
} from './kinds.ts';
import type { SlotFile } from './slot-file.ts';

export const LOOKUP_SLOT_BYTES = 64;
const USED = 1;
const UNTIL = 8;
const OWNER = 16;
const HASH = 32;
const SUPPRESSION = 255;
const LOOKUP_KIND_CODES: Readonly<Record<LookupKind, number>> = { email: 1, provider: 2 };

/** HMAC-SHA-256 of kind and value under a key used for nothing else. */
export const lookupHash = (key: Buffer, kind: LookupKind, value: string): Buffer =>
  createHmac('sha256', key).update(`${kind}\n${value}`).digest();

export const suppressionHash = (key: Buffer, value: string): Buffer =>
  createHmac('sha256', key).update(`suppression\n${value}`).digest();

export function makeLookup(kind: LookupKind, hash: Buffer, owner: string): Buffer {
  const slot = Buffer.alloc(LOOKUP_SLOT_BYTES);
  slot[0] = USED;
  slot[1] = LOOKUP_KIND_CODES[kind];
  slot.write(owner, OWNER, 'hex');
  slot.set(hash, HASH);
  return slot;
}

export function makeSuppression(hash: Buffer, { purpose, ground, until }: Suppression): Buffer {
  const slot = Buffer.alloc(LOOKUP_SLOT_BYTES);
  slot[0] = USED;
  slot[1] = SUPPRESSION;
  slot[2] = SUPPRESSION_PURPOSES.indexOf(purpose) + 1;
  slot[3] = SUPPRESSION_GROUNDS.indexOf(ground) + 1;
  slot.writeDoubleLE(until, UNTIL);
  slot.set(hash, HASH);
  return slot;
}

const kindIn = (slots: SlotFile, slot: number): number => (slots.word(slot, 0) >>> 8) & 0xff;

export const isSuppression = (slots: SlotFile, slot: number): boolean => kindIn(slots, slot) === SUPPRESSION;
export const isLookup = (slots: SlotFile, slot: number, kind: LookupKind): boolean =>
  kindIn(slots, slot) === LOOKUP_KIND_CODES[kind];
export const purposeIn = (slots: SlotFile, slot: number): SuppressionPurpose | null =>
  SUPPRESSION_PURPOSES[((slots.word(slot, 0) >>> 16) & 0xff) - 1] ?? null;
export const untilIn = (slots: SlotFile, slot: number): number => slots.double(slot, UNTIL);
export const ownerIn = (slot: Buffer): string => slot.toString('hex', OWNER, OWNER + 16);

/** Whether a slot's bytes hold this hash or this owner; for slots that are damaged elsewhere. */
export const hasHash = (slot: Buffer, hash: Buffer): boolean => slot.subarray(HASH).equals(hash);
export const hasOwner = (slot: Buffer, owner: string): boolean => ownerIn(slot) === owner;
