/**
 * A probe has its requests kept for a while, reads one, and takes it back (INFER-4): on the console's own pages and through
 * the public API, with requests that reach no engine.
 */

import { capturedRequest } from '../control/capture/schema.ts';
import type { Probe } from '../control/probes/index.ts';
import { quoted } from '../store/map/rows.ts';
import { entryOf } from '../store/map/table.ts';
import type { Eyes } from './eyes.ts';
import type { Visitor } from './visitor.ts';

const KEPT_MS = 3_000;
const PAUSE_MS = 100;
const GONE = 410;
/** No model is called so: it is refused before it costs anything. */
const NO_MODEL = 'probe';

interface Whose extends Probe {
  readonly key: string;
}

/** What is wrong with it, in words; `words`: what the requests say. */
export async function captureWalk(
  eyes: Eyes,
  visitor: Visitor,
  whose: Whose,
  words: string,
  signal: AbortSignal,
): Promise<string[]> {
  const place = `/console/acct_${whose.account}/capture`;
  const before = await send(eyes, whose, words);
  const page = await visitor.open(place);
  const [, version] = /name="version" value="(\d+)"/.exec(page.text) ?? [];
  if (version === undefined) return [`the page that asks for the consent answers ${page.status}`];
  await visitor.send(place, { what: 'begin', hours: '1', version });
  const request = await keptAtLast(eyes, visitor, { whose, place, words, signal });
  if (request === null) return ['what an owner asked to be kept is not kept'];
  const rows = await rowsOf(eyes, whose, words);
  const read = await visitor.open(`${place}/${request}`);
  const nobody = await eyes.page(`${place}/${request}`);
  // As a script asks: what the form does, without the page around it, which has a door of its own.
  const desk = await visitor.send(`/desk/captures/requests/${request}.data`, { reason: 'a probe' });
  await visitor.send(place, { what: 'end' });
  const after = await send(eyes, whose, words);
  await pause();
  const left = await rowsOf(eyes, whose, words);
  const over = await visitor.open(`${place}/${request}`);
  const captures = new Set(left.map(({ capture }) => capture));
  const ids = new Set([...rows, ...left].map(({ id }) => id));
  return [
    ...(ids.has(before) ? ['a request was kept that came before the consent'] : []),
    ...(rows.some(({ holds }) => holds) ? ['what is kept can be read as it lies'] : []),
    ...(read.text.includes(words) ? [] : ['an owner cannot read what was kept']),
    ...(nobody.text.includes(words) ? ['whoever is not signed in can read what was kept'] : []),
    ...(desk.text.includes(words) ? ['whoever is no staff opens what was kept at the desk'] : []),
    ...(ids.has(after) ? ['a request was kept after the consent was taken back'] : []),
    ...(left.some(({ goesOn }) => goesOn) ? ['what was kept does not end with the consent'] : []),
    ...(over.status === GONE && !over.text.includes(words) ? [] : ['what was kept opens after its end']),
    ...([...captures].some((id) => eyes.store.keys.has('capture', id))
      ? ['the key of what was kept is not destroyed with the consent']
      : []),
  ];
}

/** The id that the reply's header says. */
async function send({ api }: Eyes, { key }: Whose, words: string): Promise<string> {
  const { headers } = await api('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: NO_MODEL, messages: [{ role: 'user', content: words }] }),
  });
  return (headers.get('x-request-id') ?? '').slice('req_'.length);
}

interface Waiting {
  readonly whose: Whose;
  readonly place: string;
  readonly words: string;
  readonly signal: AbortSignal;
}

/** The first that stands on the page; null: none in time. */
async function keptAtLast(eyes: Eyes, visitor: Visitor, { whose, place, words, signal }: Waiting) {
  const until = Date.now() + KEPT_MS;
  for (;;) {
    const request = await send(eyes, whose, words);
    await pause();
    if ((await visitor.open(place)).text.includes(request)) return request;
    if (Date.now() > until) return null;
    signal.throwIfAborted();
  }
}

const rowsOf = ({ rows }: Eyes, { account }: Whose, words: string) => {
  const table = quoted(entryOf(capturedRequest).name);
  return rows<{ id: string; capture: string; holds: boolean; goesOn: boolean }>(
    `select replace(id::text, '-', '') as id, replace(capture_id::text, '-', '') as capture, until > now() as "goesOn",
       position($2::bytea in content) > 0 as holds
     from ${table} where account_id = $1`,
    [account, Buffer.from(words)],
  );
};

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
