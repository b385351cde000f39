/**
 * Whether a campaign could be taken for mail about somebody's account, in its subject or anywhere in its text: such a one is
 * refused, since nothing promotional hides in service mail (CHOICE-3), and what misleads is unlawful (15 U.S.C. §
 * 7704(a)(2)). Whoever writes it is told which words, where, and why.
 */
import { type Catalogues, sampleMail, sampleMails } from '../notices/index.ts';
import { Problem } from '../problem.ts';

interface Sign {
  readonly words: RegExp;
  /** Goes on after the words that were found. */
  readonly why: string;
}

const THEIRS =
  'your (?:own )?(?:account|api keys?|keys?|password|card|credit|balance|invoice|plan|subscription|address|sign-in|payment|data)';

/** In a subject, where the mere mention makes a mail look like one about an account. */
const SUBJECT: readonly Sign[] = [
  { words: /^\s*(?:re|fwd?|aw|wg)\s*:/i, why: 'looks like an answer to a mail of theirs' },
  { words: new RegExp(`\\b${THEIRS}\\b`, 'i'), why: 'speaks of what is theirs' },
  {
    words: /\b(?:invoice|receipt|password|suspended|overdue|expires?)\b/i,
    why: 'is a word of mail about an account',
  },
];

/** Anywhere: what says that something has happened to their account, or that they have to do something. */
const ANYWHERE: readonly Sign[] = [
  {
    words: new RegExp(
      `\\b${THEIRS}\\b[^.!?\\n]{0,60}?\\b(?:expires?|expired|ends?|ended|is due|are due|was|were|has been|have been|will be|runs? out|is (?:suspended|blocked|locked|overdue|limited))\\b`,
      'i',
    ),
    why: 'says that something happens to what is theirs',
  },
  {
    words:
      /\b(?:confirm|verify|validate|renew) your (?:account|address|e-?mail|password|payment|card|data|details|identity|plan)\b/i,
    why: 'asks them to do something about their account',
  },
  {
    words: /\b(?:update|change|reset) your (?:password|payment|card|billing)\b/i,
    why: 'asks them to do something about their account',
  },
  {
    words: /\b(?:action|response|payment|attention) (?:is )?(?:required|needed|due)\b/i,
    why: 'demands that they act',
  },
  { words: /\b(?:final|last) (?:notice|reminder|warning)\b/i, why: 'reads like a reminder of a debt' },
  {
    words: /\b(?:security (?:alert|notice|warning)|unusual (?:activity|sign-in))\b/i,
    why: 'reads like a warning about their account',
  },
  {
    words:
      /\b(?:you (?:were|have been|will be) (?:charged|billed|signed out|suspended)|we (?:have )?(?:charged|billed) you)\b/i,
    why: 'says that they were charged, or worse',
  },
  { words: /\b(?:the|your|an) (?:attached|enclosed) (?:invoice|receipt|bill)\b/i, why: 'speaks of a bill' },
  {
    words:
      /\b(?:changes? (?:to|of|in)|update(?:s|d)?(?: (?:to|of))?|new|changed) (?:our|the) (?:privacy policy|terms(?: of service)?|prices?)\b|\b(?:our|the) (?:privacy policy|terms(?: of service)?) (?:changes?|has changed|have changed|will change)\b/i,
    why: 'announces what goes to everybody as service mail, by itself',
  },
  {
    words:
      /\S+\/(?:sign-in|reset-password|forgot-password|set-up|confirm-address|change-address|console\/security)\b/i,
    why: 'leads to where mail about an account leads',
  },
];

/** One thing that was found. */
interface Found {
  readonly where: string;
  readonly quote: string;
  readonly why: string;
}

const NAMED_MAX = 5;
const QUOTE_MAX = 80;
/** Shorter sentences are anybody's. */
const SENTENCE_WORDS_MIN = 5;

/** Throws `Problem` 400, which names what was found. */
export function refuseAsService(
  { subject, words }: { readonly subject: string; readonly words: string },
  letters: Catalogues,
  siteUrl: string,
): void {
  const found = [...inSubject(subject, letters), ...inText(words, letters, siteUrl)];
  if (found.length === 0) return;
  const named = found.slice(0, NAMED_MAX).map(({ where, quote, why }) => `${where}: “${quote}” ${why}.`);
  throw new Problem(
    400,
    'reads_like_service_mail',
    `It reads like mail about somebody’s account. ${named.join(' ')} Say what the news is; what belongs to an account is sent by itself, as service mail.`,
  );
}

function* inSubject(subject: string, letters: Catalogues): Generator<Found> {
  const same = sampleMails(letters, 'prepaid').some((mail) => plain(mail.subject) === plain(subject));
  if (same) yield { where: 'Subject', quote: subject, why: 'is that of a mail of the service' };
  yield* signsIn(subject, 'Subject', [...SUBJECT, ...ANYWHERE]);
}

function* inText(words: string, letters: Catalogues, siteUrl: string): Generator<Found> {
  const known = serviceSentences(letters, siteUrl);
  for (const [at, line] of words.replaceAll('\r\n', '\n').split('\n').entries()) {
    const where = `Text, line ${at + 1}`;
    yield* signsIn(line, where, ANYWHERE);
    for (const sentence of sentencesIn(line))
      if (known.has(plain(sentence)))
        yield { where, quote: short(sentence), why: 'stands in a mail of the service' };
  }
}

function* signsIn(text: string, where: string, signs: readonly Sign[]): Generator<Found> {
  for (const { words, why } of signs) {
    const [quote] = words.exec(text) ?? [];
    if (quote !== undefined) yield { where, quote: short(quote.trim()), why };
  }
}

/** Those of all letters, as they read with made-up values. */
const serviceSentences = (letters: Catalogues, siteUrl: string): ReadonlySet<string> =>
  new Set(
    sampleMails(letters, 'prepaid').flatMap(({ name }) => {
      const { text } = sampleMail(name, { letters, siteUrl }, 'prepaid');
      return text.split('\n').flatMap(sentencesIn).map(plain);
    }),
  );

const sentencesIn = (line: string): readonly string[] =>
  line.split(/(?<=[.!?:])\s/).filter((sentence) => sentence.split(/\s+/).length >= SENTENCE_WORDS_MIN);

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const short = (text: string): string => (text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX)}…` : text);
