/**
 * Control killed between two statements to its database: -9 as the n-th statement of an act comes, before the server has it
 * or after it happened and before anybody hears of it. Started again, whoever asked for the act and was not told that it is
 * done asks again; then what is there is compared with what is right.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { Chance } from '../faults/random.ts';
import type { TestControl } from './control.ts';
import { ControlProcess } from './control-process.ts';
import { type LossyPostgres, relayTo } from './lossy-postgres.ts';

const DONE_MS_MAX = 30_000;
const LOOK_MS = 20;
/** Whoever is not answered asks again after so long. */
const ASKED_AGAIN_MS = 1_000;

export interface Act<Given> {
  readonly what: string;
  /** While control runs. */
  prepare(): Promise<Given>;
  /** Cut off where it is killed, and asked for again until it is done. */
  act(given: Given): Promise<unknown>;
  isDone(given: Given): Promise<boolean>;
  /** What is there in the end. */
  look(given: Given): Promise<unknown>;
  readonly right: unknown;
}

const FATES = ['drop', 'lose'] as const;
type Fate = (typeof FATES)[number];

export class KillGround {
  readonly #control: TestControl;
  readonly #relay: LossyPostgres;
  readonly #running: ControlProcess;
  readonly #chance: Chance;

  private constructor(control: TestControl, relay: LossyPostgres, chance: Chance) {
    this.#control = control;
    this.#relay = relay;
    this.#running = new ControlProcess({ ...control.settings, databaseUrl: relay.url });
    this.#chance = chance;
  }

  /** In the place of a control that ran in this process until now. */
  static async open(control: TestControl): Promise<KillGround> {
    const seed = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
    console.log(`KEPT_TEST_SEED=${seed}`);
    await control.stop();
    const ground = new KillGround(control, await relayTo(control.settings.databaseUrl), new Chance(seed));
    await ground.#start();
    return ground;
  }

  /** What control does by itself begins anew. */
  async restart(): Promise<void> {
    await this.#running.end('SIGTERM');
    await this.#running.start();
  }

  async close(): Promise<void> {
    await this.#running.end('SIGTERM');
    await this.#relay.close();
    await this.#control.start();
  }

  /** Around every statement where all is tested, at a drawn one else. */
  async strike<Given>(act: Act<Given>): Promise<void> {
    const statements = await this.#once(act, Number.POSITIVE_INFINITY, 'drop');
    const all = Array.from({ length: statements }, (_, at) => at);
    const points = process.env.KEPT_TEST_ALL ? all : [this.#chance.whole(0, statements - 1)];
    const fates = process.env.KEPT_TEST_ALL ? FATES : [FATES[this.#chance.whole(0, 1)] as Fate];
    for (const point of points) for (const fate of fates) await this.#once(act, point, fate);
  }

  /** Answers how many statements came until it was done. */
  async #once<Given>(act: Act<Given>, point: number, fate: Fate): Promise<number> {
    const given = await act.prepare();
    let statements = 0;
    let killed: Promise<void> | null = null;
    this.#relay.decide(() => {
      if (killed !== null) return 'drop';
      if (statements++ !== point) return 'pass';
      killed = this.#running.end();
      return fate;
    });
    const acted = act.act(given).catch(() => null);
    const isOver = await this.#until(async () => killed !== null || (await act.isDone(given)));
    const counted = statements;
    this.#relay.decide(null);
    await killed;
    await acted;
    if (killed !== null) await this.#start();
    const where = `${act.what}, ${fate} at ${point}`;
    if (!isOver || killed !== null) await this.#again(act, given, where);
    expect(await act.look(given), where).toEqual(act.right);
    return counted;
  }

  async #again<Given>(act: Act<Given>, given: Given, where: string): Promise<void> {
    const until = Date.now() + DONE_MS_MAX;
    while (!(await act.isDone(given))) {
      if (Date.now() > until) throw new Error(`it is never done: ${where}`);
      await act.act(given).catch(() => null);
      const soon = Date.now() + ASKED_AGAIN_MS;
      await this.#until(() => act.isDone(given), soon);
    }
  }

  async #until(isSo: () => Promise<boolean>, until = Date.now() + DONE_MS_MAX): Promise<boolean> {
    while (!(await isSo())) {
      if (Date.now() > until) return false;
      await sleep(LOOK_MS);
    }
    return true;
  }

  async #start(): Promise<void> {
    expect(await this.#running.start()).toBe(true);
    // Until then nobody's sign-in is too old for what they do.
    await this.#control.sql('update session set authenticated_at = now()');
  }
}
