/**
 * What a catalogue of letters holds: each letter with the names of what it is filled with, and the words
 * that letters are filled with. Every catalogue has all of it, and nothing else.
 */
import { z } from 'zod';

export interface Wanted {
  /** Each stands in the letter as `{name}`. */
  readonly filled: readonly string[];
  /** What its links are called: `one` leads to `url`; names: several, of which one is chosen. Left out: none. */
  readonly links?: 'one' | readonly string[];
  /** It answers a mail about the value of this name, and is called `Re: VALUE`; the subject is what it is called without. */
  readonly re?: string;
}

const EVENT = { filled: ['event', 'at', 'place'], links: 'one' } as const;
const REFUSAL = ['name', 'asked', 'ground', 'rule', 'change', 'until', 'regulator'] as const;

export const CATALOGUE_LETTERS = {
  request_received: { filled: ['name', 'asked', 'basis', 'due'], links: 'one' },
  request_proof: { filled: ['name', 'asked', 'until'], links: 'one' },
  request_proof_agent: { filled: ['name', 'agent', 'asked', 'until'], links: 'one' },
  request_shown: { filled: ['name', 'asked', 'shown', 'next'], links: 'one' },
  request_extended: { filled: ['name', 'asked', 'reason', 'due'], links: 'one' },
  request_delivered: { filled: ['name', 'asked', 'done'], links: 'one' },
  request_waits_outside: { filled: ['name', 'asked', 'done', 'systems', 'due'], links: 'one' },
  request_done_outside: { filled: ['name', 'asked'], links: 'one' },
  request_carried_out: { filled: ['name', 'asked'], links: 'one' },
  request_refused: { filled: REFUSAL, links: 'one' },
  request_part: { filled: REFUSAL, links: 'one' },
  appeal_received: { filled: ['name', 'asked', 'due'], links: 'one' },
  appeal_decided: { filled: ['name', 'asked', 'outcome', 'regulator'], links: 'one' },
  request_closed: { filled: ['name', 'asked', 'why'], links: 'one' },
  child_account_deleted: { filled: ['name', 'email'] },
  requests_due: { filled: ['name', 'soon', 'overdue'], links: 'one' },
  promises_broken: { filled: ['name', 'clauses'], links: 'one' },
  outside_tasks_due: { filled: ['name', 'open', 'overdue'], links: 'one' },
  mail_to_read: { filled: ['name', 'waiting'], links: 'one' },
  mail_asked_back: {
    filled: [],
    links: ['access', 'correct', 'delete', 'portability', 'withdraw_consent', 'other'],
  },
  mail_stopped: { filled: ['asked'], links: 'one' },
  mail_unknown: { filled: ['asked'], links: 'one' },
  mail_with_request: { filled: ['asked'], links: 'one' },
  mail_withdraw: { filled: ['asked'], links: 'one' },
  plan_renews: { filled: ['name', 'plan', 'account', 'on', 'amount'], links: 'one' },
  plan_ends: { filled: ['name', 'plan', 'account', 'on'], links: 'one' },
  card_ends: { filled: ['name', 'account', 'on', 'what'], links: 'one' },
  key_ends: { filled: ['name', 'key', 'account', 'on'], links: 'one' },
  price_changes: { filled: ['name', 'on', 'what'], links: 'one' },
  policy_changes: { filled: ['name', 'on', 'what'], links: 'one' },
  terms_change: { filled: ['name', 'on', 'what'], links: 'one' },
  policy_change_withdrawn: { filled: ['name'], links: 'one' },
  terms_change_withdrawn: { filled: ['name'], links: 'one' },
  dpa_change: { filled: ['name', 'on', 'what'], links: 'one' },
  dpa_change_withdrawn: { filled: ['name'], links: 'one' },
  recipient_comes: { filled: ['name', 'on', 'what'], links: 'one' },
  newsletter_confirm: { filled: ['hours'], links: 'one' },
  comment_shown: { filled: ['name'], links: 'one' },
  comment_refused: { filled: ['name', 'why'], links: 'one' },
  import_told: { filled: ['name', 'partner', 'on', 'ground'], links: 'one' },
  mail_reply: { filled: ['asked', 'words'], links: 'one' },
  message_received: { filled: ['reference', 'how'] },
  message_answer: { filled: ['words', 'reference', 'how'], links: 'one', re: 'about' },
  messages_waiting: { filled: ['waiting'], links: 'one' },
  event_confirm: EVENT,
  event_registered: EVENT,
  event_waiting: EVENT,
  event_place: EVENT,
  event_reminder: EVENT,
  event_cancelled: EVENT,
  demand_overdue: { filled: ['name', 'due'], links: 'one' },
} as const satisfies Readonly<Record<string, Wanted>>;

export type CatalogueLetter = keyof typeof CATALOGUE_LETTERS;
export const CATALOGUE_LETTER_NAMES = Object.keys(CATALOGUE_LETTERS) as CatalogueLetter[];

