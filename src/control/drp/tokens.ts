/**
 * Bearer tokens of agents (2.05): random, one for each agent, stored as a hash. Setting one up ends the one before. Where
 * an agent has left the configuration, its token is none any more.
 */
import { eq } from 'drizzle-orm';
import type { Db } from '../../store/database.ts';
import type { Tx } from '../../store/store.ts';
import { hashToken, isToken, newToken } from '../random-token.ts';
import type { Agent, Directory } from './directory.ts';
import { drpToken } from './schema.ts';

const BEARER = /^bearer +(\S+)$/i;

/** Whose token an `Authorization` header has; null: nobody's. */
export async function agentOfToken(
  db: Db,
  directory: Directory,
  authorization: string | undefined,
): Promise<Agent | null> {
  const [, token] = BEARER.exec(authorization ?? '') ?? [];
  if (token === undefined || !isToken(token)) return null;
  const [row] = await db
    .select()
    .from(drpToken)
    .where(eq(drpToken.token, hashToken(token)));
  return row === undefined ? null : directory.byId(row.agent);
}

/** A new token in the place of the one before. */
export async function setUpToken(tx: Tx, agent: string, now: number): Promise<string> {
  const token = newToken();
  const set = { token: hashToken(token), setUpAt: new Date(now) };
  await tx
    .insert(drpToken)
    .values({ agent, ...set })
    .onConflictDoUpdate({ target: drpToken.agent, set });
  return token;
}

/** Whether there was one. */
export async function revokeToken(db: Db, agent: string): Promise<boolean> {
  const gone = await db
    .delete(drpToken)
    .where(eq(drpToken.agent, agent))
    .returning({ agent: drpToken.agent });
  return gone.length > 0;
}
