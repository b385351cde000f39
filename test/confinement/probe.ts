/**
 * Runs attempts inside a process that has the gateway's walls, or some of them, and prints for each what happened:
 * null when it worked, else the error's code. Told on standard input what to try.
 */
import type { Attempt, Field } from './attempts.ts';

interface Task {
  /** Closes modules and network as the gateway's process does. */
  readonly seal: boolean;
  readonly lists: readonly string[];
  readonly native: boolean;
  readonly field: Field;
}

const ATTEMPT_MS = 3000;

const parts: Buffer[] = [];
for await (const part of process.stdin as AsyncIterable<Buffer>) parts.push(part);
const task = JSON.parse(Buffer.concat(parts).toString()) as Task;

// Loaded before the walls of modules stand, as the taken-over source would be.
const lists: Record<string, Record<string, Attempt>> = {
  ...(await import('./attempts.ts')),
  ...(task.native ? await import('./native.ts') : {}),
};

if (task.seal) {
  const { sealModules, sealNetwork } = await import('../../src/gateway/walls.ts');
  sealModules();
  const declared = ({ port }: { port?: unknown }) => Number(port) === task.field.declaredPort;
  sealNetwork(declared, task.field.declaredPort, []);
}

const results: Record<string, string | null> = {};
for (const list of task.lists) {
  for (const [name, attempt] of Object.entries(lists[list] ?? {})) results[name] = await outcome(attempt);
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));

async function outcome(attempt: Attempt): Promise<string | null> {
  const late = new Promise<string>((resolve) =>
    setTimeout(() => resolve('nothing happened'), ATTEMPT_MS).unref(),
  );
  try {
    return (await Promise.race([Promise.resolve(attempt(task.field)).then(() => null), late])) as
      | string
      | null;
  } catch (error) {
    const { code, name, message } = error as NodeJS.ErrnoException;
    return code ?? `${name}: ${message.slice(0, 60)}`;
  }
}
