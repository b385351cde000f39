/**
 * Captures that are over: their keys are destroyed within a minute of their end; the sweep takes the rows, which nothing
 * opens any more. Also those whose consent does not stand, for whatever reason, and those whose key a restore left out. A
 * legal hold spares rows, and no key (docs/decisions/0028-captures-end.md).
 */
import { and, gt, lte } from 'drizzle-orm';
import { tellGateways } from '../accounts/index.ts';
import { endCaptures } from './begin.ts';
import type { CaptureParts } from './parts.ts';
import { capture } from './schema.ts';

/** What ended earlier has no key any more: the sweep looks through the whole key store each day. */
const LATELY_MS = 2 * 86_400_000;

export async function endOver(parts: CaptureParts): Promise<void> {
  await endWithoutConsent(parts);
  const { services, believed } = parts;
  const now = await believed();
  const over = await services.db
    .select({ id: capture.id })
    .from(capture)
    .where(and(lte(capture.until, new Date(now)), gt(capture.until, new Date(now - LATELY_MS))));
  await services.keys.destroy(over.map(({ id }) => ({ kind: 'capture', id }) as const));
}

async function endWithoutConsent({ services, store }: CaptureParts): Promise<void> {
  const { db, consents } = services;
  const going = await db
    .select({ id: capture.id, account: capture.account })
    .from(capture)
    .where(gt(capture.until, new Date(store.now())));
  const subjects = going.map(({ account: id }) => ({ kind: 'account', id }) as const);
  const allowed = await consents.among('debug_capture', subjects);
  const over = going.filter(({ id, account }) => !allowed.has(account) || !store.keys.has('capture', id));
  const ended = [...new Set(over.map(({ account }) => account))];
  for (const account of ended) await db.transaction((tx) => endCaptures(tx, store, account));
  await tellGateways(services, ended);
}
