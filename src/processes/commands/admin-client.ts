/** How the commands talk to the running instance: HTTP and JSON over its local admin socket. */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join, resolve } from 'node:path';

const ANSWER_MS_MAX = 30_000;

/** Ends the command: its sentence goes to standard error, the exit code is 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The data folder that commands are about: `KEPT_DATA`, else `./data`. */
export const dataFolder = (): string => resolve(process.env.KEPT_DATA || 'data');

const notRunning = (folder: string): CommandError =>
  new CommandError(`No Kept runs on ${folder}. Start it with \`npm start\`, or set KEPT_DATA.`);

/** Asks the running instance. Throws `CommandError` when none runs, or with the sentence that it answered. */
export async function callAdmin<T>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: unknown,
  withinMs = ANSWER_MS_MAX,
): Promise<T> {
  const answer = await ask(method, path, body, withinMs);
  const text = await textOf(answer);
  if ((answer.statusCode ?? 0) < 400) return parse(text) as T;
  throw refusal(answer.statusCode ?? 0, text);
}

/** The body of an answer that may be long, as it comes. Throws as `callAdmin`. */
export async function openAdmin(
  path: string,
  { method = 'GET', body }: { readonly method?: 'GET' | 'POST'; readonly body?: unknown } = {},
): Promise<IncomingMessage> {
  const answer = await ask(method, path, body, null);
  if ((answer.statusCode ?? 0) < 400) return answer;
  throw refusal(answer.statusCode ?? 0, await textOf(answer));
}

/** `withinMs`: until the whole answer must be there; null waits. */
function ask(method: string, path: string, body: unknown, withinMs: number | null): Promise<IncomingMessage> {
  const folder = dataFolder();
  return exchange(adminSocket(folder), method, path, body, withinMs).catch((error: Error) => {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') throw notRunning(folder);
    if (code === 'EACCES') {
      throw new CommandError(`The Kept on ${folder} belongs to another user: run this command as that user.`);
    }
    throw new CommandError(
      `The Kept on ${folder} did not answer (${code ?? error.name}): look at its log, then try again.`,
    );
  });
}

function refusal(status: number, text: string): CommandError {
  const message = (parse(text) as { error?: { message?: string } } | null)?.error?.message;
  return new CommandError(message ?? `The running Kept answered ${status}: look at its log.`);
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of answer) parts.push(part as Buffer);
  } catch {
    throw new CommandError('The running Kept broke off its answer: look at its log, then try again.');
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The path of an account's part of the admin API. */
export const accountPath = (account: string, rest = ''): string =>
  `/accounts/${encodeURIComponent(account)}${rest}`;

function adminSocket(folder: string): string {
  try {
    const instance = JSON.parse(readFileSync(join(folder, 'instance.json'), 'utf8')) as {
      adminSocket?: string;
    };
    if (typeof instance.adminSocket === 'string') return instance.adminSocket;
  } catch {
    // No file, or one that is being written by an instance that is only just starting.
  }
  throw notRunning(folder);
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  withinMs: number | null,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath,
      method,
      path,
      agent: false,
      ...(withinMs !== null && { signal: AbortSignal.timeout(withinMs) }),
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
    });
    sent.on('error', reject);
    sent.on('response', resolve);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
