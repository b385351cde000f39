/** What a mail asks for, by rules that staff can read: one right, or nothing that a rule is sure of. Pure. */
import type { NamedPlace } from '../law/index.ts';
import type { AskedRight } from '../requests/index.ts';
import { plainWords } from './plain-words.ts';
import type { ReadMail } from './read-mail.ts';
import type { MailRules } from './rules.ts';

/** What is asked stands at the beginning; what follows is read by people. */
const CHARACTERS_MAX = 4000;

export interface Understood {
  /** Null: none, or several. */
  readonly right: AskedRight | null;
  /** Where they say that they live; null: they do not say, or say two. */
  readonly place: string | null;
  /** Whether it may ask for something about data, be it clear what or not. */
  readonly isAboutData: boolean;
  /** Which language it is in, BCP 47; null: it is none of the rules', or two as well. */
  readonly language: string | null;
}

export function understand(
  rules: MailRules,
  places: readonly NamedPlace[],
  { subject, text }: Pick<ReadMail, 'subject' | 'text'>,
): Understood {
  // Two sentences: a phrase never begins in the subject and ends in the text.
  const parts = [plainWords(subject), plainWords(ownWords(text).slice(0, CHARACTERS_MAX))];
  return {
    right: rightIn(rules, parts),
    isAboutData: [...rules.rights.values(), rules.aboutData].some((patterns) => isSaid(patterns, parts)),
    place: placeIn(rules, places, parts),
    language: languageIn(rules, parts),
  };
}

/** Whether it says that a request is not wanted any more: a claim, like all of it. */
export function withdraws(rules: MailRules, { subject, text }: Pick<ReadMail, 'subject' | 'text'>): boolean {
  const parts = [plainWords(subject), plainWords(ownWords(text).slice(0, CHARACTERS_MAX))];
  return isSaid(rules.withdraws, parts);
}

const isSaid = (patterns: readonly RegExp[], parts: readonly string[]): boolean =>
  patterns.some((pattern) => parts.some((part) => pattern.test(part)));

/** Fewer words of a language may be a name or a quotation. */
const WORDS_OF_LANGUAGE_MIN = 2;

function languageIn({ languages }: MailRules, parts: readonly string[]): string | null {
  const found = [...languages].map(([language, patterns]) => ({
    language,
    words: patterns.filter((pattern) => parts.some((part) => pattern.test(part))).length,
  }));
  const [first, second] = found.sort((a, b) => b.words - a.words);
  if (first === undefined || first.words < WORDS_OF_LANGUAGE_MIN) return null;
  return second !== undefined && second.words === first.words ? null : first.language;
}

function rightIn(rules: MailRules, parts: readonly string[]): AskedRight | null {
  const named = new Set(
    [...rules.rights].flatMap(([right, patterns]) => (isSaid(patterns, parts) ? [right] : [])),
  );
  if (named.has('delete') && isSaid(rules.not, parts)) return null;
  for (const right of [...named]) for (const other of rules.standsFor[right] ?? []) named.delete(other);
  const [only, another] = named;
  return another === undefined ? (only ?? null) : null;
}

function placeIn(rules: MailRules, places: readonly NamedPlace[], parts: readonly string[]): string | null {
  const named = places.filter(({ name }) => {
    const place = plainWords(name);
    const naming = parts.filter((part) => part.includes(place));
    return naming.length > 0 && livesIn(rules, place, naming);
  });
  return named.length === 1 ? (named[0]?.place ?? null) : null;
}

/** `place`: with the spaces around it. */
function livesIn(rules: MailRules, place: string, parts: readonly string[]): boolean {
  const lives = new RegExp(
    ` (?:${rules.livesIn.join('|')}) (?:the |la |le |der |die )?(?:state of )?${place.trimStart()}|${place}(?:resident|consumer) `,
    'u',
  );
  return parts.some((part) => lives.test(part));
}

/** A line like "On Monday, somebody wrote:", in some languages, or a rule above a forwarded mail: all below is quoted. */
const QUOTED_BELOW =
  /^(?:-{2,} ?.*(?:message|mail).*-{2,}|_{10,}|.{0,200}(?:wrote|a écrit|schrieb|escribió|ha scritto|schreef) ?:)$/i;
const LINE_CHARACTERS_MAX = 1000;

/** Without what is quoted from an earlier mail. */
export function ownWords(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const quoted = lines.findIndex((line) => line.length < LINE_CHARACTERS_MAX && QUOTED_BELOW.test(line));
  return lines
    .slice(0, quoted < 0 ? undefined : quoted)
    .filter((line) => !line.startsWith('>'))
    .join('\n')
    .trim();
}
