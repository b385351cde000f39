/**
 * `kept ask`: asks the model from this terminal. The prompt comes from standard input and never from the command line,
 * which shells and npm remember; nothing of it or of the answer is kept.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Instance } from '../supervisor/instance.ts';
import { CommandError, callAdmin, dataFolder } from './admin-client.ts';
import { type Answer, readAnswer } from './answer.ts';
import { askLocally, type Reply, readJson } from './local-api.ts';
import { action } from './print.ts';
import { isPriced, runningInstance } from './running.ts';

const KEY_FILE = 'trial-key';
const MICRO = 1_000_000;
const UNAUTHORIZED = 401;
const STOPPED = 'Stopped.';

/** A small model may ramble; a newcomer should not have to stop it. */
const ANSWER_TOKENS = '512';

interface AskOptions {
  model?: string;
  maxTokens: string;
}

export function register(program: Command): void {
  program
    .command('ask')
    .description(
      'Asks the model from this terminal. The prompt is read from the terminal or from standard input.',
    )
    .option('--model <name>', 'the model to ask; left out: the first one')
    .option('--max-tokens <n>', 'the longest answer, in tokens', ANSWER_TOKENS)
    .allowExcessArguments(false)
    .action(action(ask));
}

async function ask(options: AskOptions): Promise<void> {
  const maxTokens = Number(options.maxTokens);
  if (!Number.isInteger(maxTokens) || maxTokens < 1) {
    throw new CommandError('--max-tokens takes a whole number from 1 on.');
  }
  const instance = runningInstance();
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const prompt = await readPrompt(abort);
  if (abort.signal.aborted) throw new CommandError(STOPPED);
  if (prompt === '')
    throw new CommandError('There is no prompt: type one, or hand it over on standard input.');
  const model = options.model ?? (await firstModel(instance, abort.signal));
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content: prompt }],
    max_tokens: maxTokens,
    stream: true,
    stream_options: { include_usage: true },
  });
  const answer = await readAnswer(await post(instance, body, abort.signal), (text) =>
    process.stdout.write(text),
  );
  process.stdout.write('\n');
  if (abort.signal.aborted) throw new CommandError(STOPPED);
  if (answer.error !== null) throw new CommandError(answer.error);
  const cut = answer.usage !== null && answer.usage.completion_tokens >= maxTokens;
  const hint = cut ? '; cut at the limit, --max-tokens allows more' : '';
  process.stderr.write(`\n${model}: ${receipt(answer)}${hint}\n`);
}

/** One line from a terminal, '' when it was closed or called off; all of standard input otherwise. */
async function readPrompt(abort: AbortController): Promise<string> {
  if (process.stdin.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr, historySize: 0 });
    const line = await new Promise<string>((resolve) => {
      terminal.once('SIGINT', () => abort.abort());
      terminal.once('close', () => resolve(''));
      terminal.question('> ', { signal: abort.signal }).then(resolve, () => resolve(''));
    });
    terminal.close();
    return line.trim();
  }
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const part of process.stdin) text += part;
  return text.trim();
}

/** With a key that is no longer known (the data folder was emptied) a new one is made, once. */
async function post(instance: Instance, body: string, signal: AbortSignal): Promise<Reply> {
  const first = await askLocally(instance, '/v1/chat/completions', await trialKey(false), signal, body);
  if (first.status !== UNAUTHORIZED) return first;
  first.body.destroy();
  return askLocally(instance, '/v1/chat/completions', await trialKey(true), signal, body);
}

async function firstModel(instance: Instance, signal: AbortSignal): Promise<string> {
  let reply = await askLocally(instance, '/v1/models', await trialKey(false), signal);
  if (reply.status === UNAUTHORIZED)
    reply = await askLocally(instance, '/v1/models', await trialKey(true), signal);
  const list = (await readJson(reply)) as { data?: { id: string; kind?: string }[] };
  const model = list.data?.find((one) => one.kind !== 'embedding');
  if (model === undefined)
    throw new CommandError('No engine serves a model at the moment: run `kept doctor`.');
  return model.id;
}

/** The trial key on this machine; made when there is none or `anew` asks for it. */
async function trialKey(anew: boolean): Promise<string> {
  const file = path.join(dataFolder(), KEY_FILE);
  if (!anew) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      // There is none yet.
    }
  }
  const { key } = await callAdmin<{ key: string }>('POST', '/trial-key');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}

/** Tokens, and the price where there is one. */
function receipt({ usage }: Answer): string {
  if (usage === null) return 'no usage was reported';
  const tokens = `${usage.prompt_tokens} prompt tokens, ${usage.completion_tokens} completion tokens`;
  if (!isPriced()) return tokens;
  const cost = usage.estimated_cost;
  const price = typeof cost === 'number' ? `${cost.toFixed(Math.log10(MICRO))} USD` : 'price unknown';
  return `${tokens}, ${price}`;
}
