/**
 * Numbers about people that everybody may see (DISCLOSE-1): a closed list, once a year, with the noise of differential
 * privacy, and of groups only. PostgreSQL gives the role that reads for them nothing but two views of clamped numbers.
 */
import { Hono } from 'hono';
import type { Store } from '../../store/store.ts';
import { type PublishingParts, publishStatistics } from './publish.ts';
import { type PublicStatistics, publicStatistics } from './read.ts';
import { GROUP_MIN, type StatisticsSettings } from './settings.ts';

export { inGroups } from './in-groups.ts';
export type { PublicStatistics, ShownStatistic } from './read.ts';
export { GROUP_MIN } from './settings.ts';

interface Wanted {
  readonly store: Pick<Store, 'db'>;
  readonly record: PublishingParts['record'];
  /** Null: none are published. */
  readonly settings: StatisticsSettings | null;
}

export function openStatistics({ store, record, settings }: Wanted) {
  const shown = (): Promise<PublicStatistics> =>
    publicStatistics(store, settings, settings?.groupMin ?? GROUP_MIN);
  return {
    shown,
    /** `now`: a time that is believed, ms since 1970. Answers how many were published. */
    publish: async (now: number): Promise<number> =>
      settings === null ? 0 : publishStatistics({ store, record, settings }, now),
    /** `GET /statistics`, below `/api/privacy`. */
    routes: new Hono().get('/statistics', async (c) => c.json(await shown())),
  };
}
export type Statistics = ReturnType<typeof openStatistics>;
