/**
 * Disclosures (DISCLOSE-3 to DISCLOSE-5): demands for data as cases that two people answer, packages straight from the data map,
 * what people are told and when, and what everybody may know of it (CPPA-4). While an order forbids telling, nothing outside the
 * desk is another for it.
 */
import { Hono } from 'hono';
import type { Log } from '../../log/log.ts';
import { Disclosures } from './disclosures.ts';
import { demandFigures } from './figures.ts';
import { forDisclosureDesk } from './for-desk.ts';
import { forDisclosurePages } from './for-pages.ts';
import type { DisclosureParts } from './parts.ts';
import { countDisclosures } from './statement.ts';
import { keptReport, type TransparencyReport } from './transparency.ts';

export type { DemandFigures } from './figures.ts';
export { FILE_BYTES_MAX } from './files.ts';
export type { DisclosureDesk } from './for-desk.ts';
export { findNamed } from './named.ts';
export { DEFAULT_DISCLOSURES, type DisclosureSettings } from './settings.ts';
export type { TransparencyReport } from './transparency.ts';
export { demandAnother } from './two-people.ts';
export { OWN_KINDS } from './words.ts';

export function openDisclosures(parts: DisclosureParts, log: Log) {
  const { store } = parts.erasing;
  const kept = keptReport({ store, own: parts.settings.kinds, believed: parts.believed });
  const rounds = new Disclosures(parts, log, kept.forget);
  const report = kept.read;
  return {
    desk: forDisclosureDesk(parts, rounds),
    pages: forDisclosurePages(parts, () => rounds.wake()),
    report,
    figures: () => demandFigures(store.db, store.now()),
    /** In the last twelve months. */
    count: () => countDisclosures(store),
    /** `GET /`, at `/api/transparency`. */
    routes: transparencyRoutes(report),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
export type OpenDisclosures = ReturnType<typeof openDisclosures>;

export const transparencyRoutes = (report: () => Promise<TransparencyReport>): Hono =>
  new Hono().get('/', async (c) => c.json(await report()));
