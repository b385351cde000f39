/**
 * Gateway sessions: whose leases may be in use. A session whose connection broke keeps its leases until it is back, its
 * process is dead, or it has long stopped using them; after a restart of control nothing is granted before every
 * session that may still hold leases has said which.
 */
import type { Id } from '../../link/ids.ts';
import { LEASE_HELD_AFTER_LOSS_MS } from '../../link/words.ts';
import type { Log } from '../../log/log.ts';
import type { Held, Leases } from './leases.ts';
import { isAlive, nameProcess, type ProcessName } from './process-life.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import { MINUTE_MS } from './windows.ts';

const CHECK_MS = 250;
const PRUNE_MS = 60_000;

interface Session {
  readonly process: ProcessName;
  /** Its row is durable: a restarted control would wait for it. Nothing is granted before. */
  registered: boolean;
  /** Since when it has no connection, by the clock that nobody sets, in ms; null while it has one. */
  lostAt: number | null;
  /** Known from before a restart, and has not yet said what it holds. */
  awaited: boolean;
  /** Counts connections, so that a late word about an old one is recognised. */
  connection: number;
}

export class Sessions {
  readonly #leases: Leases;
  readonly #store: SessionStore;
  readonly #log: Log;
  readonly #sessions = new Map<Id, Session>();
  readonly #timers: NodeJS.Timeout[];
  #waiters: (() => void)[] = [];

  /** `before`: sessions of an earlier control that have not ended, or ended within the last minute. */
  constructor(leases: Leases, store: SessionStore, before: readonly StoredSession[], log: Log) {
    this.#leases = leases;
    this.#store = store;
    this.#log = log;
    const lostBefore = before.some((session) => session.ended || !isAlive(session));
    if (lostBefore) leases.readMinutesFirst(Date.now() + MINUTE_MS);
    const now = performance.now();
    for (const { id, pid, birth, ended } of before) {
      if (ended) continue;
      this.#sessions.set(id, {
        process: { pid, birth },
        registered: true,
        lostAt: now,
        awaited: true,
        connection: 0,
      });
    }
    this.#check();
    this.#timers = [
      setInterval(() => this.#check(), CHECK_MS),
      setInterval(() => leases.prune(Date.now()), PRUNE_MS),
    ];
  }

  /** Connected gateways. */
  connected(): readonly { readonly id: Id; readonly pid: number }[] {
    return [...this.#sessions]
      .filter(([, session]) => session.lostAt === null)
      .map(([id, session]) => ({ id, pid: session.process.pid }));
  }

  /** A session has connected and said what it holds. Returns the number of this connection. */
  arrived(id: Id, pid: number, held: readonly Held[]): number {
    const known = this.#sessions.get(id);
    const session: Session = {
      process: nameProcess(pid),
      registered: known?.registered ?? false,
      lostAt: null,
      awaited: false,
      connection: (known?.connection ?? 0) + 1,
    };
    this.#sessions.set(id, session);
    this.#leases.hold(id, held, Date.now());
    if (!session.registered) void this.#register(id, session);
    this.#changed();
    return session.connection;
  }

  /** Whether `connection` is the session's present one; an older one has no say about leases. */
  isCurrent(id: Id, connection: number): boolean {
    return this.#sessions.get(id)?.connection === connection;
  }

  /** A connection has ended and all that came over it is durable. */
  left(id: Id, connection: number): void {
    const session = this.#sessions.get(id);
    if (session === undefined || session.connection !== connection) return;
    session.lostAt = performance.now();
    this.#check();
  }

  /** Whether units may be granted to this session: nobody is awaited, and its own row is durable. */
  mayGrant(id: Id): boolean {
    if (!this.#sessions.get(id)?.registered) return false;
    for (const session of this.#sessions.values()) if (session.awaited) return false;
    return true;
  }

  /** Resolves when something changed that `mayGrant` may answer differently for. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#changed();
  }

  async #register(id: Id, session: Session): Promise<void> {
    await this.#store.open(id, session.process);
    session.registered = true;
    this.#changed();
  }

  /** Frees what no living session holds any more. */
  #check(): void {
    const now = performance.now();
    for (const [id, session] of this.#sessions) {
      if (session.lostAt === null) continue;
      if (isAlive(session.process) && now - session.lostAt < LEASE_HELD_AFTER_LOSS_MS) continue;
      this.#sessions.delete(id);
      this.#leases.free(id);
      void this.#store.end(id);
      this.#log('info', 'link_down', {
        session: id,
        pid: session.process.pid,
        ms: Math.round(now - session.lostAt),
      });
      this.#changed();
    }
  }

  #changed(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
