/**
 * The way of somebody through this system, from the invitation to the deletion, on the site's own pages: a probe goes it, and what
 * happens to them is looked at from outside and in the rows as they lie.
 */
import { randomBytes } from 'node:crypto';
import { newWord, type Probe } from '../control/probes/index.ts';
import { recordEntry } from '../store/ledger/schema.ts';
import { quoted, sqlName } from '../store/map/rows.ts';
import type { MapEntry } from '../store/map/table.ts';
import { SOURCES } from '../store/map/words.ts';
import { tells } from '../store/rights/show.ts';
import { captureWalk } from './capture-walk.ts';
import { CannotLook } from './check.ts';
import type { Eyes } from './eyes.ts';
import { type Mark, markNow, searchEverywhere } from './reach.ts';
import { Visitor } from './visitor.ts';

/** What is wrong at each station, in words; empty: nothing. */
export interface Walk {
  /** Everything that is held is on the profile page (ACCESS-1). */
  readonly profile: readonly string[];
  /** Tables that hold something of them, with how many rows. */
  readonly held: readonly { readonly table: string; readonly rows: number }[];
  /** What they wrote is there with its source (COLLECT-2, COLLECT-8). */
  readonly written: readonly string[];
  /** Requests are kept by consent, sealed, and no longer (INFER-4). */
  readonly captured: readonly string[];
  /** Name, address and words lie nowhere as they are (SECURE-3). */
  readonly sealed: readonly string[];
  readonly reach: string;
  /** Deletion is said before, and ends access at once (ACCESS-3). */
  readonly leaving: readonly string[];
  /** Afterwards nothing is left (RETAIN-2). */
  readonly gone: readonly string[];
}

const KEY_ENDS_MS = 3_000;
const PAUSE_MS = 100;

/** Of each round of looks, which has eyes of its own. */
const walked = new WeakMap<Eyes, Promise<Walk>>();

/** One walk for each round of looks, however many ask; a failed one is gone again. */
export function walkOf(eyes: Eyes, signal: AbortSignal): Promise<Walk> {
  const going =
    walked.get(eyes) ??
    walk(eyes, signal).catch((error: unknown) => {
      walked.delete(eyes);
      throw error;
    });
  walked.set(eyes, going);
  return going;
}

async function walk(eyes: Eyes, signal: AbortSignal): Promise<Walk> {
  const { probes } = eyes;
  await probes.tidy();
  const since = await markNow(eyes);
  const who = await probes.make();
  try {
    return await goAs(eyes, who, since, signal);
  } finally {
    await probes.erase(who.person);
  }
}

async function goAs(eyes: Eyes, who: Probe, since: Mark, signal: AbortSignal): Promise<Walk> {
  const visitor = new Visitor(eyes);
  const words = newWord();
  await signIn(eyes, visitor, who);
  const key = await eyes.probes.key(who.account);
  const sent = await visitor.send('/contact', { kind: 'feedback', subject: 'From a probe', words });
  const { text: page, status } = await visitor.open('/console/profile');
  if (status !== 200) throw new CannotLook(`a probe is not signed in: its page answers ${status}`);
  const held = await heldOf(eyes, who);
  const profile = [
    ...(page.includes(who.name) && page.includes(who.email) ? [] : ['it does not show name and address']),
    ...held
      // Acts stand on it one by one, and not as a table.
      .filter(
        ({ entry }) =>
          entry.table !== recordEntry && tells(entry, 'access') && !page.includes(shownAs(entry)),
      )
      .map(({ entry }) => `it leaves out ${entry.name}`),
  ];
  const captured = await captureWalk(eyes, visitor, { ...who, key: key.key }, words, signal);
  const said = [who.name.slice('Probe '.length), words];
  const { places, reach } = await searchEverywhere(eyes, said, since, 'people');
  const written = await writtenOf(visitor, page, sent.status, words);
  const leaving = await leave(eyes, visitor, key.key, signal);
  await eyes.probes.erase(who.person);
  return {
    profile,
    held: held.map(({ entry, rows }) => ({ table: entry.name, rows })),
    written,
    captured,
    sealed: places.map((place) => `${place} holds name, address or words of somebody as they are`),
    reach,
    leaving,
    gone: await leftOf(eyes, visitor, who),
  };
}

