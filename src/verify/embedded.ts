/** Whether the database is the one that Kept brings: it lies in the data folder. Of another one there are only rows, also where it has a local socket. */
import { dirname, join } from 'node:path';
import type { VerifyParts } from '../control/verification/index.ts';

export const isEmbedded = ({ databaseUrl, linkSocket }: VerifyParts['settings']): boolean =>
  new URLSearchParams(databaseUrl.split('?')[1]).get('host') === join(dirname(linkSocket), 'postgres');
