/**
 * Confirming the newsletter by the link that came to the address: its holder consents to promotional mail, by the text that
 * the page shows. Whoever has an account consents as that person; anybody else is a person from then on, without account.
 */
import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { isKeptOut, signedUpAgain } from '../../store/rights/suppress.ts';
import { createReader, withoutAccount } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { giveConsent, refusals } from '../consent/index.ts';
import { dropIntakeKey } from '../intake.ts';
import { reachesAgain } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import { hashToken, isToken } from '../random-token.ts';
import { type Caller, countTry } from '../sign-in/index.ts';
import { askedContent } from './newsletter-asked.ts';
import type { PromotionParts } from './parts.ts';
import { newsletterAsked, newsletterReader } from './schema.ts';

const PURPOSE = 'promotional_mail';

export interface Confirmation {
  readonly token?: string | undefined;
  /** Of the text that the page showed. */
  readonly version?: string | undefined;
}

/**
 * Throws `Problem` 409 (`text_changed`, `erased`), 410 (`link_not_valid`) and 429. Killed between any two steps, the link
 * still works.
 */
export async function confirmNewsletter(
  parts: PromotionParts,
  caller: Caller,
  { token = '', version = '' }: Confirmation,
): Promise<void> {
  const { store, ledger, signIn } = parts;
  const found = await askedBy(parts, token);
  if (found === null) {
    countTry(signIn, 'question', caller.network);
    throw new Problem(
      410,
      'link_not_valid',
      'This link was used already, has ended, or was never one of ours. Ask for the newsletter again.',
    );
  }
  if (version !== String(ledger.texts.current(PURPOSE).version))
    throw new Problem(409, 'text_changed', 'The text has a newer version. Read it, then confirm again.');
  const whom = await personOf(parts, found.address);
  const subject = { kind: 'person', id: whom } as const;
  await refusals(() => giveConsent(ledger, { subject, purpose: PURPOSE, way: 'newsletter', role: 'person' }));
  await reachesAgain(store.db, whom);
  if (isKeptOut(store, found.address)) await signedUpAgain(store, found.address);
  await store.db.delete(newsletterAsked).where(eq(newsletterAsked.id, found.id));
  await dropIntakeKey(store.keys, found.id);
}

async function askedBy({ store, signIn: { services } }: PromotionParts, token: string) {
  if (!isToken(token)) return null;
  const its = and(
    eq(newsletterAsked.token, hashToken(token)),
    gt(newsletterAsked.until, new Date(store.now())),
  );
  const [row] = await store.db.select().from(newsletterAsked).where(its);
  if (row === undefined) return null;
  const said = askedContent.open(services.vault, row.id, row.content);
  return said === null ? null : { id: row.id, address: said.address };
}

/** Whose address it is; nobody's: a new person's. */
async function personOf(parts: PromotionParts, email: string): Promise<Id> {
  const { store, signIn } = parts;
  const known = await knownBy(parts, email);
  if (known !== null) {
    await reached(parts, known);
    return known;
  }
  try {
    return await createReader(signIn.services, {
      email,
      isShown: true,
      also: async (tx, whom) => {
        await tx.insert(newsletterReader).values({ person: whom, since: new Date(store.now()) });
      },
    });
  } catch (error) {
    // Somebody else was quicker: the same link twice, or a sign-up.
    const quicker = await knownBy(parts, email);
    if (quicker === null) throw error;
    return quicker;
  }
}

/** Whoever wrote to us without an account has shown only now that the address is theirs; others confirm theirs signed in. */
async function reached({ store }: PromotionParts, whom: Id): Promise<void> {
  const unconfirmed = and(eq(person.id, whom), isNull(person.emailVerifiedAt), ...withoutAccount(store.db));
  await store.db
    .update(person)
    .set({ emailVerifiedAt: new Date(store.now()) })
    .where(unconfirmed);
}

async function knownBy({ store }: PromotionParts, email: string): Promise<Id | null> {
  const owner = store.keys.lookup('email', email);
  if (owner === null) return null;
  const rows = await store.db.select({ id: person.id }).from(person).where(eq(person.id, owner));
  return rows.length === 0 ? null : owner;
}
