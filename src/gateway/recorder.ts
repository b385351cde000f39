/**
 * Usage records on their way to PostgreSQL. One message is under way at a time: while it is being made durable the
 * next one fills, so that under load many requests share one write and one commit. Voids wait for nothing: a client that
 * was told so is not charged even if this process dies in the next moment.
 *
 * A record that is not durable in time makes its request fail and is followed by a void, so that it is not charged
 * even if it arrives; both are sent again after a reconnect until control has them.
 */
import { encode } from '../link/wire.ts';
import { RECORDS_PER_MESSAGE_MAX, UP, type UsageRecord } from '../link/words.ts';

/** Told once: true when the record is durable, false when waiting for it has ended. */
type Told = (durable: boolean) => void;

interface Entry {
  readonly record: UsageRecord;
  /** Called when the wait ends, either way; null after that, or where nobody waits. */
  told: Told | null;
  /** Called when control has the record; `voided`: too late, so that a void follows it. */
  readonly durable: (voided: boolean) => void;
  voided: boolean;
  readonly until: number;
}

const SWEEP_MS = 250;
/** Control that has not made a message durable for so long is as good as away, though its connection stands. */
const STALLED_MS = 2000;

export class Recorder {
  readonly #waitMs: number;
  readonly #send: (line: string) => void;
  #queue: Entry[] = [];
  #underWay: Entry[] = [];
  #voids: string[] = [];
  /** Sent and not acknowledged, by the message's number. */
  readonly #voidsUnderWay = new Map<number, readonly string[]>();
  #seq = 0;
  #recordsSeq = 0;
  #recordsSentAt = 0;
  #connected = false;
  #flushing = false;
  #drained: (() => void) | null = null;
  #sweep: NodeJS.Timeout | null = null;

  constructor(waitMs: number, send: (line: string) => void) {
    this.#waitMs = waitMs;
    this.#send = send;
  }

  /** Records and voids that control has not acknowledged. */
  get waiting(): number {
    return this.#queue.length + this.#underWay.length + this.#voids.length + this.#voidsUnderWay.size;
  }

  /** Whether records are sent and control does not answer. */
  get stalled(): boolean {
    return this.#underWay.length > 0 && Date.now() - this.#recordsSentAt > STALLED_MS;
  }

  /**
   * Makes `record` durable. `told` hears once whether that happened in time (without it nobody waits, and the record
   * is never given up); `durable` hears when control has it, also after that.
   */
  record(record: UsageRecord, told: Told | null, durable: (voided: boolean) => void): void {
    this.#queue.push({ record, told, durable, voided: false, until: Date.now() + this.#waitMs });
    this.#sweep ??= setInterval(() => this.#giveUp(), SWEEP_MS);
    this.#flushSoon();
  }

  /** Takes the charge of an earlier record back. */
  void(id: string): void {
    this.#voids.push(id);
    this.#flushSoon();
  }

  connected(): void {
    this.#connected = true;
    this.#queue = [...this.#underWay, ...this.#queue];
    this.#underWay = [];
    this.#voids = [...[...this.#voidsUnderWay.values()].flat(), ...this.#voids];
    this.#voidsUnderWay.clear();
    this.#flush();
  }

  disconnected(): void {
    this.#connected = false;
  }

  acknowledged(seq: number): void {
    if (seq === this.#recordsSeq) {
      const done = this.#underWay;
      this.#underWay = [];
      for (const entry of done) {
        entry.durable(entry.voided);
        const told = entry.told;
        entry.told = null;
        told?.(true);
      }
    } else {
      this.#voidsUnderWay.delete(seq);
    }
    this.#flush();
  }

  /** Resolves when nothing waits, or after `patienceMs`. */
  drained(patienceMs: number): Promise<void> {
    if (this.waiting === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #flushSoon(): void {
    if (this.#flushing || !this.#connected || this.#underWay.length > 0) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#connected) return;
    this.#flushVoids();
    if (this.#underWay.length === 0 && this.#queue.length > 0) {
      this.#underWay = this.#queue.splice(0, RECORDS_PER_MESSAGE_MAX);
      this.#recordsSeq = ++this.#seq;
      this.#recordsSentAt = Date.now();
      const records = this.#underWay.map((entry) => entry.record);
      this.#send(encode(UP, 'records', { seq: this.#recordsSeq, records }));
    }
    if (this.waiting === 0) this.#idle();
  }

  /** Control takes a record and its void in any order, so voids go first and at once. */
  #flushVoids(): void {
    while (this.#connected && this.#voids.length > 0) {
      const ids = this.#voids.splice(0, RECORDS_PER_MESSAGE_MAX);
      const seq = ++this.#seq;
      this.#voidsUnderWay.set(seq, ids);
      this.#send(encode(UP, 'voids', { seq, ids }));
    }
  }

  #idle(): void {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
    this.#drained?.();
    this.#drained = null;
  }

  #giveUp(): void {
    const now = Date.now();
    const toTell: Told[] = [];
    for (const entries of [this.#underWay, this.#queue]) {
      for (const entry of entries) {
        if (entry.until > now) break;
        if (entry.told === null) continue;
        toTell.push(entry.told);
        entry.told = null;
        entry.voided = true;
        this.#voids.push(entry.record.id);
      }
    }
    this.#flushVoids();
    for (const told of toTell) told(false);
  }
}
