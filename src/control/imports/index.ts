/**
 * People whom partners name to us (COLLECT-2, COLLECT-8): taken over from a list that somebody here looked at first, each
 * with where it came from, when and on which ground, and told so by a letter. Whoever was erased or opted out stays out.
 */
import { Rounds } from '../rounds.ts';
import { forImportDesk } from './for-desk.ts';
import type { ImportParts } from './parts.ts';
import { takeOverDue } from './take-over.ts';

export type { ImportDesk } from './for-desk.ts';
export { type Ground, IMPORT_BYTES_MAX, type ImportState } from './kinds.ts';

const ROUND_MS = 60_000;

export function openImports(parts: ImportParts) {
  const rounds = new Rounds({
    everyMs: ROUND_MS,
    work: (signal) => takeOverDue(parts, signal),
    log: parts.log,
  });
  return {
    desk: forImportDesk(parts, () => rounds.wake()),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
