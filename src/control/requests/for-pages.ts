/**
 * Requests as the site's pages call them: asked by whoever, signed in or not; what is then shown follows from the
 * address of the request's page. A stranger is told the same, at the same time, whatever address they name.
 */
import { z } from 'zod';
import { emailInput } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { forLawPages, placeInput, UNSAID } from '../law/index.ts';
import { Problem } from '../problem.ts';
import { demandCorrectable, leavingPlan } from '../rights/index.ts';
import {
  type Caller,
  countMail,
  countTry,
  demandSignedIn,
  onSteps,
  type SignedIn,
  SignInRefused,
  whoIs,
} from '../sign-in/index.ts';
import { appeal } from './appeal.ts';
import { fetchAsReader, isReadersOwn } from './as-reader.ts';
import { askAsAgent } from './ask-as-agent.ts';
import { ASKED_RIGHTS, ASKS, type AskedRight, WORDS_CHARACTERS_MAX } from './asks.ts';
import { carryOut } from './carry-out.ts';
import { correctablesOf } from './correctables.ts';
import { erasureReceipt } from './erasure-receipts.ts';
import { keptFigures } from './figures.ts';
import { forLadder, ladderOf } from './ladder-pages.ts';
import { lookAtStop, stopByHolder } from './ladder-wait.ts';
import { wordsFor } from './letters.ts';
import { REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { agentNamed, disown, lookAtProof, prove } from './proof.ts';
import { ownRequest, requestByLink, requestsOf, shownRequest } from './read.ts';
import { type Received, receive, type Wish } from './receive.ts';
import { reportChild } from './report-child.ts';
import type { Requests } from './requests.ts';
import { NOTHING_SAID, type Said } from './said.ts';
import type { RequestRow } from './schema.ts';
import { shownToStranger } from './shown-to-stranger.ts';
import { withdraw } from './withdraw.ts';

const text = (max: number) => z.string().trim().max(max, `at most ${max} characters`).default('');
const askInput = z.strictObject({
  right: z.enum(ASKED_RIGHTS, 'choose what you ask for'),
  place: z.union([z.literal(UNSAID), placeInput], 'choose from the list'),
  /** Of somebody who is not signed in. */
  email: text(320),
  /** What is to be corrected, and to what; empty: said in words. */
  item: text(300),
  value: text(WORDS_CHARACTERS_MAX),
  words: text(WORDS_CHARACTERS_MAX),
  /** That a deletion means the account. */
  agreed: text(10),
  /** Of our letters; empty: English. */
  language: text(10),
});
const LABELS = { right: 'Request', place: 'Where you live', email: 'E-mail address', words: 'In your words' };
type Ask = z.output<typeof askInput>;

export type RequestPages = ReturnType<typeof forRequestPages>;

export function forRequestPages(parts: RequestParts, requests: Requests) {
  const { signIn } = parts;
  const places = { unsaid: UNSAID, ...forLawPages(parts.law, parts.erasing.store.now).places() };
  /** Somebody of whom nothing more is asked; others ask as strangers do. */
  const known = async (caller: Caller): Promise<SignedIn | null> => {
    const { who } = await whoIs(signIn, caller);
    return who !== null && who.steps.length === 0 && who.deletion === null ? who : null;
  };
  return {
    /** What the form needs to know of who asks. */
    form: async (caller: Caller) => {
      const who = await known(caller);
      return {
        email: who?.email ?? null,
        correctables: who === null ? [] : await correctablesOf(parts, who.person),
        places,
        /** Of our letters; one alone is not chosen. */
        languages: signIn.notices.letters.languages,
      };
    },
    /** An account of a child (CHILD-2). Throws `Problem` 400 and 429. */
    reportChild: (caller: Caller, form: unknown): Promise<void> =>
      onSteps(() => reportChild(parts, caller, form)),
    /** For everybody, of the last whole year. */
    figures: keptFigures(parts),
    /** Whether this only stops a use, here and now: a browser then remembers it as well. */
    stopsUses: (right: string): boolean => ASKS[right as AskedRight]?.effect === 'consents',
    /** Throws `Problem` 400, 403 (`not_fresh`), 409 and 429. */
    ask: async (caller: Caller, form: unknown): Promise<Received> => {
      const who = await known(caller);
      const wish = checkInput(form, askInput, LABELS);
      if (who !== null) return askSignedIn(parts, who, wish);
      const received = await onSteps(() => askAsStranger(parts, caller, wish));
      void requests.wake();
      return received;
    },
    /** By somebody who asks for somebody else, with what they show. Throws `Problem` 400, 413 and 429. */
    askAsAgent: async (caller: Caller, form: unknown, file: Uint8Array | null): Promise<Received> => {
      const received = await onSteps(() => askAsAgent(parts, caller, form, file));
      void requests.wake();
      return received;
    },
    /** Throws `Problem` 404. */
    shown: async (token: string) => {
      const { row } = await requestByLink(parts, token);
      if (row.state === 'carrying_out') await carryOut(parts, row.id).catch(() => {});
      const linked = await requestByLink(parts, token);
      const { row: now, isOwn } = linked;
      const isReader = await isReadersOwn(parts, linked);
      if (isOwn) return { ...(await shownRequest(parts, now)), ladder: null, isReader };
      const { ladder, climbed } = await ladderOf(parts, now);
      return { ...(await (climbed ? shownRequest : shownToStranger)(parts, now)), ladder, isReader };
    },
    fetchAsReader: (caller: Caller, token: string) => fetchAsReader(parts, caller, token),
    /** Of a deletion that is done. Throws `Problem` 404 and 409. */
    receipt: async (token: string, which: string) =>
      erasureReceipt(parts, await ownRequest(parts, token), which),
    ladder: forLadder(parts),
    withdraw: async (caller: Caller, token: string) => {
      const { who } = await whoIs(signIn, caller);
      await withdraw(parts, await theirRequest(parts, token), who?.fresh === true ? who.person : null);
    },
    appeal: async (token: string, form: unknown) =>
      appeal(parts, await theirRequest(parts, token), REQUESTER, form),
    /** What a mailed link is about; null where it is over. */
    lookAtProof: async (token: string) => {
      const row = await lookAtProof(parts, token);
      return row === null
        ? null
        : {
            asked: wordsFor(parts).asked[row.right],
            isDeletion: row.right === 'delete',
            agent: agentNamed(parts, row),
          };
    },
    /** Answers the token of the request's page. Throws `Problem` 410. */
    prove: async (token: string) => {
      const link = await prove(parts, token);
      await requests.wake();
      return link;
    },
    disown: (token: string) => disown(parts, token),
    /** What the link of a notice is about, by which whoever holds the address objects; null where it is over. */
    lookAtStop: (token: string) => lookAtStop(parts, token),
    /** Throws `Problem` 410. */
    stop: async (token: string) => {
      await stopByHolder(parts, token);
      await requests.wake();
    },
    /** Of who is signed in. */
    mine: async (caller: Caller) => {
      const { who } = await demandSignedIn(signIn, caller);
      return requestsOf(parts, who.person);
    },
  };
}

/** For what only they may do: by their own page, or by that of whoever asked and has shown enough. Throws `Problem` 404 and 409. */
async function theirRequest(parts: RequestParts, token: string): Promise<RequestRow> {
  const { row, isOwn } = await requestByLink(parts, token);
  return !isOwn && (await ladderOf(parts, row)).climbed ? row : ownRequest(parts, token);
}

async function askSignedIn(parts: RequestParts, who: SignedIn, ask: Ask): Promise<Received> {
  countTry(parts.signIn, 'request', who.person);
  const { right } = ask;
  const language = parts.signIn.notices.letters.chosen(ask.language);
  if (ASKS[right].proof && !who.fresh) throw new SignInRefused('not_fresh');
  if (right === 'delete') await demandDecided(parts, who, ask);
  const said = saidIn(parts, ask, true);
  const received = await take(parts, { right, place: ask.place, said, language }, who);
  // Where it fails it is done soon by itself: it is written down.
  await carryOut(parts, received.id).catch(() => {});
  return received;
}

function take(
  parts: RequestParts,
  wish: Wish & { readonly right: AskedRight },
  who: SignedIn | null,
): Promise<Received> {
  const receivedAt = parts.erasing.store.now();
  return receive(parts, wish, { door: 'web', receivedAt, by: REQUESTER, person: who?.person ?? null });
}

async function askAsStranger(parts: RequestParts, caller: Caller, ask: Ask): Promise<Received> {
  const { right, email } = ask;
  const language = parts.signIn.notices.letters.chosen(ask.language);
  if (ASKS[right].proof && email === '')
    throw new Problem(
      400,
      'invalid_input',
      'E-mail address: needed for this, so that nobody else gets your data. Opting out needs none.',
    );
  if (right === 'delete') demandAgreed(ask);
  const address = email === '' ? null : checkInput(email, emailInput, { '': 'E-mail address' });
  if (address === null) countTry(parts.signIn, 'mail_network', caller.network);
  else countMail(parts.signIn, caller, address);
  const said = { ...saidIn(parts, ask, false), address };
  return take(parts, { right, place: ask.place, said, language }, null);
}

/** What was said, as far as what is asked for wants it. Throws `Problem` 400, 404 or 409. */
function saidIn({ erasing }: RequestParts, { right, item, value, words }: Ask, isKnown: boolean): Said {
  if (right === 'correct' && isKnown && item !== '') {
    demandCorrectable(erasing, { item, value });
    return { ...NOTHING_SAID, item, value };
  }
  const wanted = WORDS_WANTED[right];
  if (wanted === undefined) return NOTHING_SAID;
  if (words === '') throw new Problem(400, 'invalid_input', `In your words: ${wanted}.`);
  return { ...NOTHING_SAID, words };
}

const WORDS_WANTED: Readonly<Partial<Record<AskedRight, string>>> = {
  correct: 'say what is wrong, and what is right',
  object: 'say which use you object to, and why',
};

function demandAgreed({ agreed }: Ask): void {
  if (agreed !== 'yes')
    throw new Problem(
      400,
      'not_agreed',
      'Deleting your data means deleting the account. Tick that you want that.',
    );
}

/** Accounts that others depend on are decided about by their owner, account by account. */
async function demandDecided({ erasing }: RequestParts, { person }: SignedIn, ask: Ask): Promise<void> {
  demandAgreed(ask);
  const { accounts } = await leavingPlan(erasing, person);
  const [open] = accounts.filter(({ what }) => what === 'decide');
  if (open !== undefined)
    throw new Problem(
      409,
      'not_decided',
      `Others belong to ${open.name}, and nobody else owns it. Say on the page “Delete the account” what becomes of it: the deletion begins there.`,
    );
}
