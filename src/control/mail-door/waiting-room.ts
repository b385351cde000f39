/**
 * Mail is looked at one by one, and between two of them control rests: thousands at once slow down whoever sends them, and
 * nobody who is signed in.
 */

const WAITING_MAX = 50;
/** So many times as long as the last one took. */
const REST = 3;
const REST_MS_MAX = 1_000;

export class Busy extends Error {
  override readonly name = 'Busy';
}

export class WaitingRoom {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Throws `Busy` where too many wait. */
  async enter(work: () => Promise<void>): Promise<void> {
    if (this.#waiting >= WAITING_MAX) throw new Busy('too many mails wait');
    this.#waiting++;
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
