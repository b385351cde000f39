/**
 * The gateway's end of the link: keeps the snapshot current, asks for units, and delivers usage records until control
 * says that they are durable. Reconnects for as long as the process lives; what is not acknowledged is sent again.
 */
import type { Socket } from 'node:net';
import type { Of } from '../link/shapes.ts';
import { encode, NotAWord, readMessages } from '../link/wire.ts';
import {
  DOWN,
  type DownMessage,
  LEASE_AFTER_LOSS_MS,
  LINK_PROTOCOL,
  type Meter as MeterName,
  UP,
  WALLS,
} from '../link/words.ts';
import type { Log } from '../log/log.ts';
import { ApiError } from './api/errors.ts';
import { KeyHasher } from './authenticate.ts';
import { dialLink } from './connect.ts';
import type { Grant } from './meters.ts';
import { Recorder } from './recorder.ts';
import type { GatewaySettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { walls } from './walls.ts';

const RECONNECT_MS = 100;
const TICK_MS = 1000;
/** A captured request is dropped while more than this waits to be sent, in bytes. */
const CAPTURED_WAITING_MAX = 16 * 1024 * 1024;
/** Control answers a want within 5 s; later it counts as away. */
const WANT_MS = 6000;

interface Want {
  readonly resolve: (grant: Grant) => void;
  readonly reject: (error: ApiError) => void;
  readonly until: number;
}

type LinkSettings = Pick<GatewaySettings, 'link' | 'session' | 'recordWaitMs' | 'shared'>;

export class ControlLink {
  readonly #settings: LinkSettings;
  readonly #snapshot: Snapshot;
  readonly #log: Log;
  readonly recorder: Recorder;
  hasher: KeyHasher | null = null;
  #socket: Socket | null = null;
  #up = false;
  #stopped = false;
  #lostAt = 0;
  #seq = 0;
  readonly #wants = new Map<number, Want>();
  readonly #tick: NodeJS.Timeout;

  constructor(settings: LinkSettings, snapshot: Snapshot, log: Log) {
    this.#settings = settings;
    this.#snapshot = snapshot;
    this.#log = log;
    this.recorder = new Recorder(settings.recordWaitMs, (line) => this.#socket?.write(line));
    this.#tick = setInterval(() => this.#everySecond(), TICK_MS);
    this.#connect();
  }

  /** Whether control is there and its snapshot whole. */
  get up(): boolean {
    return this.#up;
  }

  /** Milliseconds since control was lost; 0 while it is there. */
  get awayMs(): number {
    return this.#up ? 0 : Date.now() - this.#lostAt;
  }

  /** Asks for `need` units or more of a meter. Throws `ApiError` control_away without a link. */
  want(meter: MeterName, need: number): Promise<Grant> {
    if (!this.#up || this.#socket === null) {
      return Promise.reject(new ApiError('control_away', { retryAfter: 1 }));
    }
    const seq = ++this.#seq;
    this.#socket.write(encode(UP, 'want', { seq, meter, need }));
    return new Promise((resolve, reject) => {
      this.#wants.set(seq, { resolve, reject, until: Date.now() + WANT_MS });
    });
  }

  /** Hands over a captured request now; false: control is away or slow, and it is dropped. */
  captured(request: Of<(typeof UP)['captured']>): boolean {
    if (!this.#up || this.#socket === null || this.#socket.writableLength > CAPTURED_WAITING_MAX)
      return false;
    this.#socket.write(encode(UP, 'captured', request));
    return true;
  }

  /** Ends the link when every record is durable, or after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    await this.recorder.drained(patienceMs);
    this.#stopped = true;
    clearInterval(this.#tick);
    this.#socket?.destroy();
  }

  #connect(): void {
    if (this.#stopped) return;
    const socket = dialLink(this.#settings.link);
    this.#socket = socket;
    socket.on('connect', () => {
      socket.write(
        encode(UP, 'hello', {
          protocol: LINK_PROTOCOL,
          session: this.#settings.session,
          pid: process.pid,
          missing: WALLS.filter((wall) => !walls()[wall]),
          held: this.#snapshot.meters.held(),
        }),
      );
    });
    readMessages(socket, DOWN, (message) => this.#receive(message));
    socket.on('error', (error) => {
      if (error instanceof NotAWord) this.#log('error', 'link_refused', { class: 'NotAWord' });
    });
    socket.on('close', () => this.#lost());
  }

  #lost(): void {
    this.#socket = null;
    if (this.#up) {
      this.#up = false;
      this.#lostAt = Date.now();
      this.#log('warn', 'link_down', { count: this.recorder.waiting });
    }
    for (const want of this.#wants.values()) want.reject(new ApiError('control_away', { retryAfter: 1 }));
    this.#wants.clear();
    this.recorder.disconnected();
    if (!this.#stopped) setTimeout(() => this.#connect(), RECONNECT_MS);
  }

  #receive(message: DownMessage): void {
    switch (message.word) {
      case 'welcome':
        this.hasher = new KeyHasher(message.body.pepper);
        this.#snapshot.startRound(message.body.billing);
        return;
      case 'catalogue':
        this.#snapshot.setModels(message.body.models);
        return;
      case 'account':
        this.#snapshot.setAccount(message.body);
        return;
      case 'key':
        this.#snapshot.setKey(message.body);
        return;
      case 'gone':
        if (message.body.what === 'key') this.#snapshot.dropKey(message.body.id);
        else this.#snapshot.dropAccount(message.body.id);
        return;
      case 'synced':
        this.#snapshot.endRound();
        this.#up = true;
        this.#log('info', 'link_up');
        this.recorder.connected();
        return;
      case 'granted': {
        const want = this.#wants.get(message.body.seq);
        this.#wants.delete(message.body.seq);
        want?.resolve(message.body);
        return;
      }
      case 'later': {
        const want = this.#wants.get(message.body.seq);
        this.#wants.delete(message.body.seq);
        want?.reject(new ApiError('control_away', { retryAfter: 1 }));
        return;
      }
      case 'recorded':
        this.recorder.acknowledged(message.body.seq);
        return;
    }
  }

  #everySecond(): void {
    const now = Date.now();
    for (const [seq, want] of this.#wants) {
      if (want.until > now) break;
      this.#wants.delete(seq);
      want.reject(new ApiError('control_away', { retryAfter: 1 }));
    }
    if (this.#up) {
      this.#snapshot.meters.tick(this.#settings.shared, (meter, units, windowEndsAt) => {
        this.#socket?.write(encode(UP, 'give', { meter, units, windowEndsAt }));
      });
    } else if (now - this.#lostAt > LEASE_AFTER_LOSS_MS) {
      this.#snapshot.meters.loseFree();
    }
  }
}