/** As somebody whom the operator added: a password, and agreement. */
async function signIn({ documents }: Eyes, visitor: Visitor, { setUp }: Probe): Promise<void> {
  const token = new URL(setUp, 'http://here').searchParams.get('token') ?? '';
  await visitor.send('/set-up', { token, password: randomBytes(18).toString('base64url') });
  await visitor.send('/welcome', {
    what: 'agree',
    agreed: 'yes',
    adult: 'yes',
    policy: String(documents['privacy-policy'][0].version),
    terms: String(documents.terms[0].version),
  });
}

/** The title of its part of the page, as React writes it. */
const shownAs = ({ about }: MapEntry): string => {
  const title = about.replaceAll('&', '&amp;').replaceAll("'", '&#x27;').replaceAll('"', '&quot;');
  return `class="held-about">${title}<`;
};

/** Tables with rows about them, as they lie. */
async function heldOf({ store, rows }: Eyes, { person, account }: Probe) {
  const held: { entry: MapEntry; rows: number }[] = [];
  for (const entry of store.map) {
    const { subject } = entry;
    if (subject.kind !== 'self' && subject.kind !== 'direct') continue;
    const [row] = await rows<{ n: number }>(
      `select count(*)::int as n from ${quoted(entry.name)} where ${quoted(sqlName(entry, subject.column))} = $1`,
      [subject.of === 'person' ? person : account],
    );
    if ((row?.n ?? 0) > 0) held.push({ entry, rows: row?.n ?? 0 });
  }
  return held;
}

async function writtenOf(visitor: Visitor, profile: string, status: number, words: string) {
  const wrong: string[] = [];
  if (status >= 400) wrong.push(`what somebody writes to us is answered ${status}`);
  const { text: list } = await visitor.open('/console/messages');
  const [, conversation] = /href="(\/console\/messages\/[^"]+)"/.exec(list) ?? [];
  const shown = conversation === undefined ? '' : (await visitor.open(conversation)).text;
  if (!shown.includes(words)) wrong.push('what somebody wrote is not among their messages');
  if (!profile.includes(words)) wrong.push('what somebody wrote is not among what is held about them');
  const whys = profile.split('class="held-why"').slice(1);
  const sources = Object.values(SOURCES);
  const without = whys.filter((why) => !sources.some((source) => why.includes(source))).length;
  if (without > 0 || whys.length === 0) wrong.push(`${without} groups of what is held have no source`);
  return wrong;
}

/** What is said before, and whether access ends at once. */
async function leave(eyes: Eyes, visitor: Visitor, key: string, signal: AbortSignal): Promise<string[]> {
  const headers = { authorization: `Bearer ${key}` };
  const wrong: string[] = [];
  if ((await eyes.api('/v1/models', { headers })).status !== 200) wrong.push('a new key does not work');
  const { text, status } = await visitor.open('/console/profile/delete');
  if (status !== 200 || !/Everything that names you goes/.test(text) || !/deleted with you/.test(text))
    wrong.push('the page does not say before that everything goes with the account');
  const sent = await visitor.send('/console/profile/delete', { forget: 'yes' });
  if (sent.status >= 400) wrong.push(`asking for deletion was answered ${sent.status}`);
  const until = Date.now() + KEY_ENDS_MS;
  for (;;) {
    const answer = await eyes.api('/v1/models', { headers });
    if (answer.status === 401 || answer.status === 403) return wrong;
    if (Date.now() > until) return [...wrong, 'a key works on after its account asked to be deleted'];
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function leftOf(eyes: Eyes, visitor: Visitor, who: Probe): Promise<string[]> {
  const left = await heldOf(eyes, who);
  const alive = [
    ['person', who.person],
    ['account', who.account],
  ] as const;
  const { status } = await visitor.open('/console/profile');
  return [
    ...left.map(({ entry, rows }) => `${entry.name} still has ${rows} rows of whoever was erased`),
    ...alive.flatMap(([kind, id]) =>
      eyes.store.keys.has(kind, id) ? [`the key of the ${kind} that was erased is still there`] : [],
    ),
    ...(status === 200 ? ['whoever was erased is still signed in'] : []),
  ];
}
