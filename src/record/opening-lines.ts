/**
 * Openings as auditors get them: JSON lines, one for each entry, in the order of their indexes.
 *
 *   {"index":0,"kind":"export","at":"2027-01-31T12:00:00.000Z","role":"operator","salt1":"…","content_hash":"…"}
 *
 * Salt and hash are hex. commitment.ts says how the entry follows from them; its content does not.
 */
import type { IndexedOpening } from './check-openings.ts';
import type { ActorRole, EntryKind } from './commitment.ts';
import { RecordError } from './errors.ts';

const LINE_CHARACTERS_MAX = 1024;
const FIELDS = 'at,content_hash,index,kind,role,salt1';
const HEX = /^([0-9a-f]{2}){1,32}$/;

export function openingLine({ index, kind, at, role, salt1, contentHash }: IndexedOpening): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const when = new Date(at).toISOString();
  return JSON.stringify({ index, kind, at: when, role, salt1: hex(salt1), content_hash: hex(contentHash) });
}

/** Throws `opening` for anything that is not exactly one; kind and role are checked where the entry is recomputed. */
export function readOpeningLine(line: string): IndexedOpening {
  const found = line.length <= LINE_CHARACTERS_MAX ? parsed(line) : null;
  if (found === null || Object.keys(found).sort().join(',') !== FIELDS) refuse('it has other fields');
  const { index, kind, at, role, salt1, content_hash: contentHash } = found as Record<string, unknown>;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString() !== at) refuse('its time is none');
  if (!Number.isSafeInteger(index) || (index as number) < 0) refuse('its index is none');
  if (typeof kind !== 'string' || typeof role !== 'string') refuse('kind and role are words');
  return {
    index: index as number,
    kind: kind as EntryKind,
    at: time,
    role: role as ActorRole,
    salt1: bytesOf(salt1),
    contentHash: bytesOf(contentHash),
  };
}

function bytesOf(value: unknown): Buffer {
  if (typeof value !== 'string' || !HEX.test(value)) return refuse('salt and hash are hex');
  return Buffer.from(value, 'hex');
}

function parsed(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

const refuse = (why: string): never => {
  throw new RecordError('opening', `This line is not an opening: ${why}.`);
};
