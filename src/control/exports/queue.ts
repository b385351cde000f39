/**
 * Exports in the background: the oldest first, a few at once. What a kill interrupted is begun again by the next start,
 * a few times; folder and rows are looked through every minute.
 */
import { mkdir } from 'node:fs/promises';
import { and, asc, eq, inArray, notInArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { faultFields, type Log } from '../../log/log.ts';
import { isDiskFull, isOutage } from '../../store/failures.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import { Refused } from '../../store/rights/failures.ts';
import { makeArchive } from './make-archive.ts';
import type { ExportParts } from './parts.ts';
import { type ExportFailure, type ExportJob, exportJob } from './schema.ts';
import { removeArchive, tidyFolder } from './tidy-folder.ts';

/** Exports that run beside each other. */
const AT_ONCE = 2;
/** One that was begun so often and never ended is not begun again. */
const TRIES_MAX = 3;
const LOOK_MS = 60_000;
/** What found no place, or no database, is tried again after so long. */
const AGAIN_MS = 5_000;
const FOLDER_MODE = 0o700;

interface Run {
  readonly abort: AbortController;
  accounts: readonly Id[];
  progress: Progress | null;
  ended: Promise<void>;
}

/** Rows in the archive, and of how many. */
export interface Progress {
  readonly rows: number;
  readonly of: number;
}

export class ExportQueue {
  readonly #parts: ExportParts;
  readonly #log: Log;
  readonly #running = new Map<Id, Run>();
  #timer: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(parts: ExportParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
  }

  async start(): Promise<void> {
    await mkdir(this.#parts.folder, { recursive: true, mode: FOLDER_MODE });
    this.wake();
    this.#timer = setInterval(() => this.wake(), LOOK_MS);
  }

  /** Looks what is to be done, soon. */
  wake(): void {
    this.#round = this.#round.then(() => this.#look());
  }

  /** How far an export is; null where it does not run. */
  progressOf(id: Id): Progress | null {
    return this.#running.get(id)?.progress ?? null;
  }

  /** Breaks off an export that runs, and resolves when nothing of it is left. */
  async breakOff(id: Id): Promise<void> {
    const run = this.#running.get(id);
    run?.abort.abort(new Error('cancelled'));
    await run?.ended;
    await removeArchive(this.#parts.folder, id);
  }

  /** Breaks off exports that hold the locks of somebody, or of an account, who is to be erased. */
  async makeWay({ kind, id }: SubjectName): Promise<void> {
    const theirs = await this.#parts.erasing.services.db
      .select({ id: exportJob.id, person: exportJob.person })
      .from(exportJob)
      .where(inArray(exportJob.id, [...this.#running.keys()]));
    for (const job of theirs) {
      const run = this.#running.get(job.id);
      if (kind === 'person' ? job.person === id : run?.accounts.includes(id)) await this.breakOff(job.id);
    }
  }

  /** Breaks off what runs, to be begun again by the next start, and begins nothing more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of [this.#timer, this.#again]) if (timer !== null) clearTimeout(timer);
    for (const { abort } of this.#running.values()) abort.abort(new Error('stopping'));
    await this.#round;
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #look(): Promise<void> {
    if (this.#stopping) return;
    try {
      await this.#takeUp();
      await tidyFolder(this.#parts);
      while (this.#running.size < AT_ONCE && this.#again === null && !this.#stopping) {
        const job = await this.#next();
        if (job === undefined) break;
        this.#begin(job);
      }
    } catch (error) {
      const code = error instanceof ClockDoubted ? { code: error.code } : {};
      this.#log('error', 'fault', { ...faultFields(error), ...code });
    }
  }

  /** What is said to be under way, and is not: its process died, or could not say how it ended. */
  async #takeUp(): Promise<void> {
    const { services, store } = this.#parts.erasing;
    const left = await services.db
      .select()
      .from(exportJob)
      .where(and(eq(exportJob.state, 'working'), notInArray(exportJob.id, [...this.#running.keys()])));
    for (const job of left) {
      const how =
        job.tries < TRIES_MAX
          ? ({ state: 'waiting' } as const)
          : ({ state: 'failed', failure: 'interrupted', endedAt: new Date(store.now()) } as const);
      await this.#put(job, { ...how, secret: null });
    }
  }

  async #next(): Promise<ExportJob | undefined> {
    const [job] = await this.#parts.erasing.services.db
      .select()
      .from(exportJob)
      .where(and(eq(exportJob.state, 'waiting'), notInArray(exportJob.id, [...this.#running.keys()])))
      .orderBy(asc(exportJob.askedAt), asc(exportJob.id))
      .limit(1);
    return job;
  }

  #begin(job: ExportJob): void {
    const run: Run = {
      abort: new AbortController(),
      accounts: [],
      progress: null,
      ended: Promise.resolve(),
    };
    this.#running.set(job.id, run);
    run.ended = this.#work(job, run)
      .catch((error: unknown) => this.#log('error', 'fault', faultFields(error)))
      .finally(() => {
        this.#running.delete(job.id);
      });
    void run.ended.then(() => this.wake());
  }

  async #work(job: ExportJob, run: Run): Promise<void> {
    let isReady = false;
    try {
      isReady = await makeArchive(this.#parts, job, {
        signal: run.abort.signal,
        onBegun: (accounts) => {
          run.accounts = accounts;
        },
        onProgress: (rows, of) => {
          run.progress = { rows, of };
        },
      });
      if (isReady) this.#log('info', 'export_made');
    } catch (error) {
      await this.#ended(job, run, error);
    } finally {
      if (!isReady) await removeArchive(this.#parts.folder, job.id);
    }
  }

  /** It did not come to its end: what becomes of it. */
  async #ended(job: ExportJob, run: Run, error: unknown): Promise<void> {
    if (error instanceof Refused && error.code === 'busy') return this.#soon();
    if (this.#stopping) return this.#put(job, { state: 'waiting', secret: null, tries: job.tries });
    const failure = run.abort.signal.aborted ? 'interrupted' : failureOf(error);
    const code = failure === 'disk_full' ? { code: failure } : {};
    if (failure !== 'interrupted') this.#log('error', 'export_failed', { ...faultFields(error), ...code });
    // While the database is away nothing can be said: the next look takes it up.
    if (isOutage(error) && failure === 'fault') return this.#soon();
    const endedAt = new Date(this.#parts.erasing.store.now());
    await this.#put(job, { state: 'failed', failure, secret: null, endedAt });
  }

  /** Changes an export that is under way; one that its person has cancelled stays so. */
  async #put(job: ExportJob, how: Partial<ExportJob>): Promise<void> {
    await this.#parts.erasing.services.db
      .update(exportJob)
      .set(how)
      .where(and(eq(exportJob.id, job.id), inArray(exportJob.state, ['waiting', 'working'])));
  }

  /** Nothing is begun before. */
  #soon(): void {
    if (this.#stopping) return;
    this.#again ??= setTimeout(() => {
      this.#again = null;
      this.wake();
    }, AGAIN_MS);
  }
}

function failureOf(error: unknown): ExportFailure {
  if (isDiskFull(error)) return 'disk_full';
  return error instanceof Refused && error.code === 'too_long' ? 'too_long' : 'fault';
}
