/** What Stripe tells comes down on control in a drawn order, often, several at once, beside use and kills. */
import { expect } from 'vitest';
import { newId } from '../../src/link/ids.ts';
import { Chance } from '../faults/random.ts';
import { ControlProcess } from '../support/control-process.ts';
import { LinkClient, usage } from '../support/link-client.ts';
import type { StandinEvent } from '../support/stripe-standin.ts';
import { isAllBought, type Lived, type Lives } from './lives.ts';
import type { Shop } from './paying.ts';

const AT_ONCE = 4;
const ROUNDS_MAX = 40;
/** One gateway over all restarts and rains: control waits for each that was there before and may hold something. */
const SESSION = newId();

export class Rain {
  readonly #shop: Shop;
  readonly #lives: Lives;
  readonly #chance: Chance;
  /** About nothing of ours: makes control look. */
  readonly #nudge: StandinEvent;

  constructor(shop: Shop, lives: Lives, seed: number) {
    this.#nudge = shop.stripe.event('product.updated', { id: 'prod_1' });
    this.#shop = shop;
    this.#lives = lives;
    this.#chance = new Chance(seed);
  }

  /** Until each kill a drawn number of events, and use beside them. */
  async withKills(events: readonly StandinEvent[], kills: number): Promise<void> {
    const { control } = this.#shop;
    await control.stop();
    const running = new ControlProcess(control.settings);
    for (let kill = 0; kill < kills; kill++) {
      expect(await running.start()).toBe(true);
      const drawn = Array.from({ length: this.#chance.whole(1, events.length) }, () => this.#draw(events));
      await Promise.all([this.#tell(drawn, false), this.#use(kill === 0 ? 0 : 1)]);
      await new Promise((resolve) => setTimeout(resolve, this.#chance.next() * 60));
      await running.end();
    }
    await control.start();
  }

  /** Each event that Stripe has had to tell since `from`, and once more; until nothing is left to be done. */
  async untilTold(from: number): Promise<void> {
    const { stripe } = this.#shop;
    let told = from;
    await this.#use(2);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const fresh = stripe.events.slice(told);
      told = stripe.events.length;
      await this.#tell(this.#shuffled([...fresh, ...fresh]), true);
      await this.#again();
      if (told === stripe.events.length && (await this.#isStill())) return;
    }
    throw new Error('there is still something to be done');
  }

  async #isStill(): Promise<boolean> {
    const { control } = this.#shop;
    const waiting = await control.sql("select 1 from stripe_event where state in ('stored', 'odd')");
    return waiting.length === 0 && (await isAllBought(this.#shop, this.#lives));
  }

  /** What came before its payment is tried again later, and what Stripe did not answer: a test does not wait. */
  async #again(): Promise<void> {
    const { control } = this.#shop;
    await control.sql("update stripe_event set next_at = now(), attempts = 0 where state = 'stored'");
    await control.sql("update recharge set next_at = now() - interval '1 second' where state = 'on'");
    await this.#shop.tell(this.#nudge);
    await this.#shop.settled();
    const gateway = await this.#gateway();
    const { account } = this.#lives[0]?.payer ?? { account: '' };
    await gateway.want({ kind: 'balance', of: account.slice(5) }, 1_000_000_000_000);
    gateway.close();
  }

  async #tell(events: readonly StandinEvent[], isHeard: boolean): Promise<void> {
    const left = [...events];
    const drop = async () => {
      for (let event = left.pop(); event !== undefined; event = left.pop()) {
        const status = await this.#shop.tell(event).catch(() => 0);
        if (isHeard) expect(status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, drop));
  }

  /** Of each the uses of this turn, as a gateway does it: asked for first, then recorded. */
  async #use(turn: number): Promise<void> {
    const gateway = await this.#gateway();
    for (const life of this.#lives)
      for (const [at, price] of life.uses.entries())
        if (at % 3 === turn) await this.#spend(gateway, life, price);
    gateway.close();
  }

  async #spend(gateway: LinkClient, life: Lived, price: number): Promise<void> {
    const account = life.payer.account.slice(5);
    const meter = { kind: 'balance', of: account } as const;
    const { units } = await gateway.want(meter, price);
    if (units < price) return gateway.give(meter, units);
    await gateway.records([usage(account, life.key, price)]);
    gateway.give(meter, units - price);
    life.used += price;
  }

  #gateway(): Promise<LinkClient> {
    return LinkClient.open(this.#shop.control.settings.linkSocket, { session: SESSION });
  }

  #draw<Each>(all: readonly Each[]): Each {
    return all[this.#chance.whole(0, all.length - 1)] as Each;
  }

  #shuffled<Each>(all: readonly Each[]): Each[] {
    const left = [...all];
    return all.map(() => left.splice(this.#chance.whole(0, left.length - 1), 1)[0] as Each);
  }
}
