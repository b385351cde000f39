/**
 * Step 2: may this request run? It reserves the most that it can cost and use from every limit that holds for it, before
 * an engine hears of it, and gives back the rest when it has ended; so no limit is ever exceeded and no balance
 * overdrawn. A client that set no output limit gets as much output as its limits still allow.
 */
import { Bound, type Need } from './bound.ts';
import type { ControlLink } from './control-link.ts';
import type { Meter } from './meters.ts';
import { refusal } from './refusal.ts';
import type { Key, Snapshot } from './snapshot.ts';

interface Hold {
  readonly meter: Meter;
  readonly units: number;
  readonly windowEndsAt: number;
}

/** What a request holds until it has ended. */
export interface Reservation {
  readonly key: Key;
  readonly slots: readonly Hold[];
  readonly tokens: readonly Hold[];
  readonly money: readonly Hold[];
  /** The most that the request can be charged, in micro-dollars. */
  readonly price: number;
  /** Output tokens for each answer that the engine is held to; null when the client's own limit stands. */
  readonly outputCap: number | null;
}

const ASK_TRIES = 5;

/** Output tokens of a request that sets no limit: all that the model gives. */
function fullOutput(need: Need): number {
  return need.model.kind === 'embedding' ? 0 : Math.min(need.model.maxOutput, need.model.context);
}

/** The client's limit as far as it can be reached; null when it set none. */
function ownOutput(need: Need): number | null {
  return need.maxOutput === null ? null : Math.min(need.maxOutput, need.model.context);
}

/** What the engine has to be told, so that it cannot say more than the `output` that was reserved. */
function capOf(need: Need, output: number): number | null {
  return need.maxOutput === null && output < need.model.context ? output : null;
}

/** Reserves at once if everything needed is here; null when control has to be asked. */
export function admitNow(need: Need): Reservation | null {
  const { plan } = need.key;
  const bound = new Bound(need);
  const output = ownOutput(need) ?? fullOutput(need);
  const price = bound.price(output);
  const taken: Hold[] = [];
  const slots = takeAll(plan.slots, 1, taken);
  const requests = slots && takeAll(plan.requests, 1, taken);
  const tokens = requests && takeAll(plan.tokens, bound.tokens(output), taken);
  const money = tokens && takeAll(plan.money, price, taken);
  if (!slots || !requests || !tokens || !money) {
    putBackAll(taken);
    return null;
  }
  return { key: need.key, slots, tokens, money, price, outputCap: capOf(need, output) };
}

function takeAll(meters: readonly Meter[], units: number, taken: Hold[]): Hold[] | null {
  const holds: Hold[] = [];
  for (const meter of meters) {
    if (!meter.take(units)) return null;
    const hold = { meter, units, windowEndsAt: meter.windowEndsAt };
    holds.push(hold);
    taken.push(hold);
  }
  return holds;
}

function putBackAll(holds: readonly Hold[]): void {
  for (const { meter, units, windowEndsAt } of holds) meter.putBack(units, windowEndsAt);
}

/** Reserves with control's help. Rejects with `ApiError`: 402, 429, or 503 while control is away. */
export async function admit(need: Need, link: ControlLink, snapshot: Snapshot): Promise<Reservation> {
  const { plan } = need.key;
  const bound = new Bound(need);
  const asker = new Asker(need, bound, link, snapshot);
  const full = fullOutput(need);
  const own = ownOutput(need);
  const least = own ?? Math.min(1, full);
  let output = own ?? full;
  try {
    const slots: Hold[] = [];
    for (const meter of plan.slots) slots.push(await asker.take(meter, 1, 1));
    for (const meter of plan.requests) await asker.take(meter, 1, 1);
    const tokens: Hold[] = [];
    for (const meter of plan.tokens) {
      const hold = await asker.take(meter, bound.tokens(least), bound.tokens(output));
      tokens.push(hold);
      output = Math.min(output, bound.outputForTokens(hold.units));
    }
    const money: Hold[] = [];
    for (const meter of plan.money) {
      const hold = await asker.take(meter, bound.price(least), bound.price(output));
      money.push(hold);
      output = Math.min(output, Math.max(least, bound.outputForPrice(hold.units)));
    }
    const price = bound.price(output);
    return {
      key: need.key,
      slots,
      tokens: tokens.map((hold) => shrink(hold, bound.tokens(output))),
      money: money.map((hold) => shrink(hold, price)),
      price,
      outputCap: capOf(need, output),
    };
  } catch (error) {
    putBackAll(asker.taken);
    throw error;
  }
}

