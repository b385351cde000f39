/** Checks run by themselves, each at its pace, and when somebody asks; what they see is told, entered and shown. */
import { Rounds } from '../control/rounds.ts';
import {
  type CheckStanding,
  observationsSince,
  remember,
  type Standing,
  type Verification,
  type VerifyParts,
} from '../control/verification/index.ts';
import { faultFields } from '../log/log.ts';
import { Ages } from './ages.ts';
import type { Check, Pace } from './check.ts';
import { DAY_MS, DAYS_SHOWN, History } from './history.ts';
import { lookAt } from './looks.ts';
import { slowPassOf } from './slow.ts';
import { standingOf } from './standing.ts';

const MINUTE_MS = 60_000;
const PACES: Readonly<Record<Pace, number>> = {
  minutes: 5 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 12 * 60 * MINUTE_MS,
};
/** What could not look looks again in the next round. */
const FAILED_MS = 30_000;
/** A look that is later than twice its pace leaves a gap in what was monitored. */
const GAP_PACES = 2;
/** So old, an entry is in a checkpoint that everybody gets: a stranger's wish signs none of its own. */
const PUBLISHED_MS = 70 * MINUTE_MS;
const ENTRIES_KEPT = 8;
/** Of each minute for the slow pass: half a hundredth of a core. */
const SLOW_MS = 300;
/** After the start: nobody's first page waits for it. */
const FIRST_MS = 20_000;

export class Verifier implements Verification {
  readonly #parts: VerifyParts;
  readonly #checks: readonly Check[];
  readonly #seen = new Map<string, CheckStanding>();
  readonly #ages = new Ages();
  readonly #history = new History();
  readonly #rounds: Rounds;
  #first: NodeJS.Timeout | null = null;
  /** The last word of the one who looks; the next waits for it. */
  #turn: Promise<unknown> = Promise.resolve();
  #broken: readonly string[] = [];
  /** Clauses that staff could not be told of. */
  #untold: readonly string[] = [];
  /** Whether what an earlier process left behind is gone. */
  #isTidy = false;
  #startedAt = 0;
  /** By the steady clock, in milliseconds. */
  #enteredAt = Number.NEGATIVE_INFINITY;
  /** The newest first; of two, since what is published lags behind. */
  #entries: readonly { readonly id: string; readonly at: number }[] = [];

  constructor(parts: VerifyParts, checks: readonly Check[]) {
    this.#parts = parts;
    this.#checks = checks;
    const { log } = parts.services;
    this.#rounds = new Rounds({ everyMs: MINUTE_MS, work: (signal) => this.#round(signal), log });
  }

  standing(): Standing {
    const ids = this.#parts.clauses.map(({ id }) => id);
    const now = this.#parts.store.now();
    return standingOf(ids, this.#checks, this.#seen, { history: this.#history, ages: this.#ages, now });
  }

  async look(clauses: readonly string[] | null, onSeen: (seen: CheckStanding) => void): Promise<Standing> {
    const asked = this.#checks.filter(
      (check) => clauses === null || check.clauses.some((id) => clauses.includes(id)),
    );
    const below = new Set(asked.flatMap(({ restsOn = [] }) => restsOn));
    const wanted = this.#checks.filter((check) => asked.includes(check) || below.has(check.id));
    await this.#exclusively(() => this.#lookAt(wanted, this.#rounds.signal, onSeen));
    if (clauses === null) await this.#enter();
    return this.standing();
  }

  async receipt(): Promise<string | null> {
    const old = Date.now() - PUBLISHED_MS;
    const entry = this.#entries.find(({ at }) => at < old);
    return entry === undefined ? null : this.#parts.store.record.receipt(entry.id);
  }

  metrics(): string {
    const { clauses } = this.standing();
    const counts = Object.entries(Object.groupBy(clauses, ({ verdict }) => verdict ?? 'not-looked'));
    return [
      '# HELP kept_promises Clauses of the policy by what was last seen of each; broken is to be 0.',
      '# TYPE kept_promises gauge',
      `kept_promises{verdict="broken"} ${this.#broken.length}`,
      ...counts.flatMap(([verdict, of = []]) =>
        verdict === 'broken' ? [] : [`kept_promises{verdict="${verdict}"} ${of.length}`],
      ),
      '',
    ].join('\n');
  }

