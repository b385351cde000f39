/** A mail as far as it matters here: who claims to write, what, and whether a person did. */
import { simpleParser } from 'mailparser';
import { z } from 'zod';
import type { SentFile } from '../messages/index.ts';
import { automaticReason } from './automatic.ts';
import { ownWords } from './understand.ts';

/** What is kept of one mail; more is no request that a person reads. */
const TEXT_CHARACTERS_MAX = 20_000;
const SUBJECT_CHARACTERS_MAX = 300;
const NAME_CHARACTERS_MAX = 200;
const HTML_BYTES_MAX = 1_000_000;

export interface ReadMail {
  /** In small letters; claimed, never believed. Null: none that can be answered. */
  readonly from: string | null;
  readonly subject: string;
  readonly text: string;
  /** With its brackets. */
  readonly messageId: string | null;
  /** Message-IDs of what it answers, the nearest first. */
  readonly answers: readonly string[];
  readonly attachments: number;
  /** Whom its head says that it is for, in small letters. */
  readonly to: readonly string[];
  /** It tells of another mail (RFC 6522). */
  readonly isReport: boolean;
  /** The same, as they came; kept only with a message. */
  readonly files: readonly SentFile[];
  /** What they call themselves; empty: nothing. */
  readonly name: string;
  /** Why nobody reads an answer, or ought not to get one; null: a person may have written it. */
  readonly automatic: AutomaticReason | null;
}
export type AutomaticReason = 'auto_submitted' | 'bulk' | 'bounce' | 'own_mail';

/** `envelopeFrom`: of the SMTP envelope; empty of a bounce (RFC 5321, 4.5.5), null where there was none. */
export async function readMail(
  raw: Buffer,
  { envelopeFrom, own }: { readonly envelopeFrom: string | null; readonly own: string },
): Promise<ReadMail> {
  const parsed = await simpleParser(raw, {
    skipImageLinks: true,
    skipTextToHtml: true,
    maxHtmlLengthToParse: HTML_BYTES_MAX,
  }).catch(() => null);
  if (parsed === null) return unreadable(raw);
  const from = addressOf(parsed.from?.value ?? []);
  const headers = headersOf(parsed.headerLines);
  return {
    from,
    subject: cleaned(parsed.subject ?? '').slice(0, SUBJECT_CHARACTERS_MAX),
    text: cleaned(parsed.text ?? '').slice(0, TEXT_CHARACTERS_MAX),
    messageId: messageIdOf(parsed.messageId),
    answers: answersOf(parsed.inReplyTo, parsed.references),
    attachments: parsed.attachments.length,
    to: RECIPIENTS.flatMap((name) => headers.get(name)?.toLowerCase() ?? []),
    isReport: headers.get('content-type')?.toLowerCase().startsWith('multipart/report') === true,
    files: parsed.attachments.map(({ filename = '', content }) => ({ name: filename, bytes: content })),
    name: cleaned(parsed.from?.value[0]?.name ?? '').slice(0, NAME_CHARACTERS_MAX),
    automatic: automaticReason(headers, { from, envelopeFrom, own }),
  };
}

/** Still somebody's mail: a person looks at how it begins. */
const unreadable = (raw: Buffer): ReadMail => ({
  from: null,
  subject: '',
  text: cleaned(raw.subarray(0, TEXT_CHARACTERS_MAX).toString('latin1')),
  messageId: null,
  answers: [],
  attachments: 0,
  to: [],
  isReport: false,
  files: [],
  name: '',
  automatic: null,
});

const RECIPIENTS = ['to', 'delivered-to', 'x-original-to'];
const email = z.email().max(320);

/** Exactly one; several writers are answered by a person. */
function addressOf(from: readonly { readonly address?: string | undefined }[]): string | null {
  const [only, another] = from;
  const read = email.safeParse(only?.address?.trim().toLowerCase());
  return read.success && another === undefined ? read.data : null;
}

/** Names in small letters; the first of each. */
function headersOf(lines: readonly { readonly key: string; readonly line: string }[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const { key, line } of lines)
    if (!headers.has(key)) headers.set(key, line.slice(line.indexOf(':') + 1).trim());
  return headers;
}

const messageIdOf = (id: string | undefined): string | null =>
  id !== undefined && /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/.test(id) ? id : null;

/** Long threads drop what is in their middle; beyond so many nobody looks. */
const ANSWERED_MAX = 50;

/** `References` name the oldest first (RFC 5322, 3.6.4). */
function answersOf(inReplyTo: string | undefined, references: string | readonly string[] = []): string[] {
  const before = typeof references === 'string' ? references.split(/\s+/) : references;
  const nearest = [...(inReplyTo?.split(/\s+/).reverse() ?? []), ...[...before].reverse()];
  const ids = new Set(nearest.flatMap((id) => messageIdOf(id) ?? []));
  return [...ids].slice(0, ANSWERED_MAX);
}

const CONTROLS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Without what no reader sees and what turns the direction of lines. */
const cleaned = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(CONTROLS, '').toWellFormed().trim();

/** What staff read of it. */
export const wordsOf = ({ subject, text }: Pick<ReadMail, 'subject' | 'text'>): string =>
  [subject, ownWords(text)].filter((part) => part !== '').join('\n\n');
