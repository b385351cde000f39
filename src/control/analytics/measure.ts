/** One look at a page: sent when it ends, and again when it went on after all. */
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { SubjectName } from '../../store/map/rows.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import type { Store } from '../../store/store.ts';
import type { Caller } from '../sign-in/index.ts';
import { PAGES, pageView } from './schema.ts';

const HOUR_MS = 3_600_000;
/** A page that is open longer was forgotten, not read. */
const SECONDS_MAX = 4 * 3600;
const HOST_CHARS_MAX = 253;

export const measureInput = z.strictObject({
  /** Random, of the look at the page. */
  id: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits'),
  page: z.enum(PAGES),
  seconds: z.int().min(0).max(SECONDS_MAX),
  /** Host of the site that linked here; null: none, or ours. */
  referrer: z.string().max(HOST_CHARS_MAX).nullable(),
});
export type Look = z.output<typeof measureInput>;

/** The site that a host belongs to, coarsely: its last two labels, or three where the second is short (`co.uk`); null for what is no public domain. */
export function siteOf(host: string | null): string | null {
  const labels = (host ?? '').toLowerCase().split('.');
  const isName = (label: string) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label);
  if (labels.length < 2 || !labels.every(isName) || !/^[a-z]/.test(labels.at(-1) as string)) return null;
  const isShort = labels.length > 2 && (labels.at(-2) as string).length <= 3;
  return labels.slice(isShort ? -3 : -2).join('.');
}

/** `visit`: the browser's random number of this day. `tiedTo`: the person, where they agree to the tie. */
export async function measure(
  { db, consents, now }: Pick<Store, 'db' | 'consents' | 'now'>,
  { id, page, seconds, referrer }: Look,
  by: { readonly visit: string; readonly device: Caller['device']; readonly tiedTo: string | null },
): Promise<void> {
  const { browser, system } = by.device;
  const hour = new Date(Math.floor(now() / HOUR_MS) * HOUR_MS);
  const row = {
    id,
    visit: by.visit,
    at: hour,
    page,
    seconds,
    browser,
    system,
    referrer: siteOf(referrer),
  };
  await db.transaction(async (tx) => {
    let person: string | null = null;
    if (by.tiedTo !== null) {
      const subject: SubjectName = { kind: 'person', id: by.tiedTo };
      // Whoever takes the tie back, or is erased, meanwhile is waited for, or waits.
      await lockAlone(tx, subject);
      if ((await consents.among('tie_to_account', [subject])).has(by.tiedTo)) person = by.tiedTo;
    }
    await tx
      .insert(pageView)
      .values({ ...row, person })
      .onConflictDoUpdate({
        target: pageView.id,
        set: { seconds: sql`greatest(${pageView.seconds}, excluded.seconds)` },
        setWhere: eq(pageView.visit, by.visit),
      });
  });
}