function shrink(hold: Hold, units: number): Hold {
  hold.meter.putBack(hold.units - units, hold.windowEndsAt);
  return { ...hold, units };
}

class Asker {
  readonly #need: Need;
  readonly #bound: Bound;
  readonly #link: ControlLink;
  readonly #snapshot: Snapshot;
  /** All that was taken so far, to be put back when a later limit refuses. */
  readonly taken: Hold[] = [];

  constructor(need: Need, bound: Bound, link: ControlLink, snapshot: Snapshot) {
    this.#need = need;
    this.#bound = bound;
    this.#link = link;
    this.#snapshot = snapshot;
  }

  /** Takes `most` units, or as many as there are if that is `least` or more; throws the refusal otherwise. */
  async take(meter: Meter, least: number, most: number): Promise<Hold> {
    for (let asked = 0; asked < ASK_TRIES; ) {
      const hold = this.#hold(meter, most);
      if (hold !== null) return hold;
      // Others of this gateway may have taken what was granted for this request; control may still have more.
      if (asked > 0 && meter.remaining() < most) break;
      // While another request asks for this meter its answer may do for both: a crowd asks once, not each for a chunk.
      if (meter.asking === null) asked++;
      else asked = Math.max(asked, 1);
      await (meter.asking ?? this.#ask(meter, most - meter.free));
    }
    if (least < most && meter.remaining() >= least) {
      await this.#ask(meter, Math.min(meter.left, most - meter.free));
      const units = Math.min(meter.free, most);
      const hold = units >= least ? this.#hold(meter, units) : null;
      if (hold !== null) return hold;
    }
    throw refusal(meter, most, this.#need, this.#bound);
  }

  #hold(meter: Meter, units: number): Hold | null {
    if (!meter.take(units)) return null;
    const hold = { meter, units, windowEndsAt: meter.windowEndsAt };
    this.taken.push(hold);
    return hold;
  }

  async #ask(meter: Meter, need: number): Promise<void> {
    if (need <= 0) return;
    const grant = this.#link.want(meter.name, need);
    const asking = grant.then((granted) => this.#snapshot.meters.granted(meter, granted));
    meter.asking = asking;
    try {
      await asking;
    } finally {
      if (meter.asking === asking) meter.asking = null;
    }
  }
}

/** Gives a reservation back whole: nothing was used. A request counts against its requests a minute all the same. */
export function release(reservation: Reservation): void {
  putBackAll(reservation.slots);
  putBackAll(reservation.tokens);
  putBackAll(reservation.money);
}

/** The request has ended and used `tokens` for `price` micro-dollars: the rest goes back, but for its slots. */
export function settle(reservation: Reservation, tokens: number, price: number): void {
  for (const { meter, units, windowEndsAt } of reservation.tokens) {
    meter.putBack(units - tokens, windowEndsAt);
  }
  for (const { meter, units, windowEndsAt } of reservation.money) meter.putBack(units - price, windowEndsAt);
}

/** Control has the record and counts what it took of budgets and balance as used itself. */
export function settled(reservation: Reservation, tokens: number, price: number): void {
  for (const { meter, windowEndsAt } of reservation.tokens) {
    if (meter.windowEndsAt === windowEndsAt) meter.settled(tokens);
  }
  for (const { meter, windowEndsAt } of reservation.money) {
    if (meter.windowEndsAt === windowEndsAt) meter.settled(price);
  }
}

/** The reply is out: its place is free. */
export function freeSlots(reservation: Reservation): void {
  putBackAll(reservation.slots);
}
