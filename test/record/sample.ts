/** Entries, keys and a published record for tests. */
import { hash } from 'node:crypto';
import { padding } from '../../src/record/commitment.ts';
import { PUBLISH_MULTIPLE, RecordLog } from '../../src/record/log.ts';
import {
  generateNoteKey,
  type NoteSigner,
  type NoteVerifier,
  noteSigner,
  noteVerifier,
} from '../../src/record/note.ts';
import type { TileStorage } from '../../src/record/storage.ts';

export const ORIGIN = 'kept.test/record';

/** Entry number `index`: the same bytes each time. */
export const entry = (index: number): Buffer => hash('sha256', `entry ${index}`, 'buffer');

export const entries = (from: number, to: number): Buffer[] =>
  Array.from({ length: to - from }, (_, offset) => entry(from + offset));

export function keys(name: string = ORIGIN): {
  signer: NoteSigner;
  verifier: NoteVerifier;
  verifierKey: string;
} {
  const { signerKey, verifierKey } = generateNoteKey(name);
  return { signer: noteSigner(signerKey), verifier: noteVerifier(verifierKey), verifierKey };
}

/** Pads to the next multiple of 64, by 64 where nothing happened, and publishes. */
export async function publish(log: RecordLog, signer: NoteSigner): Promise<string> {
  const over = log.size % PUBLISH_MULTIPLE;
  const idle = over === 0 && log.size > log.publishedSize ? 0 : PUBLISH_MULTIPLE - over;
  await log.append(Array.from({ length: idle }, () => padding(0).entry));
  return log.publish(log.size, [signer]);
}

/** A record with entries 0 to `size`, nothing published. */
export async function grown(storage: TileStorage, size: number): Promise<RecordLog> {
  const log = await RecordLog.open(ORIGIN, storage);
  for (let at = 0; at < size; at += 1000) await log.append(entries(at, Math.min(size, at + 1000)));
  return log;
}