  start(): void {
    this.#startedAt = performance.now();
    void this.#recall();
    void this.#tidy();
    this.#first = setTimeout(() => this.#rounds.start(), FIRST_MS);
  }

  async stop(): Promise<void> {
    if (this.#first !== null) clearTimeout(this.#first);
    await this.#rounds.stop();
    await this.#turn.catch(() => {});
  }

  async #round(signal: AbortSignal): Promise<void> {
    await this.#tidy();
    const since = performance.now() - this.#startedAt;
    const due = this.#checks.filter(
      ({ id, pace, restsMs = 0 }) =>
        (since >= restsMs || this.#seen.has(id)) &&
        this.#ages.of(id) >= (this.#ages.failed(id) ? FAILED_MS : PACES[pace]),
    );
    await this.#goOn(signal);
    if (due.length === 0) return;
    await this.#exclusively(() => this.#lookAt(due, signal, () => {}));
    // Once an hour, from when all have looked.
    const isWhole = this.standing().oldest !== null;
    if (isWhole && performance.now() - this.#enteredAt >= PACES.hour) await this.#enter();
  }

  /** At the start all probes of the process before; later those that a look could not erase. */
  #tidy(): Promise<void> {
    return this.#exclusively(async () => {
      await this.#trying(async () => {
        await this.#parts.probes.tidy({ all: !this.#isTidy });
        this.#isTidy = true;
      });
    });
  }

  /** A little of the slow pass. */
  async #goOn(signal: AbortSignal): Promise<void> {
    try {
      await slowPassOf(this.#parts).step(SLOW_MS, signal);
    } catch (error) {
      this.#parts.services.log('warn', 'fault', faultFields(error));
    }
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }

  async #lookAt(
    checks: readonly Check[],
    signal: AbortSignal,
    onSeen: (seen: CheckStanding) => void,
  ): Promise<void> {
    await lookAt(this.#parts, checks, signal, async (seen, { pace, reached }) => {
      this.#seen.set(seen.id, seen);
      this.#ages.looked(seen.id, reached);
      onSeen(seen);
      await this.#remember(seen, pace);
    });
    await this.#tell();
  }

  /** What was seen before this start. */
  #recall(): Promise<void> {
    return this.#trying(async () => {
      const from = Date.now() - DAYS_SHOWN * DAY_MS;
      for (const each of await observationsSince(this.#parts.services.db, from)) this.#history.add(each);
    });
  }

  #remember(seen: CheckStanding, pace: Pace): Promise<void> {
    this.#history.add({ check: seen.id, verdict: seen.verdict, since: seen.at, until: seen.at });
    return this.#trying(() => remember(this.#parts.services.db, seen, GAP_PACES * PACES[pace]));
  }

  /** What a database or a disk that is away keeps from being done stops no look. */
  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.services.log('warn', 'fault', faultFields(error));
    }
  }

  /** Staff hear of what is broken now and was not before. */
  async #tell(): Promise<void> {
    const broken = this.standing().clauses.flatMap(({ id, verdict }) => (verdict === 'broken' ? [id] : []));
    const fresh = broken.filter((id) => !this.#broken.includes(id));
    this.#broken = broken;
    for (const clause of fresh) this.#parts.services.log('error', 'promise_broken', { clause });
    this.#untold = [...this.#untold.filter((id) => broken.includes(id)), ...fresh];
    if (this.#untold.length === 0) return;
    await this.#trying(async () => {
      await this.#parts.tellStaff(this.#untold);
      this.#untold = [];
    });
  }

  /** How everything stands, in one entry. */
  #enter(): Promise<void> {
    const { clauses } = this.standing();
    const content = {
      clauses: Object.fromEntries(clauses.map(({ id, verdict }) => [id, verdict ?? 'not-looked'])),
      release: this.#parts.settings.release,
      policy: this.#parts.documents['privacy-policy'][0].version,
    };
    return this.#trying(async () => {
      const at = Date.now();
      const id = await this.#parts.store.record.act((_tx, enter) =>
        enter({ kind: 'verification', role: 'system', about: null, content }),
      );
      this.#enteredAt = performance.now();
      this.#entries = [{ id, at }, ...this.#entries].slice(0, ENTRIES_KEPT);
    });
  }
}
