/** How `ask` and `doctor` reach the running instance. */
import http from 'node:http';
import { dataFolderOf } from '../../config.ts';
import { type Instance, readInstance } from '../supervisor/instance.ts';

const ANSWER_MS = 10_000;

/** A command that cannot do its work: one sentence. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The instance that runs on this data folder; refuses with a sentence when none does. */
export function runningInstance(): Instance {
  const folder = dataFolderOf(process.env, process.cwd());
  const instance = readInstance(folder);
  if (instance !== null && isAlive(instance.pid)) return instance;
  throw new CommandError(`No Kept runs on ${folder}. Start it with \`npm start\`, or set KEPT_DATA.`);
}

/** Whether a process with this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Asks a local HTTP server of ours for JSON. */
export function askSocket(socketPath: string, method: 'GET' | 'POST', path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method, path, agent: false, timeout: ANSWER_MS }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (part: string) => {
        text += part;
      });
      reply.on('end', () => {
        try {
          if ((reply.statusCode ?? 0) >= 300)
            throw new CommandError('Kept refused; `kept doctor` says how it is.');
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error: NodeJS.ErrnoException) => {
      const sentence =
        error.code === 'EACCES'
          ? 'The instance belongs to another user: run the command as the user who started it.'
          : 'The instance does not answer: it may be starting; try again in a moment, or run `kept doctor`.';
      reject(new CommandError(sentence));
    });
    request.end();
  });
}

/** Runs a command: what it cannot do is one sentence on standard error, and exit code 1. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
