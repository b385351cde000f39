/**
 * What somebody without an account chose, for this browser: in one strictly necessary cookie and nowhere else. Each
 * answer names the version of the text that was shown; a newer text is asked anew.
 */
import { cookieLine, cookieValue } from '../cookies.ts';
import type { ConsentTexts } from './texts.ts';

/** What can be answered without an account. */
export const VISITOR_PURPOSES = ['measurement', 'recommendations'] as const;
export type VisitorPurpose = (typeof VISITOR_PURPOSES)[number];

/** The cookies that rest on each, which go when it is refused. */
const COOKIES: Readonly<Record<VisitorPurpose, string>> = {
  measurement: 'kept_visit',
  recommendations: 'kept_looked_at',
};

export interface VisitorAnswer {
  readonly answer: 'given' | 'refused';
  readonly version: number;
}

export interface VisitorChoices {
  readonly answers: Readonly<Partial<Record<VisitorPurpose, VisitorAnswer>>>;
  /** Signed in, they said that the answers are this browser's alone: they are not asked again to carry them over. */
  readonly browserOnly: boolean;
}

const NAME = 'kept_choices';
/** Half a year; then it is asked anew, as the CNIL's guidelines on cookies recommend (2020-091, 38). */
const SECONDS = 183 * 86_400;
const BROWSER_ONLY = 'browser';
const PART = /^([a-z_]{1,40})\.(\d{1,6})\.(given|refused)$/;

/** Answers to texts that are shown now; anything else in the cookie is as if it was not there. */
export function readVisitorChoices(siteUrl: string, cookies: string, texts: ConsentTexts): VisitorChoices {
  const parts = (cookieValue(siteUrl, cookies, NAME) ?? '').split('~');
  const answers = VISITOR_PURPOSES.flatMap((purpose) => {
    const [, , version, answer] =
      parts.map((part) => PART.exec(part)).find((match) => match?.[1] === purpose) ?? [];
    if (Number(version) !== texts.current(purpose).version) return [];
    return [[purpose, { answer: answer as VisitorAnswer['answer'], version: Number(version) }] as const];
  });
  return { answers: Object.fromEntries(answers), browserOnly: parts.includes(BROWSER_ONLY) };
}

/** The Set-Cookie header that keeps them. */
export function visitorCookie(siteUrl: string, { answers, browserOnly }: VisitorChoices): string {
  const parts = VISITOR_PURPOSES.flatMap((purpose) => {
    const given = answers[purpose];
    return given === undefined ? [] : [`${purpose}.${given.version}.${given.answer}`];
  });
  return cookieLine(siteUrl, NAME, [...parts, ...(browserOnly ? [BROWSER_ONLY] : [])].join('~'), SECONDS);
}

/** Set-Cookie headers that forget what rested on these purposes. */
export const forgottenCookies = (siteUrl: string, purposes: readonly VisitorPurpose[]): string[] =>
  purposes.map((purpose) => cookieLine(siteUrl, COOKIES[purpose], '', 0));
