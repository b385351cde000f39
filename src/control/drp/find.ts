/** Requests of agents: an agent finds its own, and of no other one learns so much as that it is there. */
import { and, eq } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { notYours } from './refused.ts';
import { type DrpRequest, drpRequest } from './schema.ts';

/** `said`: the number in an address, with its hyphens or without. Throws `DrpRefused` 403. */
export async function ofAgent(db: Db, agent: string, said: string): Promise<DrpRequest> {
  const id = said.toLowerCase().replaceAll('-', '');
  const [row] = isId(id)
    ? await db
        .select()
        .from(drpRequest)
        .where(and(eq(drpRequest.request, id), eq(drpRequest.agent, agent)))
    : [];
  if (row === undefined) throw notYours();
  return row;
}

/** Throws `DrpRefused` 403. */
export async function ofRequest(db: Db, request: Id): Promise<DrpRequest> {
  const [row] = await db.select().from(drpRequest).where(eq(drpRequest.request, request));
  if (row === undefined) throw notYours();
  return row;
}
