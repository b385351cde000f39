/** Exports as requests of people have them made: for somebody whose proof is there, and read by that person alone. */
import type { Id } from '../../link/ids.ts';
import { Problem } from '../problem.ts';
import { askExport } from './ask-export.ts';
import { downloadExport } from './download-export.ts';
import type { ExportParts } from './parts.ts';
import type { ExportQueue } from './queue.ts';
import { exportOf } from './read-export.ts';
import type { ExportFailure, ExportJob } from './schema.ts';

export interface StandingExport {
  readonly id: Id;
  readonly state: ExportJob['state'];
  readonly failure: ExportFailure | null;
}

export type RequestExports = ReturnType<typeof forRequests>;

export function forRequests(parts: ExportParts, queue: ExportQueue) {
  const { db } = parts.erasing.services;
  /** The one that they asked for last, or that was asked for them. */
  const of = async (person: Id): Promise<StandingExport | null> => exportOf(db, person);
  return {
    of,
    /** For whoever has shown that it is theirs. Throws as `downloadExport`. */
    download: (person: Id, id: Id) => downloadExport(parts, person, id),
    /** A new one, or the one that is under way. */
    ask: async (person: Id): Promise<Id> => {
      try {
        return await askExport(parts, queue, person);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'export_under_way') throw error;
        const standing = await of(person);
        if (standing === null) throw error;
        return standing.id;
      }
    },
  };
}
