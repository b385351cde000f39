/**
 * Choices as the site's pages call them: what may be done for whoever asks, answers with and without an account, and
 * receipts. Without an account an answer is a cookie of this browser; with one it stands in the consent ledger.
 */
import { and, eq } from 'drizzle-orm';
import { isId } from '../../link/ids.ts';
import { type Block, blocksOf } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import type { SignedIn } from '../sign-in/index.ts';
import {
  type ChoiceParts,
  type Choices,
  choicesOf,
  hasAnswered,
  isAllowed,
  SITE_PURPOSES,
  type SitePurpose,
  standingOf,
} from './choices.ts';
import { giveConsent } from './give-consent.ts';
import { GPC_REFUSES, sendsGpc } from './gpc.ts';
import type { ConsentState } from './list-consents.ts';
import { type ConsentReceipt, receiptOf } from './receipt.ts';
import { refusals } from './refusals.ts';
import { consent } from './schema.ts';
import { forgottenCookies, VISITOR_PURPOSES, type VisitorPurpose, visitorCookie } from './visitor-choices.ts';
import { withdrawConsent } from './withdraw-consent.ts';

export type { Choices } from './choices.ts';

/** Whoever asks: the request's headers, and who is signed in. */
export interface Asking {
  readonly headers: Headers;
  readonly who: SignedIn | null;
}

/** One answer of a form. `version`: of the text that it showed. */
export interface FormAnswer {
  readonly purpose: string;
  readonly answer: string;
  readonly version: string;
}

/** A purpose on the page of choices. */
export interface ShownChoice {
  readonly purpose: SitePurpose;
  /** The text that is consented to, without its title. */
  readonly text: readonly Block[];
  readonly title: string;
  readonly version: number;
  readonly allowed: boolean;
  /** Whose answer counts; null: nobody answered. */
  readonly by: 'gpc' | 'account' | 'browser' | null;
  readonly state: ConsentState;
  /** ISO time of the account's answer, or of its taking back. */
  readonly at: string | null;
  readonly way: string | null;
  /** The account's latest answer, of which there is a receipt. */
  readonly answerId: string | null;
  /** Can be answered only by somebody who is signed in. */
  readonly needsAccount: boolean;
}

export type ChoicePages = ReturnType<typeof choicesForPages>;

/** Somebody whose second factor is still due, or whose account is going, is nobody here. */
const personOf = ({ who }: Asking): string | null =>
  who === null || who.steps.includes('second_factor') || who.deletion !== null ? null : who.person;

export const choicesForPages = (parts: ChoiceParts & { readonly company: string }) => ({
  of: (asking: Asking): Promise<Choices> =>
    choicesOf(parts, { headers: asking.headers, person: personOf(asking) }),
  shown: (asking: Asking) => shownChoices(parts, asking),
  answer: (asking: Asking, answers: readonly FormAnswer[]) => answer(parts, asking, answers),
  carryOver: (asking: Asking, to: 'account' | 'browser') => carryOver(parts, asking, to),
  receipt: (asking: Asking, id: string) => ownReceipt(parts, asking, id),
});

async function shownChoices(parts: ChoiceParts, asking: Asking): Promise<readonly ShownChoice[]> {
  const { texts } = parts.ledger;
  const person = personOf(asking);
  const standing = await standingOf(parts, { headers: asking.headers, person });
  return SITE_PURPOSES.map((purpose) => {
    const { text, version } = texts.current(purpose);
    const [title, ...blocks] = blocksOf(text, {});
    const state = standing.states.get(purpose);
    const latest = state?.latest ?? null;
    const byBrowser = standing.browser.answers[purpose as VisitorPurpose] !== undefined;
    const by = hasAnswered(standing, purpose) ? 'account' : byBrowser ? 'browser' : null;
    return {
      purpose,
      text: blocks,
      title: title?.kind === 'heading' ? title.text : purpose,
      version,
      allowed: isAllowed(standing, purpose),
      by: standing.gpc && GPC_REFUSES.includes(purpose) ? 'gpc' : by,
      state: state?.state ?? 'none',
      at: (latest?.withdrawnAt ?? latest?.at)?.toISOString() ?? null,
      way: latest?.withdrawnWay ?? latest?.way ?? null,
      answerId: latest?.id ?? null,
      needsAccount: person === null && !isVisitorPurpose(purpose),
    };
  });
}

const isVisitorPurpose = (purpose: string): purpose is VisitorPurpose =>
  (VISITOR_PURPOSES as readonly string[]).includes(purpose);

