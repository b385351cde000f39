/** How far a person's export is, as its page shows it. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { accountsOwnedBy } from '../accounts/index.ts';
import type { Services } from '../services.ts';
import type { ExportParts } from './parts.ts';
import type { ExportQueue, Progress } from './queue.ts';
import { EXPORT_DAYS, type ExportFailure, type ExportJob, exportJob } from './schema.ts';
import { openSecret } from './secret.ts';

const EXPORT_MS = EXPORT_DAYS * 86_400_000;

export interface ShownExport {
  readonly id: Id;
  /** `over`: it was ready, and its day has passed. */
  readonly state: 'waiting' | 'working' | 'ready' | 'over' | 'failed' | 'cancelled';
  /** Null before the first row is read. */
  readonly progress: Progress | null;
  readonly failure: ExportFailure | 'accounts_changed' | null;
  /** ISO 8601: until when it can be downloaded. */
  readonly until: string | null;
  readonly bytes: number | null;
}

/** Until when what is ready at `readyMs` (since 1970) can be downloaded. */
export const endOf = (readyMs: number): number => readyMs + EXPORT_MS;

/** Whether its archive can be downloaded no more. */
export const isOver = ({ state, endedAt }: Pick<ExportJob, 'state' | 'endedAt'>, now: number): boolean =>
  state === 'ready' && endOf(endedAt?.getTime() ?? 0) <= now;

export async function exportOf(db: Db, person: Id): Promise<ExportJob | null> {
  const [job] = await db.select().from(exportJob).where(eq(exportJob.person, person));
  return job ?? null;
}

/** Null where none was asked for, or it is long over. */
export async function readExport(
  { erasing: { services, store } }: ExportParts,
  queue: ExportQueue,
  person: Id,
): Promise<ShownExport | null> {
  const job = await exportOf(services.db, person);
  if (job === null) return null;
  const { id, state, failure, bytes, endedAt } = job;
  const until =
    state === 'ready' && endedAt !== null ? new Date(endOf(endedAt.getTime())).toISOString() : null;
  const shown = { id, state, progress: queue.progressOf(id), failure, until, bytes };
  if (isOver(job, store.now())) return { ...shown, state: 'over' };
  if (state !== 'ready' || (await isTheirs(services, job))) return shown;
  return { ...shown, state: 'failed', failure: 'accounts_changed' };
}

/** Whether every account whose data are in the archive is still its person's. */
export async function isTheirs(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  job: ExportJob,
): Promise<boolean> {
  const owned = new Set(await accountsOwnedBy(db, job.person));
  return openSecret(vault, job)?.accounts.every((account) => owned.has(account)) ?? false;
}
