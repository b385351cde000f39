/** Control as a process of its own, to be killed. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ControlSettings } from '../../src/control/settings.ts';
import { parseLine } from '../../src/log/log.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY_MS_MAX = 60_000;
/** What one that ended in good order has compiled: a third of a start's processor time is saved. */
const COMPILED = fileURLToPath(new URL('../../build/compiled', import.meta.url));

interface Options {
  readonly expectsRefusals?: boolean;
  /** The next one loads its source while this one runs, and waits for its settings, so that a start is quicker. */
  readonly keepsSpare?: boolean;
}

export class ControlProcess {
  readonly #settings: ControlSettings;
  readonly #expectsRefusals: boolean;
  readonly #keepsSpare: boolean;
  #child: ChildProcess | null = null;
  #spare: Spawned | null = null;
  /** Connections that its guard refused. */
  refused = 0;

  constructor(settings: ControlSettings, { expectsRefusals = false, keepsSpare = false }: Options = {}) {
    this.#settings = settings;
    this.#expectsRefusals = expectsRefusals;
    this.#keepsSpare = keepsSpare;
  }

  /** Resolves when it serves; false when it ended before. */
  async start(): Promise<boolean> {
    const child = this.#spare ?? spawned();
    this.#spare = null;
    this.#child = child;
    const isReady = await this.#begin(child);
    if (isReady && this.#keepsSpare) this.#spare = spawned();
    return isReady;
  }

  async #begin(child: Spawned): Promise<boolean> {
    child.stdin.end(`${JSON.stringify({ settings: this.#settings, inherited: [] })}\n`);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('control is not ready in time')), READY_MS_MAX);
      const settle = (ready: boolean) => {
        clearTimeout(late);
        resolve(ready);
      };
      child.once('exit', () => settle(false));
      let text = '';
      child.stdout.on('data', (data: Buffer) => {
        text += data;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        if (lines.some((line) => parseLine(line)?.event === 'ready')) settle(true);
        this.refused += lines.filter((line) => parseLine(line)?.event === 'egress_refused').length;
      });
    });
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** In good order, and for good. */
  async close(): Promise<void> {
    this.#spare?.kill('SIGKILL');
    this.#spare = null;
    await this.end('SIGTERM');
  }

  /** Ends it at once, or in good order. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    if (this.refused > 0 && !this.#expectsRefusals)
      throw new Error('control was refused a connection to a place that is not declared');
  }
}

type Spawned = ChildProcessByStdio<Writable, Readable, null>;

function spawned(): Spawned {
  const child = spawn(process.execPath, [MAIN, 'control'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
  child.stdin.on('error', () => {});
  return child;
}
