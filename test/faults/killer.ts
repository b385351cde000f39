/** Kills processes at random while a load runs, and brings the engine back, which nobody else does. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance, RoleName } from '../support/instance.ts';
import { spawnLyingEngine } from '../support/lying-engine.ts';
import type { Chance } from './random.ts';

/** How long the engine stays away after it was killed, in milliseconds. */
const ENGINE_AWAY_MS = 150;

/** An engine in a process of its own that can be killed and comes back on the same port. */
export class MortalEngine {
  readonly port: number;
  #child: ChildProcess | null = null;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    this.#child = await spawnLyingEngine(this.port);
  }

  async die(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await sleep(ENGINE_AWAY_MS);
    await this.start();
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
  }
}

type Victim = Extract<RoleName, 'gateway' | 'control' | 'postgres'> | 'engine';
const WEIGHTS: Readonly<Record<Victim, number>> = { gateway: 3, control: 3, postgres: 2, engine: 2 };
/** How far before its place in the load a blow may come, as a share of the distance between two. */
const JITTER = 0.8;
const LOOK_MS = 20;

/**
 * Kills `blows` times, spread over a load whose progress goes from 0 to 1; now and then a second time before the first
 * victim is back. Answers how often each was killed.
 */
export async function killAtRandom(
  instance: Instance,
  engine: MortalEngine,
  chance: Chance,
  blows: number,
  progress: () => number,
): Promise<Record<Victim, number>> {
  const killed: Record<Victim, number> = { gateway: 0, control: 0, postgres: 0, engine: 0 };
  for (let blow = 1; blow <= blows; blow++) {
    const at = (blow - JITTER * chance.next()) / (blows + 1);
    while (progress() < at) await sleep(LOOK_MS);
    if (progress() >= 1) break;
    const victim = chance.weighted(WEIGHTS);
    killed[victim]++;
    if (victim === 'engine') await engine.die();
    else kill(instance, victim);
  }
  return killed;
}

function kill(instance: Instance, role: RoleName): void {
  try {
    instance.kill(role);
  } catch (error) {
    // It is dead already, of the blow before.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
