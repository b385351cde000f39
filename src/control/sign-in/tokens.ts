/**
 * Tokens: random, given out once, used once, each for one purpose and a short time. The database holds their SHA-256;
 * what belongs to one is sealed under its person's key, or under the day's where nobody is known yet.
 */
import { and, eq, gt } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { readValue, sealRow } from '../../store/sealed-rows.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import type { Tx } from '../../store/store.ts';
import { hashToken, isToken, newToken } from '../random-token.ts';
import { type TOKEN_PURPOSES, verification } from './schema.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export { hashToken, newToken };

export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];
/** How long each is good for. */
export const TOKEN_LIFE_MS = {
  confirm_address: 24 * HOUR_MS,
  change_address: 24 * HOUR_MS,
  reset_password: HOUR_MS,
  setup: 24 * HOUR_MS,
  passkey_make: 10 * MINUTE_MS,
  passkey_use: 10 * MINUTE_MS,
  provider: 10 * MINUTE_MS,
} as const satisfies Record<TokenPurpose, number>;

export interface TokenParts {
  readonly vault: Vault;
  readonly now: () => number;
}

export interface TakenToken {
  readonly person: Id | null;
  readonly value: string | null;
}

/** Makes a token for a person; earlier ones of theirs for the same purpose die where `only` says so. */
export async function giveToken(
  { vault, now }: TokenParts,
  tx: Tx | Db,
  made: { purpose: TokenPurpose; person: Id; value?: string; only?: boolean },
): Promise<string> {
  const token = newToken();
  if (made.only === true) await dropTokens(tx, made.person, made.purpose);
  await tx.insert(verification).values(
    sealRow(vault, verification, {
      ...times(made.purpose, now),
      id: newId(),
      person: made.person,
      purpose: made.purpose,
      token: hashToken(token),
      value: made.value ?? null,
    }),
  );
  return token;
}

/** Makes a token for somebody who is not known yet; `value` is a random challenge, and what the way in needs besides. */
export async function giveTokenToStranger(
  { vault, now }: TokenParts,
  db: Db,
  made: { purpose: TokenPurpose; value: string },
): Promise<string> {
  const token = newToken();
  const id = newId();
  const intake = await vault.sealIntake(dayOf(now()), intakePlace(id), made.value);
  const row = { ...times(made.purpose, now), id, purpose: made.purpose, token: hashToken(token), intake };
  await db.insert(verification).values(row);
  return token;
}

/** Uses a token up; null where there is none, it was used, it has ended, or it is for something else. */
export async function takeToken(
  { vault, now }: TokenParts,
  tx: Tx | Db,
  purpose: TokenPurpose,
  token: string,
): Promise<TakenToken | null> {
  const condition = live(purpose, token, now);
  if (condition === null) return null;
  const [row] = await tx.delete(verification).where(condition).returning();
  if (row === undefined) return null;
  if (row.intake !== null) {
    const opened = vault.openIntake(dayOf(row.createdAt.getTime()), intakePlace(row.id), row.intake);
    return { person: null, value: opened.reveal() };
  }
  return { person: row.person, value: readValue(vault, verification, row, 'value') };
}

/** Whether a mailed link still works, whose it is and what belongs to it, without using it up. */
export async function lookAtToken(
  { vault, now }: TokenParts,
  tx: Tx | Db,
  purpose: TokenPurpose,
  token: string,
): Promise<(TakenToken & { readonly person: Id }) | null> {
  const condition = live(purpose, token, now);
  if (condition === null) return null;
  const [row] = await tx.select().from(verification).where(condition);
  if (row === undefined || row.person === null) return null;
  return { person: row.person, value: readValue(vault, verification, row, 'value') };
}

/** Ends what was given out to a person for a purpose, and not used yet. */
export async function dropTokens(tx: Tx | Db, person: Id, purpose: TokenPurpose): Promise<void> {
  await tx
    .delete(verification)
    .where(and(eq(verification.person, person), eq(verification.purpose, purpose)));
}

/** The address of a page that takes the token, for a mail; `next`: the page of ours that it leads on to. */
export const linkTo = (
  { siteUrl }: { readonly siteUrl: string },
  page: string,
  token: string,
  next?: string,
): string =>
  `${siteUrl}/${page}?token=${token}${next === undefined ? '' : `&next=${encodeURIComponent(next)}`}`;

const live = (purpose: TokenPurpose, token: string, now: () => number) =>
  isToken(token)
    ? and(
        eq(verification.token, hashToken(token)),
        eq(verification.purpose, purpose),
        gt(verification.expiresAt, new Date(now())),
      )
    : null;

const times = (purpose: TokenPurpose, now: () => number) => {
  const at = now();
  return { createdAt: new Date(at), expiresAt: new Date(at + TOKEN_LIFE_MS[purpose]) };
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const intakePlace = (row: string) => ({ table: 'verification', column: 'intake', row });
