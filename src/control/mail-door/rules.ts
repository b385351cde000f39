/**
 * Reads and checks `policy/requests/mail.json`: the words by which mail to the policy address is understood (ACCESS-2).
 * Staff can read them; nothing is guessed.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ASKED_RIGHTS, type AskedRight } from '../requests/index.ts';
import { plainWords } from './plain-words.ts';

const FILE = fileURLToPath(new URL('../../../policy/requests/mail.json', import.meta.url));
/** Words between two of a phrase at `…`. */
const GAP_WORDS_MAX = 5;

const phrases = z.array(z.string().min(1)).min(1);
const right = z.enum(ASKED_RIGHTS);
const shape = z.strictObject({
  about: z.string(),
  rights: z.partialRecord(right, phrases),
  /** A mail that asks for the first also sounds as if it asked for the others. */
  stands_for: z.partialRecord(right, z.array(right)),
  /** Said of a deletion, none is asked for. */
  not: phrases,
  lives_in: phrases,
  /** Whoever says one of these may ask for something about data: a person who decides about that reads it. */
  about_data: phrases,
  /** Said in an answer to a letter of ours, a request is not wanted any more. */
  withdraws: phrases,
  /** Words of each language (BCP 47), by which it is told from the others. */
  languages: z.record(z.string().regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/), phrases),
});

export interface MailRules {
  readonly rights: ReadonlyMap<AskedRight, readonly RegExp[]>;
  readonly standsFor: Readonly<Partial<Record<AskedRight, readonly AskedRight[]>>>;
  readonly not: readonly RegExp[];
  /** Each goes on with the name of a place. */
  readonly livesIn: readonly string[];
  readonly aboutData: readonly RegExp[];
  readonly withdraws: readonly RegExp[];
  readonly languages: ReadonlyMap<string, readonly RegExp[]>;
}

/** The file says what cannot be; `message` names it. */
export class MailRulesDamaged extends Error {
  override readonly name = 'MailRulesDamaged';
}

/** Throws `MailRulesDamaged`. */
export function readMailRules(file: string = FILE): MailRules {
  try {
    const read = shape.parse(JSON.parse(readFileSync(file, 'utf8')));
    const rights = Object.entries(read.rights).map(
      ([name, list]) => [name as AskedRight, list.map(whole)] as const,
    );
    return {
      rights: new Map(rights),
      standsFor: read.stands_for,
      not: read.not.map(whole),
      livesIn: read.lives_in.map(patternOf),
      aboutData: read.about_data.map(whole),
      withdraws: read.withdraws.map(whole),
      languages: new Map(Object.entries(read.languages).map(([name, list]) => [name, list.map(whole)])),
    };
  } catch (error) {
    throw new MailRulesDamaged(`${file}: ${(error as Error).message}`);
  }
}

const whole = (phrase: string): RegExp => new RegExp(`(?<= )${patternOf(phrase)}(?= )`, 'u');

/** Of words with single spaces between them, as `plainWords` writes them; bounded, so that no mail is slow to read. */
function patternOf(phrase: string): string {
  const words = phrase.split(/\s+/);
  if (words[0] === '…' || words.at(-1) === '…') throw new Error(`“${phrase}”: begins and ends with a word`);
  let pattern = '';
  let gap = '';
  for (const word of words) {
    if (word === '…') {
      gap = `(?:[^ ]+ ){0,${GAP_WORDS_MAX}}`;
      continue;
    }
    pattern += `${pattern === '' ? '' : ' '}${gap}${alternatives(word)}`;
    gap = '';
  }
  return pattern;
}

function alternatives(word: string): string {
  const words = word.split('/');
  if (words.some((one) => !/^[\p{L}\p{N}]+$/u.test(one)))
    throw new Error(`“${word}”: letters and digits only`);
  const each = words.map((one) => plainWords(one).trim());
  return each.length === 1 ? (each[0] as string) : `(?:${each.join('|')})`;
}
