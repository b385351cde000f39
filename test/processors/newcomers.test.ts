/** A new engine or region is told before it gets anything, waits for its day, and gets nothing of who objects (CHANGE-1). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineDeclaration } from '../../src/control/settings.ts';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const own: EngineDeclaration = {
  number: 0,
  name: 'first',
  region: 'local',
  retentionDays: 0,
  trains: false,
  declaredBy: 'operator',
  until: null,
};
const rented: EngineDeclaration = {
  ...own,
  number: 1,
  name: 'rented',
  region: 'us',
  declaredBy: 'Example Ltd',
  until: '2099-12-31',
};

let postgres: TestPostgres;
let control: TestControl;
let engines: LyingEngine[];
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  engines = await Promise.all([0, 1, 2].map(() => startLyingEngine({ models: ['small'] })));
  control = await startTestControl(postgres, { engines: [addressOf(0)], declarations: [own] }, openSite);
  ada = await somebody(control, 'ada@example.org');
}, 120_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
  await Promise.all((engines ?? []).map((engine) => engine.stop()));
});

const addressOf = (number: number) => ({ number, url: engines[number]?.url ?? '', socket: null, key: null });

async function configured(...declarations: EngineDeclaration[]): Promise<void> {
  await control.stop();
  Object.assign(control.settings, {
    declarations,
    engines: declarations.map(({ number }) => addressOf(number)),
  });
  await control.start();
}

/** Which engines gateways are told of. */
async function told(): Promise<number[]> {
  const gateway = await control.gateway();
  const { models } = await gateway.until('catalogue', () => true);
  gateway.socket.destroy();
  return models.flatMap((model) => model.engines.map(({ engine }) => engine)).sort();
}
const notices = () =>
  control.sql<{ key: string; served: boolean }>(
    'select key, served_at is not null as served from recipient_notice order by announced_at, key',
  );
const main = async (path: string) => {
  const answer = await fetch(control.settings.siteUrl + path, { headers: { cookie: ada.cookie } });
  return (await answer.text()).replaceAll('<!-- -->', '');
};

test('those of a new instance are simply there', async () => {
  expect(await notices()).toEqual([{ key: 'own local', served: true }]);
  expect(await control.sql('select 1 from announcement')).toEqual([]);
  await expect.poll(told, { timeout: 15_000 }).toEqual([0]);
});

test('one more machine of the operator’s own in a known region is nobody new', async () => {
  await configured(own, { ...own, number: 2, name: 'second' });
  expect(await notices()).toHaveLength(1);
  await expect.poll(told, { timeout: 15_000 }).toEqual([0, 2]);
});

test('a new engine is announced, and gateways do not hear of it before its day', async () => {
  await configured(own, rented);
  expect(await notices()).toEqual([
    { key: 'own local', served: true },
    { key: 'engine rented us Example Ltd', served: false },
  ]);
  const mails = () => control.sql("select 1 from mail where template = 'recipient_comes'");
  await expect.poll(mails, { timeout: 15_000 }).toHaveLength(1);
  await expect.poll(told, { timeout: 15_000 }).toEqual([0]);
  expect(await main('/')).toContain('The engine rented in the region us computes answers.');
  expect(await main('/privacy/processors')).toContain('Announced: The engine rented');
  const listed = (await (await fetch(`${control.settings.siteUrl}/api/privacy/processors`)).json()) as {
    announced: unknown;
  };
  expect(listed.announced).toMatchObject([{ kind: 'engine', name: 'rented', region: 'us' }]);
  // Started again, nobody is told twice.
  await configured(own, rented);
  expect(await mails()).toHaveLength(1);
  expect(await notices()).toHaveLength(2);
});

test('a clock that jumped lets it begin no sooner; on its day it begins', async () => {
  await control.stop();
  await control.sql(
    "update recipient_notice set announced_at = announced_at - interval '31 days', serves_at = serves_at - interval '31 days' where served_at is null",
  );
  await control.sql("update clock_mark set seen_at = now() - interval '70 days', jumped_to = null");
  await control.start();
  expect((await notices()).at(0)).toMatchObject({ served: false });
  await control.stop();
  await control.sql('update clock_mark set seen_at = now(), jumped_to = null');
  await control.start();
  expect((await notices()).every(({ served }) => served)).toBe(true);
  await expect.poll(told, { timeout: 15_000 }).toEqual([0, 1]);
});

test('who objects gets it on the link: to an engine, to a region, taken back again', async () => {
  const path = '/accounts/ada@example.org';
  const account = (await control.admin('GET', path)).body.id.slice(5);
  const terms = async () => {
    const gateway = await control.gateway();
    const state = await gateway.until('account', ({ id }) => id === account);
    gateway.socket.destroy();
    return state.terms;
  };
  expect(await terms()).toMatchObject({ withoutEngines: [], withoutRegions: [] });
  const objections = ['engine rented', 'region us'];
  const set = await control.admin('PATCH', path, { terms: { objections } });
  expect(set.body.terms.objections).toEqual(objections);
  expect(await terms()).toMatchObject({ withoutEngines: ['rented'], withoutRegions: ['us'] });
  expect((await control.admin('PATCH', path, { terms: { objections: ['rented'] } })).status).toBe(400);
  const page = await main(`/console/acct_${account}/terms`);
  expect(page).toContain('no: an owner objected');
  const post = (form: Record<string, string>) =>
    fetch(`${control.settings.siteUrl}/console/acct_${account}/terms`, {
      method: 'POST',
      headers: { cookie: ada.cookie, origin: control.settings.siteUrl },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  expect((await post({ what: 'objections', 'engine rented': 'yes' })).status).toBe(303);
  expect(await terms()).toMatchObject({ withoutEngines: ['rented'], withoutRegions: [] });
  const entries = await control.sql(
    "select 1 from record_entry where kind = 'access_change' and account_id = $1::uuid",
    [account],
  );
  expect(entries.length).toBeGreaterThanOrEqual(2);
  expect((await post({ what: 'objections' })).status).toBe(303);
  expect(await terms()).toMatchObject({ withoutEngines: [] });
});