/**
 * Enters answers; gives Set-Cookie headers. Throws `Problem`: an unknown purpose or answer (400), one that needs an
 * account (401), one that Global Privacy Control refuses (409), a text that has a newer version (409).
 */
async function answer(
  parts: ChoiceParts,
  asking: Asking,
  answers: readonly FormAnswer[],
): Promise<readonly string[]> {
  const person = personOf(asking);
  const checked = answers.map((each) => checkAnswer(parts, asking, each));
  const standing = await standingOf(parts, { headers: asking.headers, person });
  const inBrowser = { ...standing.browser.answers };
  for (const { purpose, answer: word } of checked) {
    if (person !== null) await enter(parts, person, purpose, word);
    // A yes is the account's alone: others may use this browser. A no holds in it, too.
    if (isVisitorPurpose(purpose) && (person === null || word === 'refused'))
      inBrowser[purpose] = { answer: word, version: parts.ledger.texts.current(purpose).version };
  }
  const { browserOnly } = standing.browser;
  const refused = checked.flatMap(({ purpose, answer: word }) =>
    word === 'refused' && isVisitorPurpose(purpose) ? [purpose] : [],
  );
  return [
    visitorCookie(parts.siteUrl, { answers: inBrowser, browserOnly }),
    ...forgottenCookies(parts.siteUrl, refused),
  ];
}

function checkAnswer({ ledger }: ChoiceParts, asking: Asking, form: FormAnswer) {
  const purpose = SITE_PURPOSES.find((each) => each === form.purpose);
  const { answer: word } = form;
  if (purpose === undefined || (word !== 'given' && word !== 'refused'))
    throw new Problem(400, 'invalid_input', 'Answer yes or no to one of the choices on this page.');
  if (personOf(asking) === null && !isVisitorPurpose(purpose))
    throw new Problem(401, 'not_signed_in', 'Sign in first: this choice belongs to an account.');
  if (word === 'given' && sendsGpc(asking.headers) && GPC_REFUSES.includes(purpose))
    throw new Problem(
      409,
      'refused_by_gpc',
      'Your browser sends Global Privacy Control, which refuses this. Switch it off for this site first.',
    );
  if (word === 'given' && form.version !== String(ledger.texts.current(purpose).version))
    throw new Problem(409, 'text_changed', 'The text has a newer version. Read it, then answer again.');
  return { purpose, answer: word } as const;
}

async function enter(
  { ledger }: ChoiceParts,
  person: string,
  purpose: SitePurpose,
  word: 'given' | 'refused',
): Promise<void> {
  const entry = { subject: { kind: 'person', id: person }, purpose, way: 'web', role: 'person' } as const;
  await refusals(() => (word === 'given' ? giveConsent(ledger, entry) : withdrawConsent(ledger, entry)));
}

/** The account remembers what this browser answered and it did not, or is not asked again in this browser. */
async function carryOver(
  parts: ChoiceParts,
  asking: Asking,
  to: 'account' | 'browser',
): Promise<readonly string[]> {
  const person = personOf(asking);
  if (person === null) throw new Problem(401, 'not_signed_in', 'Sign in first.');
  const standing = await standingOf(parts, { headers: asking.headers, person });
  if (to === 'account') {
    for (const purpose of VISITOR_PURPOSES) {
      const given = standing.browser.answers[purpose];
      if (given === undefined || hasAnswered(standing, purpose) || standing.gpc) continue;
      await enter(parts, person, purpose, given.answer);
    }
    return [];
  }
  return [visitorCookie(parts.siteUrl, { ...standing.browser, browserOnly: true })];
}

/** Of an answer of their own. Throws `Problem` 401 and 404. */
async function ownReceipt(
  { ledger, siteUrl, company }: ChoiceParts & { readonly company: string },
  asking: Asking,
  id: string,
): Promise<ConsentReceipt> {
  const person = personOf(asking);
  if (person === null) throw new Problem(401, 'not_signed_in', 'Sign in first.');
  const { store, texts } = ledger;
  const [row] = isId(id)
    ? await store.db
        .select()
        .from(consent)
        .where(and(eq(consent.id, id), eq(consent.person, person)))
    : [];
  if (row === undefined) throw new Problem(404, 'no_such_answer', 'You gave no answer with this id.');
  // Where a kill or a restore took it back, the entry of the answer is what there is.
  const proof = await store.record.receipt(row.withdrawnEntry ?? row.entry).catch(() => null);
  return receiptOf(row, proof, { texts, map: store.map, siteUrl, company });
}
