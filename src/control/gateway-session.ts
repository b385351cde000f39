/**
 * One gateway's connection: it says what it holds and is told everything, then asks for units, gives them back, and
 * delivers usage.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Id } from '../link/ids.ts';
import type { LinkConnection, LinkHandler } from '../link/server.ts';
import { NotAWord } from '../link/wire.ts';
import {
  type BillingMode,
  type CatalogueModel,
  LINK_PROTOCOL,
  type Meter,
  type UpMessage,
  type UsageRecord,
  type Wall,
} from '../link/words.ts';
import type { Log } from '../log/log.ts';
import type { Captured } from './capture/index.ts';
import type { Directory } from './directory.ts';
import type { Grant, Sessions } from './limits/index.ts';
import type { Money } from './money.ts';
import type { Recorder } from './usage/index.ts';

/** A want is answered within this time, by `later` if need be. */
const WANT_MS_MAX = 5_000;
/** Until the next try, while record or database cannot be written. */
const RECORD_RETRY_MS = 500;
/** Largest process number of any system. */
const PID_MAX = 2 ** 31 - 1;
/** Rows of a snapshot between two looks at whether the gateway keeps up. */
const SNAPSHOT_ROWS = 256;

export interface LinkParts {
  readonly pepper: string;
  readonly billing: BillingMode;
  readonly directory: Directory;
  readonly money: Money;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  /** Whether the erasure of an account has begun, by the erasure ledger. */
  readonly isErased: (account: Id) => boolean;
  /** Resolves when it stands in the record that this gateway lacks walls. */
  readonly onUnconfined: (session: Id, missing: readonly Wall[]) => Promise<void>;
  /** Called when nothing could be granted. `windowEndsAt`: 0 for what has no window. */
  readonly onRefused: (meter: Meter, windowEndsAt: number) => void;
  /** Called with a request that was kept for its account, sealed. */
  readonly onCaptured: (captured: Captured) => void;
  /** Called with the ids of keys that were just used. */
  readonly onKeysUsed: (keys: readonly Id[]) => void;
  readonly log: Log;
}

/** What a connection needs of the link around it. */
interface Surroundings {
  readonly models: () => readonly CatalogueModel[] | null;
  readonly opened: () => void;
  readonly closed: () => void;
}

export class GatewaySession implements LinkHandler {
  readonly connection: LinkConnection;
  readonly #parts: LinkParts;
  readonly #around: Surroundings;
  /** Null until its `hello`. */
  session: Id | null = null;
  #number = 0;
  /** Messages of this connection that are not durable yet. */
  #pending = 0;
  #ended = false;

  constructor(parts: LinkParts, connection: LinkConnection, around: Surroundings) {
    this.#parts = parts;
    this.connection = connection;
    this.#around = around;
  }

  onMessage({ word, body }: UpMessage): void {
    if (word === 'hello') {
      if (this.session !== null || body.protocol !== LINK_PROTOCOL || body.pid > PID_MAX) {
        this.#refuse('protocol');
        return;
      }
      this.session = body.session;
      this.#around.opened();
      this.#number = this.#parts.sessions.arrived(body.session, body.pid, body.held);
      this.#parts.log('info', 'link_up', { session: body.session, pid: body.pid });
      void this.#open(body.session, body.missing);
      return;
    }
    if (this.session === null) this.#refuse('hello_missing');
    else if (word === 'want') this.#want(this.session, body.seq, body.meter, body.need);
    else if (word === 'give') this.#parts.money.leases.give(this.session, body, Date.now());
    else if (word === 'records') this.#record(this.session, body.seq, body.records);
    else if (word === 'voids') this.#void(body.seq, body.ids);
    else this.#parts.onCaptured(body);
  }

  onClose(error: Error | null): void {
    if (error instanceof NotAWord) this.#parts.log('error', 'link_refused', { class: 'NotAWord' });
    this.#ended = true;
    this.#around.closed();
    this.#leaveWhenDurable();
  }

