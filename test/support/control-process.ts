/** Control as a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ControlSettings } from '../../src/control/settings.ts';
import { parseLine } from '../../src/log/log.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY_MS_MAX = 60_000;

export class ControlProcess {
  readonly #settings: ControlSettings;
  readonly #expectsRefusals: boolean;
  #child: ChildProcess | null = null;
  /** Connections that its guard refused. */
  refused = 0;

  constructor(settings: ControlSettings, { expectsRefusals = false } = {}) {
    this.#settings = settings;
    this.#expectsRefusals = expectsRefusals;
  }

  /** Resolves when it serves; false when it ended before. */
  async start(): Promise<boolean> {
    const child = spawn(process.execPath, [MAIN, 'control'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    child.stdin.on('error', () => {});
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
