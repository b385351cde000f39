/** The process that sees prompts: its walls as the kernel tells of them, and prompts of ours that must be nowhere afterwards. */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { OPERATOR } from '../../control/actor.ts';
import { revokeKey } from '../../control/keys/index.ts';
import { newWord } from '../../control/probes/index.ts';
import { broken, CannotLook, type Check, countOf, kept, noneOf } from '../check.ts';
import type { Eyes } from '../eyes.ts';
import { markNow, searchEverywhere } from '../reach.ts';

export const walls: Check = {
  id: 'gateway-walls',
  clauses: ['INFER-1'],
  pace: 'minutes',
  probe: 'Asks the kernel for the limits and the open files of every gateway’s process.',
  async look({ gateways }) {
    const running = gateways();
    if (running.length === 0) return broken('No gateway is connected, so none can be looked at.');
    const wrong = (await Promise.all(running.map(({ pid }) => wallsOf(pid)))).flat();
    return noneOf(
      wrong,
      `${countOf(running.length, 'gateway')}: the kernel lets it write no byte into any file, and leave no core; no file is open for writing.`,
    );
  },
};

/** What is missing, in words. */
async function wallsOf(pid: number): Promise<string[]> {
  const limits = await readFile(`/proc/${pid}/limits`, 'latin1');
  const hard = (name: string): string =>
    limits
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim()
      .split(/\s+/)[1] ?? 'unlimited';
  const wrong: string[] = [];
  if (hard('Max file size') !== '0') wrong.push(`gateway ${pid} may write files`);
  if (!['0', '1'].includes(hard('Max core file size'))) wrong.push(`gateway ${pid} may leave a core`);
  return [
    ...wrong,
    ...(await openForWriting(pid)).map((file) => `gateway ${pid} has ${file} open for writing`),
  ];
}

/** O_WRONLY or O_RDWR, in the flags that `fdinfo` has in octal. */
const WRITES = 0o3;

/** Regular files; pipes and sockets are how it speaks. Not to be seen where it runs as another user than we do. */
async function openForWriting(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const found = await Promise.all(
    names.map(async (fd) => {
      try {
        const target = await readlink(`/proc/${pid}/fd/${fd}`);
        if (!target.startsWith('/') || target.startsWith('/dev/')) return null;
        const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'latin1');
        const flags = Number.parseInt(/^flags:\s+(\d+)/m.exec(info)?.[1] ?? '0', 8);
        return (flags & WRITES) === 0 ? null : target;
      } catch {
        return null; // closed meanwhile
      }
    }),
  );
  return found.filter((file) => file !== null);
}

const SETTLE_MS = 1_500;

export const canaries: Check = {
  id: 'canaries',
  clauses: ['INFER-1'],
  pace: 'hour',
  // Engines that have only just started are not asked at once.
  restsMs: 3 * 60_000,
  probe:
    'Sends words that nobody has said before through the public API of this instance, answered, streamed, cut off and refused, and searches everything that it has stored since.',
  async look(eyes, signal) {
    const begun = await markNow(eyes);
    const words = ['prompt', 'stream', 'cut', 'refused'].map(newWord);
    const refused = await sendAll(eyes, words, signal);
    if (refused !== 400) return broken(`A malformed request was answered ${refused}.`);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const { places, reach } = await searchEverywhere(eyes, words, begun, 'prompts');
    if (places.length > 0)
      return broken(
        `Words that were sent to the API were found afterwards in ${countOf(places.length, 'place')}: ${places.slice(0, 3).join(', ')}.`,
      );
    return kept(
      `${countOf(words.length, 'request')} with words of their own (2 answered by the engine) left none of them in ${reach}`,
    );
  },
};

/** Answers with which status the malformed one was refused. */
async function sendAll(
  eyes: Eyes,
  [prompt = '', stream = '', cut = '', refused = '']: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const made = await eyes.probes.standing();
  const headers = { authorization: `Bearer ${made.key}`, 'content-type': 'application/json' };
  try {
    const { data = [] } = JSON.parse((await eyes.api('/v1/models', { headers })).text) as {
      data?: { id: string }[];
    };
    const model = data.find(({ id }) => !id.includes('embed'))?.id;
    if (model === undefined) throw new CannotLook('no engine offers a model, so no prompt could be sent');
    const chat = (words: string, more: object = {}) => ({
      method: 'POST' as const,
      headers,
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: `Say: ${words}` }],
        max_tokens: 4,
        ...more,
      }),
    });
    for (const init of [chat(prompt), chat(stream, { stream: true })])
      requireFollowed(await eyes.api('/v1/chat/completions', init));
    await cutOff(
      `${eyes.settings.apiUrl}/v1/chat/completions`,
      chat(cut, { stream: true, max_tokens: 64 }),
      signal,
    );
    const no = await eyes.api('/v1/chat/completions', {
      ...chat(refused),
      body: `{"model": "${refused}", "messages": `,
    });
    return no.status;
  } finally {
    await revokeKey(eyes.services, made.id, { actor: OPERATOR });
  }
}

function requireFollowed({ status }: { readonly status: number }): void {
  if (status !== 200)
    throw new CannotLook(`the API answered ${status}, so no prompt could be followed to its end`);
}

/** Goes away in the middle of the answer, as clients do. */
async function cutOff(url: string, init: RequestInit, signal: AbortSignal): Promise<void> {
  const leaving = new AbortController();
  const reply = await fetch(url, { ...init, signal: AbortSignal.any([leaving.signal, signal]) });
  requireFollowed(reply);
  await reply.body?.getReader().read();
  leaving.abort();
}
