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
  /**
   * What its statements begin with: those of a connection count from there on. All others are another's, such as a start's,
   * which is killed elsewhere. Left out: all count.
   */
  readonly from?: RegExp;
}

interface Point {
  readonly at: number;
  /** Before the server has it, or after it happened and before anybody hears of it. */
  readonly fate: 'drop' | 'lose';
}
/** A statement that came. */
interface Come {
  /** What it did lasts at once: it is a commit, or is in no transaction. */
  readonly isKept: boolean;
}

export class KillGround {
  readonly #control: TestControl;
  readonly #relay: LossyPostgres;
  readonly #running: ControlProcess;
  readonly #chance: Chance;

  private constructor(control: TestControl, relay: LossyPostgres, chance: Chance) {
    this.#control = control;
    this.#relay = relay;
    this.#running = new ControlProcess({ ...control.settings, databaseUrl: relay.url }, { keepsSpare: true });
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
    await this.#running.close();
    await this.#relay.close();
    await this.#control.start();
  }

  /** Around every statement where all is tested, at a drawn place else. */
  async strike<Given>(act: Act<Given>): Promise<void> {
    const statements = await this.#once(act, null);
    const all = statements.flatMap(({ isKept }, at): Point[] => [
      { at, fate: 'drop' },
      // One that lasts only with its commit is as good as lost either way.
      ...(isKept ? [{ at, fate: 'lose' } as const] : []),
    ]);
    const drawn = all[this.#chance.whole(0, all.length - 1)] as Point;
    for (const point of process.env.KEPT_TEST_ALL ? all : [drawn]) await this.#once(act, point);
  }

  /** Answers which statements came until it was done. */
  async #once<Given>(act: Act<Given>, point: Point | null): Promise<readonly Come[]> {
    const given = await act.prepare();
    const come: Come[] = [];
    const isKept = transactions();
    let killed: Promise<void> | null = null;
    const its = new WeakSet<object>();
    this.#relay.decide((statement, connection) => {
      if (killed !== null) return 'drop';
      if (act.from?.test(statement)) its.add(connection);
      if (act.from !== undefined && !its.has(connection)) return 'pass';
      come.push({ isKept: isKept(statement, connection) });
      if (come.length - 1 !== point?.at) return 'pass';
      killed = this.#running.end();
      return point.fate;
    });
    const acted = act.act(given).catch(() => null);
    const isOver = await this.#until(async () => killed !== null || (await act.isDone(given)));
    const counted = [...come];
    this.#relay.decide(null);
    await killed;
    await acted;
    if (killed !== null) await this.#start();
    const where = `${act.what}, ${point?.fate} at ${point?.at}`;
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
    // An act that starts control by itself may have done so after the kill.
    if (!this.#running.isRunning) expect(await this.#running.start()).toBe(true);
    // Until then nobody's sign-in is too old for what they do.
    await this.#control.sql('update session set authenticated_at = now()');
  }
}

const BEGIN = /(^|\0)\s*(begin|start transaction)\b/i;
const COMMIT = /(^|\0)\s*commit\b/i;
const ROLLBACK = /(^|\0)\s*rollback\b(?! to)/i;
/** Of PostgreSQL's messages: the kind and the length. */
const HEAD_BYTES = 5;

/** Says of each statement whether what it does lasts at once. */
function transactions(): (statement: string, connection: object) => boolean {
  const open = new WeakSet<object>();
  return (statement, connection) => {
    const text = statement.slice(HEAD_BYTES);
    const isBegin = BEGIN.test(text);
    const isCommit = COMMIT.test(text);
    const isKept = isCommit || !(isBegin || open.has(connection));
    if (isBegin) open.add(connection);
    else if (isCommit || ROLLBACK.test(text)) open.delete(connection);
    return isKept;
  };
}
