/**
 * What may be done for whoever asks for a page (CHOICE-1, USE-5): Global Privacy Control first, then what their account
 * says, then what this browser says. Where nobody said anything, it is no.
 */
import type { ConsentPurpose } from '../../store/map/words.ts';
import type { ConsentLedger } from './give-consent.ts';
import { GPC_REFUSES, sendsGpc } from './gpc.ts';
import { consentStates, type PurposeState } from './list-consents.ts';
import { refusals } from './refusals.ts';
import {
  readVisitorChoices,
  VISITOR_PURPOSES,
  type VisitorChoices,
  type VisitorPurpose,
} from './visitor-choices.ts';
import { withdrawConsent } from './withdraw-consent.ts';

/** Purposes that a person is asked on the site. */
export const SITE_PURPOSES = [
  'measurement',
  'tie_to_account',
  'recommendations',
  'promotional_mail',
] as const;
export type SitePurpose = (typeof SITE_PURPOSES)[number];

export interface Choices {
  /** The browser sends Global Privacy Control. */
  readonly gpc: boolean;
  readonly allowed: Readonly<Record<SitePurpose, boolean>>;
  /**
   * What the notice asks: the purposes that nobody answered; whether the account is to remember what this browser
   * answered; or nothing.
   */
  readonly asks: 'purposes' | 'carry_over' | null;
}

/** Whose request it is. */
export interface Chooser {
  readonly headers: Headers;
  /** The signed-in person's id; null: nobody. */
  readonly person: string | null;
}

export interface ChoiceParts {
  readonly ledger: ConsentLedger;
  readonly siteUrl: string;
  /** Tells of a fault of ours that keeps nobody from their page. */
  readonly onFault: (error: unknown) => void;
}

/** Where everything stands that a decision rests on. */
export interface Standing {
  readonly gpc: boolean;
  readonly browser: VisitorChoices;
  /** Of the person, by purpose; empty for nobody. */
  readonly states: ReadonlyMap<ConsentPurpose, PurposeState>;
}

export async function standingOf({ ledger, siteUrl }: ChoiceParts, { headers, person }: Chooser) {
  const states = person === null ? [] : await consentStates(ledger, { kind: 'person', id: person });
  return {
    gpc: sendsGpc(headers),
    browser: readVisitorChoices(siteUrl, headers.get('cookie') ?? '', ledger.texts),
    states: new Map(states.map((state) => [state.purpose, state])),
  } satisfies Standing;
}

/** Answered by the account, as long as that answer counts. */
const ANSWERED = new Set(['given', 'refused', 'withdrawn']);
export const hasAnswered = ({ states }: Standing, purpose: ConsentPurpose): boolean =>
  ANSWERED.has(states.get(purpose)?.state ?? 'none');

export const isAllowed = (standing: Standing, purpose: SitePurpose): boolean => {
  if (standing.gpc && GPC_REFUSES.includes(purpose)) return false;
  if (hasAnswered(standing, purpose)) return standing.states.get(purpose)?.state === 'given';
  return standing.browser.answers[purpose as VisitorPurpose]?.answer === 'given';
};

/** Also stores with the account that the browser sends Global Privacy Control, where that is news. */
export async function choicesOf(parts: ChoiceParts, chooser: Chooser): Promise<Choices> {
  const standing = await standingOf(parts, chooser);
  if (standing.gpc && chooser.person !== null) {
    // It is honoured whether it could be stored or not; the next page stores it.
    await storeGpc(parts, standing, chooser.person).catch(parts.onFault);
  }
  const allowed = Object.fromEntries(
    SITE_PURPOSES.map((purpose) => [purpose, isAllowed(standing, purpose)]),
  ) as Record<SitePurpose, boolean>;
  return { gpc: standing.gpc, allowed, asks: asksWhat(standing, chooser.person !== null) };
}

function asksWhat(standing: Standing, isSignedIn: boolean): Choices['asks'] {
  if (standing.gpc) return null;
  const { answers, browserOnly } = standing.browser;
  const open = VISITOR_PURPOSES.filter((purpose) => !hasAnswered(standing, purpose));
  if (open.some((purpose) => answers[purpose] === undefined)) return 'purposes';
  return isSignedIn && open.length > 0 && !browserOnly ? 'carry_over' : null;
}

/** A refusal that stands already is not entered again. */
async function storeGpc({ ledger }: ChoiceParts, { states }: Standing, person: string): Promise<void> {
  for (const purpose of GPC_REFUSES) {
    const state = states.get(purpose)?.state;
    if (state === 'refused' || state === 'withdrawn') continue;
    const subject = { kind: 'person', id: person } as const;
    await refusals(() => withdrawConsent(ledger, { subject, purpose, way: 'gpc', role: 'person' }));
  }
}
