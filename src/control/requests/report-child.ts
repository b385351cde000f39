/**
 * Somebody tells us that an account is a child's (CHILD-2), signed in or not. What they tell is sealed as strangers' words
 * are, and nothing is looked up: nobody learns whether the account is there, not even by the time that it takes.
 */
import { z } from 'zod';
import { emailInput } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { UNSAID } from '../law/index.ts';
import { type Caller, countTry } from '../sign-in/index.ts';
import { WORDS_CHARACTERS_MAX } from './asks.ts';
import { REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { receive } from './receive.ts';
import type { Said } from './said.ts';

const REFERENCE_CHARACTERS_MAX = 320;

const reportInput = z.strictObject({
  account: z
    .string()
    .trim()
    .min(1, 'say whose it is')
    .max(REFERENCE_CHARACTERS_MAX, `at most ${REFERENCE_CHARACTERS_MAX} characters`),
  email: z.union([z.string().trim().length(0), emailInput]),
  words: z
    .string()
    .trim()
    .min(1, 'say what you know')
    .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`),
});
const LABELS = { account: 'Whose account', email: 'Your e-mail address', words: 'What you know' };

/** Throws `Problem` 400, and `SignInRefused` (`too_many_tries`). */
export async function reportChild(parts: RequestParts, caller: Caller, form: unknown): Promise<void> {
  const { account, email, words } = checkInput(form, reportInput, LABELS);
  countTry(parts.signIn, 'mail_network', caller.network);
  const said = saidInReport({ account, reporter: email === '' ? null : email, words, person: null });
  const receivedAt = parts.erasing.store.now();
  const came = { door: 'web', receivedAt, by: REQUESTER, person: null } as const;
  await receive(parts, { right: 'child_report', place: UNSAID, said }, came);
}

export interface Report {
  /** Whose account, as it was told; null: what was told can no longer be opened. */
  readonly account: string | null;
  readonly reporter: string | null;
  readonly words: string | null;
  /** Whose account is deleted, once that is decided; their random id. */
  readonly person: string | null;
}

export const saidInReport = ({ account, reporter, words, person }: Report): Said => ({
  address: account,
  item: reporter,
  value: person,
  by: null,
  words,
});

export const reportIn = ({ address, item, value, words }: Said): Report => ({
  account: address,
  reporter: item,
  words,
  person: value,
});
