/** Runs one of PostgreSQL's programs as the database's user. */
import type { ChildProcess } from 'node:child_process';
import { launch } from '../confine/launch.ts';
import type { Binaries } from './binaries.ts';
import type { DatabaseUser } from './identity.ts';

/** What is kept of a program's words, to find the sentence for it. */
const OUTPUT_CHARS_MAX = 16_384;

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The program as a child that ends when this process does. */
export function runProgram(
  binaries: Binaries,
  user: DatabaseUser,
  program: string,
  args: readonly string[],
): ChildProcess {
  return launch({
    deathSignal: 'SIGINT',
    noFiles: false,
    sockets: [],
    ...user,
    landlock: null,
    file: program,
    args: [program, ...args],
    env: { ...ENVIRONMENT, ...binaries.env },
  });
}

/** Collects what `child` prints, up to a limit; for choosing a sentence, never for printing. */
export function listen(child: ChildProcess): () => string {
  let output = '';
  const keep = (data: Buffer) => {
    if (output.length < OUTPUT_CHARS_MAX) output += data.toString('latin1');
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

/** Runs a program to its end with `input` on its standard input. */
export async function runOnce(
  binaries: Binaries,
  user: DatabaseUser,
  program: string,
  args: readonly string[],
  input: string,
): Promise<{ code: number | null; output: string }> {
  const child = runProgram(binaries, user, program, args);
  const output = listen(child);
  child.stdin?.on('error', () => {}); // it may end before it has read everything; its exit code says so
  child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output: output() };
}
