/** When a deletion that was asked for begins. */
import { GRACE_DAYS } from '../../store/erasure/grace.ts';
import type { RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;

/** 30 days after it was asked, and the law's own limit goes before them; a letter that was entered late leaves a day to take it back. */
export function erasureDay({ receivedAt, dueAt }: RequestRow, now: number): Date {
  const due = Math.min(receivedAt.getTime() + GRACE_DAYS * DAY_MS, dueAt.getTime());
  return new Date(due > now ? due : now + DAY_MS);
}
