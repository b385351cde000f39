/**
 * Agents are told of changes, at least once: what has changed is found by the steps of each request, so that a kill
 * forgets nothing; what could not be told is tried again with growing pauses, for three days.
 */
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { faultFields } from '../../log/log.ts';
import { privacyRequest } from '../requests/schema.ts';
import { agentContent } from './content.ts';
import type { Directory } from './directory.ts';
import type { DrpParts } from './parts.ts';
import { postStatus } from './post-status.ts';
import { type DrpRequest, drpRequest } from './schema.ts';
import { statusOf } from './status.ts';
import { toTell } from './told.ts';

const BATCH = 100;
const MINUTE_MS = 60_000;
/** Pauses between attempts, the last one for all that follow. */
const PAUSES_MS = [MINUTE_MS / 4, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];
/** Some 72 hours: who was not reached then asks for itself. */
const ATTEMPTS_MAX = 76;

/** Looks at requests that have had a step since they were looked at; answers how many. */
export async function lookAtChanges(parts: DrpParts): Promise<number> {
  const { db } = parts.requesting.erasing.services;
  const other = alias(privacyRequest, 'other');
  const changed = await db
    .select({ row: drpRequest })
    .from(drpRequest)
    .innerJoin(privacyRequest, eq(privacyRequest.id, drpRequest.request))
    .leftJoin(other, eq(other.id, privacyRequest.joinedTo))
    .where(sql`${privacyRequest.steps} + coalesce(${other.steps}, 0) <> ${drpRequest.stepsSeen}`)
    .limit(BATCH);
  for (const { row } of changed) await toTell(parts, row, await statusOf(parts, row));
  return changed.length;
}

/** Tells what is due, the longest first; answers how many were tried. */
export async function tellDue(parts: DrpParts, directory: Directory, signal: AbortSignal): Promise<number> {
  const { services, store } = parts.requesting.erasing;
  const due = await services.db
    .select()
    .from(drpRequest)
    .where(lte(drpRequest.callbackAt, new Date(store.now())))
    .orderBy(asc(drpRequest.callbackAt))
    .limit(BATCH);
  for (const row of due) if (!signal.aborted) await tell(parts, directory, row, signal);
  return due.length;
}

async function tell(
  parts: DrpParts,
  directory: Directory,
  row: DrpRequest,
  signal: AbortSignal,
): Promise<void> {
  const { services, store } = parts.requesting.erasing;
  const { db } = services;
  const its = eq(drpRequest.id, row.id);
  const url = whereTo(
    directory,
    row.agent,
    agentContent.open(services.vault, row.id, row.content)?.callback ?? null,
  );
  if (url === null || row.attempts >= ATTEMPTS_MAX) {
    await db.update(drpRequest).set({ callbackAt: null }).where(its);
    return;
  }
  const attempt = row.attempts + 1;
  const pause = PAUSES_MS[Math.min(row.attempts, PAUSES_MS.length - 1)] as number;
  const next = new Date(store.now() + pause);
  // Before it is sent: who is killed then sends it again.
  await db.update(drpRequest).set({ attempts: attempt, callbackAt: next }).where(its);
  const { shown } = await statusOf(parts, row);
  const status = await postStatus({
    url,
    status: shown,
    privateToo: directory.privateCallbacks,
    signal,
  }).catch((error: unknown) => {
    parts.log('warn', 'callback_failed', { ...faultFields(error), attempt });
    return null;
  });
  if (status === null) return;
  if (status < 200 || status > 299) return parts.log('warn', 'callback_failed', { status, attempt });
  parts.log('info', 'callback_sent', { attempt });
  // What changed meanwhile is told by a callback of its own.
  await db
    .update(drpRequest)
    .set({ callbackAt: null, attempts: 0 })
    .where(and(its, eq(drpRequest.callbackAt, next)));
}

/** Null: nowhere, or no longer where the configuration declares. */
function whereTo(directory: Directory, agent: string, url: string | null): string | null {
  const host = directory.byId(agent)?.callbackHost ?? null;
  if (url === null || host === null) return null;
  return new URL(url).host === new URL(`https://${host}`).host ? url : null;
}
