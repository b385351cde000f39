/**
 * A meter is this gateway's share of one limit: units granted by control and not yet used (`free`). Control grants
 * never more in sum than the limit, so what every gateway takes from its own share holds exactly across all of them.
 */
import type { MeterKind, Meter as MeterName } from '../link/words.ts';

/** What control answered when asked for units. */
export interface Grant {
  readonly units: number;
  readonly limit: number;
  /** What is left for everybody when all leases are taken off; may be negative. */
  readonly left: number;
  /** Milliseconds since 1970; 0 without window. */
  readonly windowEndsAt: number;
}

/** Gives units back to control. */
export type GiveBack = (meter: MeterName, units: number, windowEndsAt: number) => void;

const WINDOWED: ReadonlySet<MeterKind> = new Set([
  'requests',
  'tokens',
  'day',
  'month',
  'day_tokens',
  'month_tokens',
]);
/** Units of these count as used until their window ends, also after the request. */
const USED_UP: ReadonlySet<MeterKind> = new Set(['requests', 'tokens']);

export class Meter {
  readonly name: MeterName;
  readonly #windowed: boolean;
  readonly #usedUp: boolean;
  /** Granted, and not taken by a request. */
  free = 0;
  /** Granted, and not given back or settled by a durable record: what control must not grant to others. */
  held = 0;
  windowEndsAt = 0;
  /** As control last said. */
  limit = 0;
  left = 0;
  /** The limit was changed: all that is free goes back, until nothing is held that was granted under the old one. */
  stale = false;
  /** A request is asking control for more; settles when the answer is booked. */
  asking: Promise<void> | null = null;
  /** Units taken since the last tick. */
  #taken = 0;

  constructor(name: MeterName) {
    this.name = name;
    this.#windowed = WINDOWED.has(name.kind);
    this.#usedUp = USED_UP.has(name.kind);
  }

  /** Takes `units` if they are here. */
  take(units: number): boolean {
    this.roll();
    if (this.free < units) return false;
    this.free -= units;
    this.#taken += units;
    return true;
  }

  /**
   * Puts back what a request took and did not use, if the window that it came from still runs. Less than nothing: it used
   * more than it took, which is no longer free.
   */
  putBack(units: number, windowEndsAt: number): void {
    if (this.#windowed && windowEndsAt !== this.windowEndsAt) return;
    this.free = Math.max(0, this.free + units);
  }

  /** Adds what control granted. */
  add(grant: Grant): void {
    if (this.#windowed && grant.windowEndsAt !== this.windowEndsAt) {
      this.free = 0;
      this.held = 0;
      this.windowEndsAt = grant.windowEndsAt;
    }
    this.limit = grant.limit;
    this.left = grant.left;
    this.free += grant.units;
    this.held += grant.units;
  }

  /** A record that used `units` of this meter is durable: control counts them as used itself from here on. */
  settled(units: number): void {
    if (!this.#usedUp) this.held = Math.max(0, this.held - units);
  }

  /**
   * Takes out what is to be given back to control at a tick: all free units but as many as requests took since the last
   * one. So what a gateway holds from the others is at most what it used in the last second, or one chunk of control's.
   */
  spare(): number {
    this.roll();
    const keep = this.#taken;
    this.#taken = 0;
    return this.#takeOut(Math.max(0, this.free - keep));
  }

  /** Takes all free units out. */
  drain(): number {
    this.roll();
    return this.#takeOut(this.free);
  }

  #takeOut(units: number): number {
    this.free -= units;
    this.held -= units;
    return units;
  }

  /** What is left for everybody as far as this gateway knows: its own free units and what control had. */
  remaining(): number {
    this.roll();
    return this.free + Math.max(0, this.left);
  }

  /** Starts anew when the window has ended. */
  roll(): void {
    if (this.windowEndsAt === 0 || Date.now() < this.windowEndsAt) return;
    this.free = 0;
    this.held = 0;
    this.left = this.limit;
    this.windowEndsAt = 0;
  }
}

/** All meters of this gateway, by name; an account's or key's limits point at them. */
export class MeterBook {
  readonly #meters = new Map<string, Meter>();
  /** Those that hold something: what a tick must look at. */
  readonly #active = new Set<Meter>();

  of(kind: MeterKind, id: string): Meter {
    const key = `${kind}:${id}`;
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      meter = new Meter({ kind, of: id });
      this.#meters.set(key, meter);
    }
    return meter;
  }

  /** Books what control granted for a meter. */
  granted(meter: Meter, grant: Grant): void {
    meter.add(grant);
    this.#active.add(meter);
  }

  /** For `hello`: everything that control must count as granted to this gateway. */
  held(): { meter: MeterName; units: number; windowEndsAt: number }[] {
    const all = [];
    for (const meter of this.#active) {
      meter.roll();
      if (meter.held > 0)
        all.push({ meter: meter.name, units: meter.held, windowEndsAt: meter.windowEndsAt });
    }
    return all;
  }

  /**
   * Gives back what is not needed for what went on since the last tick, if other gateways draw on the same limits
   * (`shared`). A gateway alone keeps what it has: nobody else wants it, and it lasts while control is away.
   */
  tick(shared: boolean, give: GiveBack): void {
    for (const meter of this.#active) {
      const { windowEndsAt } = meter;
      const units = meter.stale ? meter.drain() : shared ? meter.spare() : 0;
      if (units > 0) give(meter.name, units, windowEndsAt);
      if (meter.held > 0) continue;
      meter.stale = false;
      this.#active.delete(meter);
    }
  }

  /** The limits of an account or key were changed: what was granted under the old ones goes back. */
  limitsChanged(id: string): void {
    for (const meter of this.#active) {
      if (meter.name.of === id && meter.name.kind !== 'balance') meter.stale = true;
    }
  }

  /** Control was away for too long: what was granted and not taken is no longer ours. */
  loseFree(): void {
    for (const meter of this.#active) meter.drain();
  }
}
