/** What exports work with; made once, where control starts. */
import { join } from 'node:path';
import type { Id } from '../../link/ids.ts';
import type { Notices } from '../notices/index.ts';
import type { Erasing } from '../rights/index.ts';

export interface ExportParts {
  readonly erasing: Erasing;
  readonly notices: Notices;
  readonly siteUrl: string;
  /** Where archives lie, mode 0700; nothing else is in it. */
  readonly folder: string;
  /** The time, or `ClockDoubted`: nothing is destroyed because of another. */
  readonly believed: () => Promise<number>;
}

/** The file of an export's archive. */
export const archivePath = (folder: string, id: Id): string => join(folder, id);
