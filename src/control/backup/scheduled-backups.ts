/**
 * Backups that are made by themselves, beside everything else: looked at three times an hour, made when the newest is
 * old enough. Copies of keys end before they are 29 days old, also when no backup can be made.
 */
import { faultFields, type Log } from '../../log/log.ts';
import { BackupError } from '../../store/backup/errors.ts';
import { newestBackup } from '../../store/backup/prune.ts';
import { isDue, prune } from '../../store/backup/schedule.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import { type Backups, makeScheduled } from './make-backup.ts';

const ROUND_MS = 20 * 60_000;

export class ScheduledBackups {
  readonly #backups: Backups;
  readonly #believed: () => Promise<number>;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #isFirst = true;

  /** `believed`: the time, or `ClockDoubted`; keys are destroyed by no other. */
  constructor(backups: Backups, believed: () => Promise<number>, log: Log) {
    this.#backups = backups;
    this.#believed = believed;
    this.#log = log;
  }

  start(): void {
    this.soon();
    this.#timer = setInterval(() => this.soon(), ROUND_MS);
  }

  /** Another look, after the one under way. */
  soon(): Promise<void> {
    this.#round = this.#round.then(() => this.#look());
    return this.#round;
  }

  /** A backup under way is broken off and leaves nothing. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  async #look(): Promise<void> {
    const { source, schedule, store } = this.#backups;
    await this.#step(async () => {
      // A new instance is not backed up while it is being set up.
      const isNew = this.#isFirst && (await newestBackup(schedule.folder)) === null;
      this.#isFirst = false;
      if (isNew || !(await isDue(schedule, store.now()))) return;
      await makeScheduled(this.#backups, this.#stopping.signal);
      this.#log('info', 'backup_made');
    });
    await this.#step(async () => {
      const { keysGone, backupsGone } = await prune(source, schedule, await this.#believed());
      if (keysGone + backupsGone > 0) this.#log('info', 'backups_pruned', { count: keysGone + backupsGone });
    });
  }

  async #step(work: () => Promise<void>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      if (error instanceof ClockDoubted) return this.#log('error', 'fault', { code: error.code });
      const code = error instanceof BackupError && error.code === 'disk_full' ? { code: error.code } : {};
      this.#log('error', 'backup_failed', { ...faultFields(error), ...code });
    }
  }
}
