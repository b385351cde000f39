/** Starts the load generator in a process of its own and gives it orders, one at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Order, Result } from './program.ts';

export interface Generator {
  /** Runs one order. Throws when a reply was not 200, since a figure over failures says nothing. */
  run(order: Order): Promise<Result>;
  stop(): Promise<void>;
}

export function startGenerator(): Generator {
  const program = path.join(import.meta.dirname, 'program.ts');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  return {
    async run(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const [line] = (await once(lines, 'line')) as [string];
      const result = JSON.parse(line) as Result;
      if (result.good !== order.requests) {
        throw new Error(
          `${order.requests - result.good} of ${order.requests} requests failed (by status: ${JSON.stringify(result.others)}). ` +
            'Look at the log of the side that was measured.',
        );
      }
      return result;
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