type LinksOf<Name extends CatalogueLetter> = (typeof CATALOGUE_LETTERS)[Name] extends {
  readonly links: infer Links;
}
  ? Links
  : never;
type ReOf<Name extends CatalogueLetter> = (typeof CATALOGUE_LETTERS)[Name] extends { readonly re: infer Re }
  ? Re & string
  : never;
/** What a letter is filled with; one with links, with where they lead as well. */
export type FilledWith<Name extends CatalogueLetter> =
  | (typeof CATALOGUE_LETTERS)[Name]['filled'][number]
  | ReOf<Name>
  | (LinksOf<Name> extends never ? never : 'url');

const KINDS = [
  'confirm',
  'access',
  'portability',
  'correct',
  'delete',
  'restrict',
  'object',
  'withdraw_consent',
  'opt_out_sale',
  'opt_out_targeted_advertising',
  'opt_out_profiling',
  'limit_sensitive',
  'child_report',
] as const;

/** Words by group; each with what it is filled with. */
const WORDS = {
  /** Goes on after "You asked us". */
  asked: plain(KINDS),
  /** What was done, for who reads it. */
  done: plain(KINDS),
  /** Goes on after "because". */
  extension: plain(['complex', 'many']),
  /** Of an appeal. */
  outcome: plain(['whole', 'part', 'upheld']),
  /** Why a request is closed. */
  closed: plain(['withdrawn', 'appeal_withdrawn']),
  /** One sentence: by which law, or that we honour it. */
  basis: { law: ['citation'], us: ['because'], policy: [], child_report: [] },
  /** What was shown instead of the mailbox. */
  shown: plain(['api_key', 'recovery_code', 'facts']),
  /** What becomes of it. `waits`: until that day is over. */
  next: { more: [], goes_on: [], waits: ['day'] },
  /** How a conversation goes on: by an answer to the mail, or on the page. */
  how: { mail: [], page: ['url'] },
  regulator: plain(['unknown']),
  /** Whoever asks for somebody else, where their name is not said. */
  agent: plain(['unnamed', 'unknown']),
} as const;

function plain<Key extends string>(keys: readonly Key[]): Readonly<Record<Key, readonly never[]>> {
  return Object.fromEntries(keys.map((key) => [key, []])) as unknown as Record<Key, readonly never[]>;
}

export type Words = {
  readonly [Group in keyof typeof WORDS]: Readonly<Record<keyof (typeof WORDS)[Group], string>>;
};

/** Any name in braces that is no placeholder, and a brace alone, is a slip of the pen. */
const PLACEHOLDER = /\{([a-z]+)\}/g;
const line = z.string().trim().min(1, 'is empty: write what it says');

const unfilled = line.refine((text) => !/[{}]/.test(text), 'is filled with nothing: take the braces out');

/** What `texts` are filled with has to be exactly `wanted`. */
function* slips(texts: readonly string[], wanted: readonly string[]): Generator<string> {
  const used = new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name)));
  const known = wanted.map((name) => `{${name}}`).join(', ') || 'nothing';
  for (const name of used)
    if (!wanted.includes(name as string))
      yield `has {${name}}, which it is not filled with: it may have ${known}`;
  for (const name of wanted) if (!used.has(name)) yield `lacks {${name}}: put it where it belongs`;
  if (texts.some((text) => /[{}]/.test(text.replace(PLACEHOLDER, ''))))
    yield `has a brace that belongs to no name: it may have ${known}`;
}

function letterShape({ filled, links }: Wanted) {
  return z
    .strictObject({
      subject: unfilled,
      paragraphs: z.array(line).min(1, 'is empty: write what the letter says'),
      ...(links === 'one' && { link: unfilled }),
      ...(Array.isArray(links) && {
        links: z.strictObject(Object.fromEntries(links.map((name) => [name, unfilled]))),
      }),
      afterwards: z.array(line).default([]),
    })
    .superRefine(({ paragraphs, afterwards }, context) => {
      for (const message of slips([...paragraphs, ...afterwards], filled))
        context.addIssue({ code: 'custom', message });
    });
}

const wordsShape = (groups: Readonly<Record<string, readonly string[]>>) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(groups).map(([key, filled]) => [
        key,
        line.superRefine((text, context) => {
          for (const message of slips([text], filled)) context.addIssue({ code: 'custom', message });
        }),
      ]),
    ),
  );

const each = <From, To>(from: Readonly<Record<string, From>>, to: (one: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(from).map(([key, one]) => [key, to(one)]));

/** `name`: of the language, in itself. `about`: for whoever edits the file. */
export const catalogueShape = z.strictObject({
  about: line,
  name: line,
  letters: z.strictObject(each<Wanted, z.ZodType>(CATALOGUE_LETTERS, letterShape)),
  words: z.strictObject(each<Readonly<Record<string, readonly string[]>>, z.ZodType>(WORDS, wordsShape)),
});

/** One letter as a catalogue has it, with its placeholders. */
export interface WrittenLetter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly link?: string;
  readonly links?: Readonly<Record<string, string>>;
  readonly afterwards: readonly string[];
}
