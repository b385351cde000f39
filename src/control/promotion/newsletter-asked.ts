/**
 * Asking for the newsletter without an account: whoever types an address gets the same answer for each, and the mail that
 * goes there says the same whoever has it. Nothing is kept of it but that address, sealed, until it is confirmed or over.
 */
import { count } from 'drizzle-orm';
import { z } from 'zod';
import { newId } from '../../link/ids.ts';
import { emailInput } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { Intake } from '../intake.ts';
import { Problem } from '../problem.ts';
import { hashToken, newToken } from '../random-token.ts';
import { type Caller, countMail, onSteps } from '../sign-in/index.ts';
import { hindrance } from './hindrance.ts';
import type { PromotionParts } from './parts.ts';
import { CONFIRM_HOURS, newsletterAsked } from './schema.ts';

const HOUR_MS = 3_600_000;
/** More that nobody has confirmed yet are no people. */
const UNCONFIRMED_MAX = 10_000;

const shape = z.strictObject({
  address: z.string(),
  /** Of the link; null once the mail is out. */
  token: z.string().nullable(),
});
export const askedContent = new Intake('newsletter_asked', 'content', shape);

const input = z.strictObject({ email: emailInput });

/** Whether there is a newsletter: what it needs is what a campaign does. */
export const isOffered = (parts: PromotionParts): boolean => hindrance(parts) === null;

/** Throws `Problem` 400, 404, 429 and 503; never for what the address is. */
export async function askForNewsletter(parts: PromotionParts, caller: Caller, form: unknown): Promise<void> {
  const { email } = checkInput(form, input, { email: 'E-mail address' });
  if (!isOffered(parts)) throw new Problem(404, 'no_newsletter', 'There is no newsletter here.');
  countMail(parts.signIn, caller, email);
  await onSteps(() => enter(parts, email));
}

async function enter({ store, signIn: { services } }: PromotionParts, address: string): Promise<void> {
  const [waiting] = await store.db.select({ people: count() }).from(newsletterAsked);
  if ((waiting?.people ?? 0) >= UNCONFIRMED_MAX)
    throw new Problem(503, 'busy', 'Too many people ask at the moment. Try again in an hour.');
  // They asked to be left alone; the answer is the same.
  if (store.keys.isSuppressed(address, 'newsletter')) return;
  const id = newId();
  const token = newToken();
  const now = store.now();
  const until = now + CONFIRM_HOURS * HOUR_MS;
  const content = await askedContent.seal(services, id, { address, token }, until);
  await store.db.insert(newsletterAsked).values({
    id,
    token: hashToken(token),
    mailAt: new Date(now),
    until: new Date(until),
    content,
  });
}