  /** A gateway without its walls is told nothing before the record holds that it serves like that. */
  async #open(session: Id, missing: readonly Wall[]): Promise<void> {
    while (missing.length > 0 && !this.#ended) {
      const entered = await this.#parts.onUnconfined(session, missing).then(
        () => true,
        () => false,
      );
      if (entered) break;
      await sleep(RECORD_RETRY_MS);
    }
    if (!this.#ended) await this.#snapshot();
  }

  async #snapshot(): Promise<void> {
    const { connection } = this;
    const { directory, pepper, billing } = this.#parts;
    connection.send('welcome', { protocol: LINK_PROTOCOL, pepper, billing });
    const models = this.#around.models();
    if (models !== null) connection.send('catalogue', { models });
    let rows = 0;
    for (const state of directory.accounts()) {
      connection.send('account', state);
      if (++rows % SNAPSHOT_ROWS === 0) await connection.caughtUp();
    }
    for (const state of directory.keys()) {
      if (state.active) connection.send('key', state);
      if (++rows % SNAPSHOT_ROWS === 0) await connection.caughtUp();
    }
    connection.send('synced', {});
  }

  #want(session: Id, seq: number, meter: Meter, need: number): void {
    const grant = this.#parts.sessions.mayGrant(session)
      ? this.#parts.money.leases.want(session, meter, need, Date.now())
      : null;
    if (grant !== null) this.#answer(seq, meter, grant);
    else void this.#wantLater(session, seq, meter, need);
  }

  #answer(seq: number, meter: Meter, grant: Grant): void {
    this.connection.send('granted', { seq, ...grant });
    if (grant.units === 0) this.#parts.onRefused(meter, grant.windowEndsAt);
  }

  /** Waits until the want can be answered; the grant itself happens in one step, on a connection that still stands. */
  async #wantLater(session: Id, seq: number, meter: Meter, need: number): Promise<void> {
    const { sessions, money } = this.#parts;
    const until = Date.now() + WANT_MS_MAX;
    let grant: Grant | null = null;
    while (grant === null && Date.now() < until && !this.#ended) {
      const may = sessions.mayGrant(session);
      await before(until, may ? money.readUse(meter) : sessions.nextChange());
      if (this.#ended || !sessions.isCurrent(session, this.#number)) return;
      if (sessions.mayGrant(session)) grant = money.leases.want(session, meter, need, Date.now());
    }
    if (grant !== null) this.#answer(seq, meter, grant);
    else this.connection.send('later', { seq });
  }

  #record(session: Id, seq: number, given: readonly UsageRecord[]): void {
    const { directory, sessions, money, recorder, onKeysUsed } = this.#parts;
    const records = this.#withoutErased(given);
    const known = records.every((record) => directory.key(record.key)?.account === record.account);
    if (!known) {
      this.#refuse('unknown_key');
      return;
    }
    this.#pending++;
    recorder.record(
      records,
      (isFresh) => {
        const payer = sessions.isCurrent(session, this.#number) ? session : null;
        records.forEach((record, place) => {
          money.spend(payer, record, isFresh(place));
        });
        this.connection.send('recorded', { seq });
        this.#durable();
        onKeysUsed(records.map((record) => record.key));
      },
      () => this.#refusedByDatabase(),
    );
  }

  /** What came in after an erasure began is kept nowhere; the gateway is told that it need not wait. */
  #withoutErased(records: readonly UsageRecord[]): readonly UsageRecord[] {
    const { isErased, log } = this.#parts;
    const left = records.filter(({ account }) => !isErased(account));
    if (left.length < records.length) log('info', 'records_dropped', { count: records.length - left.length });
    return left;
  }

  #void(seq: number, ids: readonly Id[]): void {
    this.#pending++;
    this.#parts.recorder.void(
      ids,
      () => {
        this.connection.send('recorded', { seq });
        this.#durable();
      },
      () => this.#refusedByDatabase(),
    );
  }

  #refusedByDatabase(): void {
    this.#refuse('records_refused');
    this.#durable();
  }

  #durable(): void {
    this.#pending--;
    this.#leaveWhenDurable();
  }

  #leaveWhenDurable(): void {
    if (!this.#ended || this.#pending > 0 || this.session === null) return;
    this.#parts.sessions.left(this.session, this.#number);
  }

  #refuse(code: string): void {
    this.#parts.log('error', 'link_refused', { code });
    this.connection.end();
  }
}

/** Resolves with `work`, or at `until`. */
async function before(until: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, until - Date.now()));
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
