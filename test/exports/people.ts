/** People who ask for their exports: forms and pages as a browser without a script sends and gets them. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/link/ids.ts';
import type { Browser } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';

export const PAGE = '/console/export';
const WAIT_MS_MAX = 60_000;

export interface Job {
  readonly id: string;
  readonly state: string;
  readonly failure: string | null;
  readonly tries: number;
}

export function exportsOf(control: Pick<TestControl, 'settings' | 'sql' | 'admin'>) {
  const { siteUrl, exportsFolder } = control.settings;
  const send = (who: Browser, path: string, more: RequestInit = {}, headers: Record<string, string> = {}) =>
    fetch(siteUrl + path, { redirect: 'manual', ...more, headers: { cookie: who.cookie, ...headers } });
  const jobs = (): Promise<Job[]> =>
    control.sql<Job & Record<string, unknown>>(
      "select replace(id::text, '-', '') as id, state, failure, tries from export_job order by asked_at",
    );
  return {
    page: (who: Browser, query = '') => send(who, PAGE + query),
    text: async (who: Browser, query = '') => (await send(who, PAGE + query)).text(),
    post: (who: Browser, fields: Record<string, string> = {}, origin = siteUrl) =>
      send(who, PAGE, { method: 'POST', body: new URLSearchParams(fields) }, { origin }),
    download: (who: Browser, id: string) => send(who, `${PAGE}/${id}/archive`),
    jobs,
    files: () => readdirSync(exportsFolder),
    /** The newest export, once it is in one of these states. */
    async until(...states: string[]): Promise<Job> {
      for (const begun = performance.now(); performance.now() - begun < WAIT_MS_MAX; await sleep(20)) {
        const job = (await jobs()).at(-1);
        if (job !== undefined && states.includes(job.state)) return job;
      }
      throw new Error(`no export is ${states.join(' or ')}: ${JSON.stringify(await jobs())}`);
    },
    /** Usage records of somebody's account, so that an export takes a while. */
    async use(email: string, count: number): Promise<void> {
      const { body } = await control.admin('GET', `/accounts/${email}`);
      await control.sql(
        `insert into usage_record (id, account_id, key_id, endpoint, started_at, ending)
         select gen_random_uuid(), $1, $2, 'chat', now(), 'complete' from generate_series(1, $3)`,
        [body.id.slice(5), newId(), count],
      );
    },
  };
}
