/** Exports as the site's pages call them: everybody their own. */
import { isId } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import { type Caller, demandSignedIn, type SignInParts } from '../sign-in/index.ts';
import { askExport, cancelExport } from './ask-export.ts';
import { downloadExport } from './download-export.ts';
import type { ExportParts } from './parts.ts';
import type { ExportQueue } from './queue.ts';
import { readExport } from './read-export.ts';

export type ExportPages = ReturnType<typeof forExportPages>;

export function forExportPages(parts: ExportParts, queue: ExportQueue, signIn: SignInParts) {
  /** Also who is leaving, or does not agree to a new version, takes their data along. */
  const personOf = async (caller: Caller, fresh: boolean) =>
    (await demandSignedIn(signIn, caller, { fresh, whileDeleted: true, besides: ['agreement'] })).who.person;
  const known = (id: string): string => {
    if (!isId(id)) throw new Problem(404, 'no_such_export', 'There is no such export of yours.');
    return id;
  };
  return {
    /** Whether a mail says that an archive is ready: there is a mail server. */
    mails: parts.notices.deliverable,
    /** The one that they asked for last; null where there is none. */
    read: async (caller: Caller) => readExport(parts, queue, await personOf(caller, false)),
    /** Wants a fresh sign-in. */
    ask: async (caller: Caller) => askExport(parts, queue, await personOf(caller, true)),
    cancel: async (caller: Caller, id: string) =>
      cancelExport(parts, queue, await personOf(caller, false), known(id)),
    /** Wants a fresh sign-in. */
    download: async (caller: Caller, id: string) =>
      downloadExport(parts, await personOf(caller, true), known(id)),
  };
}
