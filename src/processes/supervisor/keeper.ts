/** Keeps one child running: the first start must work, later ones are tried again for as long as it takes. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../../log/fields.ts';
import type { Log } from '../../log/log.ts';

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5000;
/** A child that ran this long is healthy: the next restart comes at once again. */
const HEALTHY_MS = 10_000;
/** After a second signal, children get this long. */
const HURRY_MS = 1000;

const SIGNALS = new Set<string>([
  'SIGTERM',
  'SIGINT',
  'SIGKILL',
  'SIGSEGV',
  'SIGABRT',
  'SIGHUP',
  'SIGBUS',
  'SIGILL',
]);

export interface Launched {
  readonly child: ChildProcess;
  /** Resolves when it serves; rejects with a sentence when it ends before. */
  readonly ready: Promise<void>;
}

export interface StopOptions {
  readonly signal: NodeJS.Signals;
  /** Then it is killed. */
  readonly graceMs: number;
  /** Aborted by a second signal. */
  readonly hurry: AbortSignal;
}

export class Keeper {
  readonly role: Role;
  readonly #launch: () => Promise<Launched>;
  readonly #log: Log;
  readonly #onChange: () => void;
  #child: ChildProcess | null = null;
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();

  /** `onChange` is called when the child's process number changed. */
  constructor(role: Role, launch: () => Promise<Launched>, log: Log, onChange: () => void) {
    this.role = role;
    this.#launch = launch;
    this.#log = log;
    this.#onChange = onChange;
  }

  /** The child's process, or null between two of them. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Starts it and waits until it serves; from then on it is kept running. */
  async start(): Promise<void> {
    const { exit } = await this.#run();
    this.#ended = this.#keep(exit, Date.now());
  }

  async stop({ signal, graceMs, hurry }: StopOptions): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const grace = new AbortController();
    const stop = AbortSignal.any([hurry, grace.signal]);
    const patience = hurry.aborted
      ? sleep(HURRY_MS, undefined, { signal: grace.signal })
      : sleep(graceMs, undefined, { signal: stop }).catch(() =>
          sleep(HURRY_MS, undefined, { signal: grace.signal }),
        );
    await Promise.race([exited, patience.catch(() => {})]);
    grace.abort();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exited;
    }
    await this.#ended;
  }

  /** Launches once; resolves when it serves, with the promise of its end. */
  async #run(): Promise<{ exit: Promise<unknown> }> {
    const launched = await this.#launch();
    const child = launched.child;
    this.#child = child;
    const exit = once(child, 'exit');
    exit.catch(() => {});
    if (this.#stopping) child.kill('SIGKILL');
    await launched.ready;
    this.#onChange();
    return { exit };
  }

  async #keep(firstExit: Promise<unknown>, firstStart: number): Promise<void> {
    let exit = firstExit;
    let since = firstStart;
    let attempt = 0;
    for (;;) {
      await exit.catch(() => {});
      if (this.#stopping) return;
      this.#report();
      if (Date.now() - since > HEALTHY_MS) attempt = 0;
      for (let serving = false; !serving; ) {
        if (attempt > 0) await sleep(Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** (attempt - 1)));
        if (this.#stopping) return;
        attempt += 1;
        since = Date.now();
        try {
          exit = (await this.#run()).exit;
          serving = true;
          this.#log('warn', 'restarted', {
            role: this.role,
            pid: this.pid ?? 0,
            attempt,
            ms: Date.now() - since,
          });
        } catch {
          if (this.#stopping) return;
          this.#report();
        }
      }
    }
  }

  #report(): void {
    const child = this.#child;
    const signal = child?.signalCode ?? null;
    this.#log('error', 'died', {
      role: this.role,
      pid: child?.pid ?? 0,
      ...(signal !== null
        ? { signal: SIGNALS.has(signal) ? signal : 'other' }
        : { exit: child?.exitCode ?? 0 }),
    });
    this.#child = null;
    this.#onChange();
  }
}
