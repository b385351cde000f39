/**
 * Facts that we hold about somebody and that are not public. Two of them have to be right, and none may be wrong; what is
 * known to the other members of an account, or easily guessed, is none.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { accountsHeldAlone } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { isWelcome } from '../billing/index.ts';
import { ledgerEntry } from '../billing/schema.ts';
import { apiKey } from '../keys/schema.ts';
import type { Services } from '../services.ts';

/** As somebody says them, normalised; null: they did not say it. */
export interface SaidFacts {
  /** `2026-03`: the month in which the account was made (UTC). */
  readonly made: string | null;
  /** The name of one of its API keys. */
  readonly key: string | null;
  /** `2026-03-17 20000000`: a day on which credit was added, and how much in micro-dollars. */
  readonly credit: string | null;
}

const FACTS_MIN = 2;
/** Letters and digits that the name of a key needs to be a secret at all. */
const NAME_LETTERS_MIN = 6;
/** Names that anybody would try first. */
const USUAL_NAMES = new Set(
  [
    'production',
    'development',
    'staging',
    'testing',
    'default',
    'api key',
    'my key',
    'my api key',
    'test key',
  ]
    .concat([
      'first key',
      'new key',
      'main key',
      'key name',
      'backend',
      'server',
      'website',
      'laptop',
      'openai',
    ])
    .concat(['personal', 'playground', 'kept key', 'chatbot', 'example', 'untitled', 'github actions']),
);
const DAY_MS = 86_400_000;

export const plainName = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** Whether they hold: at least two, and each of them. All of them are looked at whatever the first is. */
export async function factsHold(
  services: Pick<Services, 'vault'>,
  tx: Tx,
  whose: Id,
  said: SaidFacts,
): Promise<boolean> {
  const held = await factsOf(services, tx, whose);
  const given = (['made', 'key', 'credit'] as const).filter((name) => said[name] !== null);
  const right = given.filter((name) => isAmong(said[name] ?? '', held[name]));
  return given.length >= FACTS_MIN && right.length === given.length;
}

async function factsOf({ vault }: Pick<Services, 'vault'>, tx: Tx, whose: Id) {
  const alone = await accountsHeldAlone(tx, whose);
  const [known] = await tx.select({ createdAt: person.createdAt }).from(person).where(eq(person.id, whose));
  const keys = await tx
    .select()
    .from(apiKey)
    .where(and(inArray(apiKey.account, alone), isNull(apiKey.person)));
  const credits = await tx
    .select()
    .from(ledgerEntry)
    .where(and(inArray(ledgerEntry.account, alone), eq(ledgerEntry.kind, 'credit')));
  return {
    made: known === undefined || alone.length === 0 ? [] : [known.createdAt.toISOString().slice(0, 7)],
    key: keys.map((row) => plainName(readValue(vault, apiKey, row, 'name') ?? '')).filter(isSecret),
    credit: credits
      .filter((row) => !isWelcome(readValue(vault, ledgerEntry, row, 'reason')))
      .flatMap(({ at, amount }) => daysAround(at).map((day) => `${day} ${amount}`)),
  };
}

const isSecret = (name: string): boolean =>
  !USUAL_NAMES.has(name) && name.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= NAME_LETTERS_MIN;

/** The day as it was somewhere: ours, the one before, the one after. */
const daysAround = (at: Date): string[] =>
  [-1, 0, 1].map((days) => new Date(at.getTime() + days * DAY_MS).toISOString().slice(0, 10));

/** Each is compared, so that the time does not tell which it was. */
const isAmong = (said: string, held: readonly string[]): boolean =>
  held.reduce((found, one) => timingSafeEqual(digest(one), digest(said)) || found, false);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
