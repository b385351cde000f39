/**
 * Mail is looked at one by one, and between two of them control rests: thousands at once slow down whoever sends them, and
 * nobody who is signed in.
 */

const WAITING_MAX = 50;
/** More in an hour is no mail that people write. */
const HOURLY_MAX = 1_000;
const HOUR_MS = 3_600_000;
/** So many times as long as the last one took. */
const REST = 3;
const REST_MS_MAX = 1_000;

export class Busy extends Error {
  override readonly name = 'Busy';
}

export class WaitingRoom {
  #waiting = 0;
  #inHour = 0;
  #hourBegan = performance.now();
  #last: Promise<unknown> = Promise.resolve();

  /** Throws `Busy` where too many wait. */
  async enter(work: () => Promise<void>): Promise<void> {
    if (performance.now() - this.#hourBegan > HOUR_MS) {
      this.#hourBegan = performance.now();
      this.#inHour = 0;
    }
    if (this.#waiting >= WAITING_MAX || this.#inHour >= HOURLY_MAX) throw new Busy('too much mail');
    this.#waiting++;
    this.#inHour++;
    const before = this.#last;
    const mine = (async () => {
      await before;
      const begun = performance.now();
      try {
        await work();
      } finally {
        this.#waiting--;
      }
      return performance.now() - begun;
    })();
    this.#last = mine.then(rest, () => rest(0));
    await mine;
  }
}

const rest = (tookMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(REST * tookMs, REST_MS_MAX)));
