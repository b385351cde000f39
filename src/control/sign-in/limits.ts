/**
 * Limits on every way in, by person and by truncated network: so many tries, then a pause that grows and ends by
 * itself. In memory, under keyed hashes with a key of this process: nothing of it is stored, and a restart forgets it.
 */
import { createHmac, randomBytes } from 'node:crypto';

export interface LimitRule {
  /** Tries within the window before a pause. */
  readonly tries: number;
  readonly windowMs: number;
  /** The first pause; each further one within the window's memory is twice as long, up to the longest. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const RULES = {
  /** Wrong passwords, codes and passkeys of one address, also of one that nobody has. */
  account: { tries: 10, windowMs: 15 * MINUTE_MS, pauseMs: MINUTE_MS, pauseMsMax: 15 * MINUTE_MS },
  /** The same of one network: many people may share it. */
  network: { tries: 100, windowMs: 15 * MINUTE_MS, pauseMs: MINUTE_MS, pauseMsMax: HOUR_MS },
  /** Mails to one address: sign-up, reset, confirmation. */
  mail: { tries: 5, windowMs: HOUR_MS, pauseMs: HOUR_MS, pauseMsMax: 4 * HOUR_MS },
  /** Sign-ups and mails that one network asks for. */
  mail_network: { tries: 30, windowMs: HOUR_MS, pauseMs: 10 * MINUTE_MS, pauseMsMax: HOUR_MS },
  /** Looks at pages that one network's browsers tell of. */
  beacon: { tries: 2000, windowMs: 15 * MINUTE_MS, pauseMs: MINUTE_MS, pauseMsMax: 15 * MINUTE_MS },
  /** Questions of one network that need no account. */
  question: { tries: 2000, windowMs: 15 * MINUTE_MS, pauseMs: MINUTE_MS, pauseMsMax: 15 * MINUTE_MS },
  /** Invitations to one address, whoever sends them. */
  invitation: { tries: 3, windowMs: DAY_MS, pauseMs: DAY_MS, pauseMsMax: 4 * DAY_MS },
  /** Answers to mail from an address that only the mail names. */
  mail_answer: { tries: 1, windowMs: DAY_MS, pauseMs: DAY_MS, pauseMsMax: DAY_MS },
  /** Requests about their own data that somebody who is signed in makes. */
  request: { tries: 20, windowMs: DAY_MS, pauseMs: HOUR_MS, pauseMsMax: DAY_MS },
  /** Messages to us of somebody who is signed in. */
  message: { tries: 60, windowMs: DAY_MS, pauseMs: HOUR_MS, pauseMsMax: DAY_MS },
  /** Comments of somebody who is signed in. */
  comment: { tries: 20, windowMs: DAY_MS, pauseMs: HOUR_MS, pauseMsMax: DAY_MS },
  /** Messages by the form of everybody who is not. */
  stranger_messages: { tries: 600, windowMs: HOUR_MS, pauseMs: 10 * MINUTE_MS, pauseMsMax: HOUR_MS },
  /** Messages of one agent of the Data Rights Protocol. */
  agent: { tries: 2000, windowMs: HOUR_MS, pauseMs: 10 * MINUTE_MS, pauseMsMax: HOUR_MS },
  /** Links and challenges that are not there. */
  token: { tries: 50, windowMs: 15 * MINUTE_MS, pauseMs: MINUTE_MS, pauseMsMax: 15 * MINUTE_MS },
} as const satisfies Record<string, LimitRule>;
export type RuleName = keyof typeof RULES;

/** How many counters are held; the oldest goes first. */
const COUNTERS_MAX = 100_000;
/** Pauses are forgotten when nothing happened for so many windows. */
const REMEMBERED_WINDOWS = 4;

interface Counter {
  tries: number;
  since: number;
  pauses: number;
  pausedUntil: number;
}

export class SignInLimits {
  readonly #key = randomBytes(32);
  readonly #now: () => number;
  readonly #rules: Readonly<Record<RuleName, LimitRule>>;
  readonly #counters = new Map<string, Counter>();

  constructor(now: () => number = Date.now, rules: Readonly<Record<RuleName, LimitRule>> = RULES) {
    this.#now = now;
    this.#rules = rules;
  }

  /** Milliseconds until the next try is let through; 0: now. */
  waitMs(rule: RuleName, of: string): number {
    const counter = this.#counters.get(this.#name(rule, of));
    return counter === undefined ? 0 : Math.max(0, counter.pausedUntil - this.#now());
  }

  /** Counts one try, before it is made, so that many at once cannot slip through. */
  count(rule: RuleName, of: string): void {
    const { tries, windowMs, pauseMs, pauseMsMax } = this.#rules[rule];
    const now = this.#now();
    const name = this.#name(rule, of);
    const counter = this.#counters.get(name) ?? { tries: 0, since: now, pauses: 0, pausedUntil: 0 };
    if (now - counter.since > windowMs) {
      if (now - counter.since > windowMs * REMEMBERED_WINDOWS) counter.pauses = 0;
      counter.tries = 0;
      counter.since = now;
    }
    counter.tries++;
    if (counter.tries >= tries) {
      counter.pausedUntil = now + Math.min(pauseMsMax, pauseMs * 2 ** counter.pauses);
      counter.pauses++;
      counter.tries = 0;
      counter.since = now;
    }
    this.#counters.delete(name);
    this.#counters.set(name, counter);
    this.#dropOldest();
  }

  /** It was the right person: their tries are forgotten, those of the network are not. */
  forgive(rule: RuleName, of: string): void {
    this.#counters.delete(this.#name(rule, of));
  }

  /** One try was none after all. */
  takeBack(rule: RuleName, of: string): void {
    const counter = this.#counters.get(this.#name(rule, of));
    if (counter !== undefined && counter.tries > 0) counter.tries--;
  }

  #dropOldest(): void {
    if (this.#counters.size <= COUNTERS_MAX) return;
    const oldest = this.#counters.keys().next().value;
    if (oldest !== undefined) this.#counters.delete(oldest);
  }

  #name(rule: RuleName, of: string): string {
    return createHmac('sha256', this.#key).update(`${rule}\n${of}`).digest('base64');
  }
}
