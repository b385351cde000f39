/**
 * What happens by itself: every hour the record is published; what has ended is swept away, erasures whose grace or whose
 * hold is over are done (their people hear of it within the hour before), who signed up or read the newsletter and is gone
 * is forgotten, and sealed values are looked at for damage, three
 * times an hour; statistics of a year that is over are published; once a day the key store gets a new epoch, and the sums of usage are compared with their records. Destroys
 * nothing because of a time that cannot be believed.
 */
import type { Id } from '../../link/ids.ts';
import { faultFields, type Log } from '../../log/log.ts';
import type { DamageSurvey } from '../../store/damage.ts';
import { eraseNow } from '../../store/erasure/erase.ts';
import {
  endBegunErasures,
  replayLedger,
  runDueErasures,
  runHeldErasures,
} from '../../store/erasure/resume.ts';
import type { ErasureSettings } from '../../store/erasure/settings.ts';
import { tellDue } from '../../store/erasure/tell-due.ts';
import { tellProcessors } from '../../store/erasure/tell-processors.ts';
import type { LocalRecordKeeper } from '../../store/ledger/record-keeper.ts';
import { believedNow, ClockDoubted } from '../../store/retention/clock.ts';
import { sweep } from '../../store/retention/sweep.ts';
import { signUpsNeverConfirmed } from '../accounts/index.ts';
import { recordKeys, type Witnesses } from '../record/index.ts';
import type { Statistics } from '../statistics/index.ts';
import type { DaySurvey } from '../usage/index.ts';

/** Retention is at most an hour late; the look itself takes a part of that. */
const ROUND_MS = 20 * 60_000;
const HOUR_MS = 3_600_000;
/** A sign-up whose address was never confirmed is erased after so long: it may be a stranger's address. */
const UNCONFIRMED_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
/** What keeps their address away stays as it is: a stranger may have signed up with it. */
const NOBODY_ASKED = { role: 'system', insideOnly: true } as const;
/** What one round looks at for damage; a pass through everything takes as many rounds as it needs. */
const DAMAGE_LOOK = { rows: 100_000, ms: 5_000 } as const;
/** What one round looks at of the day that has ended. */
const USAGE_LOOK = { ms: 30_000 } as const;

/** What is looked after beside the people's data. */
interface Parts {
  readonly record: LocalRecordKeeper;
  readonly witnesses: Witnesses;
  readonly damage: DamageSurvey;
  readonly usageDays: DaySurvey;
  /** Books credit of sign-ups that a kill kept from being booked. */
  readonly giveWelcomes: () => Promise<number>;
  readonly statistics: Pick<Statistics, 'publish'>;
  /** Who left the newsletter and has nothing else here. */
  readonly formerReaders: (now: number) => Promise<readonly Id[]>;
}

export class Housekeeping {
  readonly #settings: ErasureSettings;
  readonly #record: LocalRecordKeeper;
  readonly #damage: DamageSurvey;
  readonly #usageDays: DaySurvey;
  readonly #giveWelcomes: Parts['giveWelcomes'];
  readonly #statistics: Parts['statistics'];
  readonly #formerReaders: Parts['formerReaders'];
  readonly #witnesses: Witnesses;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #publishedAt = 0;
  #rolledAt = Date.now();

  constructor(settings: ErasureSettings, parts: Parts, log: Log) {
    const { record, witnesses, damage, usageDays, giveWelcomes, statistics, formerReaders } = parts;
    this.#statistics = statistics;
    this.#formerReaders = formerReaders;
    this.#giveWelcomes = giveWelcomes;
    this.#damage = damage;
    this.#usageDays = usageDays;
    this.#settings = settings;
    this.#record = record;
    this.#witnesses = witnesses;
    this.#log = log;
  }

  start(): void {
    this.soon();
    this.#timer = setInterval(() => this.soon(), ROUND_MS);
  }

  /** Another round, after the one under way. */
  soon(): void {
    this.#round = this.#round.then(() => this.#work());
  }

  /** Lets the step under way end and begins no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    const { store } = this.#settings;
    const now = Date.now();
    await this.#step(async () => {
      if (now - this.#publishedAt < HOUR_MS) return;
      await this.#record.publish(store.now());
      this.#publishedAt = now;
      this.#log('info', 'published', { count: this.#record.log.publishedSize });
    });
    await this.#step(() => this.#witnesses.ask(signal));
    await this.#step(async () => {
      const count = await endBegunErasures(this.#settings, ['begun'], signal);
      if (count > 0) this.#log('info', 'erased', { count });
    });
    // What was erased since the last round: the next start need not look at it.
    await this.#step(async () => {
      await replayLedger(this.#settings);
    });
    await this.#step(async () => {
      await tellDue(this.#settings, await believedNow(store), signal);
    });
    await this.#step(async () => {
      await believedNow(store);
      const { length } = await runDueErasures(this.#settings, signal);
      const count = length + (await runHeldErasures(this.#settings, signal));
      if (count > 0) this.#log('info', 'erased', { count });
    });
    await this.#step(async () => {
      const believed = await believedNow(store);
      const unconfirmed = await signUpsNeverConfirmed(store.db, new Date(believed - UNCONFIRMED_MS));
      for (const id of [...unconfirmed, ...(await this.#formerReaders(believed))]) {
        if (signal.aborted) return;
        await eraseNow(this.#settings, { kind: 'person', id }, NOBODY_ASKED);
      }
    });
    await this.#step(async () => {
      await tellProcessors(this.#settings);
    });
    await this.#step(async () => {
      await this.#giveWelcomes();
    });
    await this.#step(async () => {
      const swept = await sweep(store, { signal, moveApart: this.#settings.moveApart });
      if (swept === null) return;
      const count = Object.values(swept.rows).reduce((sum, rows) => sum + rows, swept.keys);
      if (count > 0) this.#log('info', 'swept', { count });
    });
    await this.#step(async () => {
      if (now - this.#rolledAt < DAY_MS && !store.keys.rolling) return;
      await store.keys.rollEpoch({ signal });
      this.#rolledAt = now;
      this.#log('info', 'epoch_rolled');
    });
    await this.#step(async () => {
      await this.#statistics.publish(await believedNow(store));
    });
    await this.#step(() => recordKeys(store, 'system'));
    await this.#step(async () => {
      const { values } = await this.#damage.look({ ...DAMAGE_LOOK, signal });
      if (values > 0) this.#log('warn', 'values_damaged', { count: values });
    });
    await this.#step(async () => {
      const count = await this.#usageDays.look({ ...USAGE_LOOK, signal });
      if (count > 0) this.#log('warn', 'usage_days_mended', { count });
    });
  }

  /** One that fails is logged and tried again in the next round; the others go on. */
  async #step(work: () => Promise<void>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const code = error instanceof ClockDoubted ? { code: error.code } : {};
      this.#log('error', 'fault', { ...faultFields(error), ...code });
    }
  }
}
