/**
 * Whoever reads the mail of the address objects, at every stage; control is killed at every step; a clock jumps. Nothing is
 * carried out without its proof, and nothing that was shown counts twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { beginAnew, climberOf, codeIn, THIS_MONTH } from './climber.ts';
import { proofIn, requestsOf } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let climber: ReturnType<typeof climberOf>;
let people = 0;
let email: string;
let ada: Browser;
let key: string;
const FACTS = { made: THIS_MONTH, key_name: 'Nightly zebra summaries' };

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = requestsOf(control);
  climber = climberOf(control);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await beginAnew(control);
  email = `stopped${++people}@example.org`;
  ada = await somebody(control, email);
  key = (await climber.key(email)).secret;
});

/** A copy that is asked for, and shown by two. */
async function waiting(right = 'access'): Promise<{ path: string; code: string }> {
  const path = await site.asked(null, right, { email, agreed: 'yes' });
  await climber.byFacts(path, FACTS);
  const { code } = await climber.told(await climber.byKey(path, key));
  return { path, code: code ?? '' };
}
const ended = async (): Promise<string | null> => {
  await control.sql("update privacy_request set proof_until = now() - interval '1 second', next_at = now()");
  return (await site.until('closed')).decision;
};

test('not me after the first proof: it runs out, and whoever asked does not learn that anybody objected', async () => {
  const path = await site.asked(null, 'access', { email });
  await climber.byFacts(path, FACTS);
  const before = await site.page(path);
  const token = await climber.stopLink();
  expect(await site.page(`/privacy/requests/not-me?token=${token}`)).toContain('It was not me');
  expect((await climber.stop(token)).headers.get('location')).toBe('/privacy/requests/not-me?stopped');
  expect((await climber.stop(token)).status).toBe(410);
  expect(await site.page(`/privacy/requests/not-me?token=${token}`)).toContain('This link is over');
  const nonce = /nonce="[^"]*"/g;
  expect((await site.page(path)).replaceAll(nonce, '')).toBe(before.replaceAll(nonce, ''));
  expect((await climber.byKey(path, key)).status).toBe(409);
  expect(await ended()).toBe('not_proven');
}, 60_000);

test('not me while it waits, by either mail: nothing is made, the code opens nothing, and the page says so', async () => {
  for (const by of ['notice', 'link'] as const) {
    const { path, code } = await waiting();
    if (by === 'notice') await climber.stop(await climber.stopLink());
    else {
      const token = proofIn(await site.letter('request_proof'));
      await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'not_me' });
    }
    expect(await site.page(path)).toContain('said that it was not them');
    await climber.waitEnds();
    await sleep(6_000);
    expect(await site.newest()).toMatchObject({ state: 'identity', person: null });
    const answer = await site.post(null, `${path}/archive`, { code });
    expect(answer.headers.get('location')).toMatch(/archive=(not_shown|archive_not_ready)/);
    expect(await ended()).toBe('not_proven');
    expect(await control.sql('select 1 from export_job')).toEqual([]);
    await control.sql('delete from proof_tally');
  }
}, 90_000);

test('not me when it is done: the code is dead, a restriction is lifted, a deletion is kept from happening', async () => {
  const { path, code } = await waiting();
  await climber.waitEnds();
  await site.until('delivered');
  await climber.stop(await climber.stopLink());
  expect((await site.newest()).state).toBe('closed');
  const answer = await site.post(null, `${path}/archive`, { code: codeIn(code) });
  expect(answer.headers.get('location')).toContain('archive=not_shown');

  await control.sql('delete from proof_tally');
  const restrict = await site.asked(null, 'restrict', { email });
  await climber.byKey(restrict, key);
  await site.until('delivered');
  expect(await control.sql('select 1 from restriction')).not.toEqual([]);
  await climber.stop(await climber.stopLink());
  expect(await control.sql('select 1 from restriction')).toEqual([]);

  await waiting('delete');
  await climber.waitEnds();
  await site.until('carrying_out');
  await expect
    .poll(async () => (await control.sql("select 1 from erasure where state = 'scheduled'")).length, {
      timeout: 20_000,
    })
    .toBe(1);
  await climber.stop(await climber.stopLink());
  expect(await site.until('withdrawn')).toMatchObject({ decision: 'whole' });
  expect(await control.sql("select 1 from erasure where state = 'scheduled'")).toEqual([]);
}, 90_000);

test('who has shown enough can withdraw and appeal by the page that they have; a stranger cannot', async () => {
  const stranger = await site.asked(null, 'access', { email });
  expect((await site.post(null, stranger, { do: 'withdraw' })).status).toBe(409);
  const { path } = await waiting();
  expect((await site.post(null, path, { do: 'withdraw' })).status).toBe(303);
  expect(await site.newest()).toMatchObject({ state: 'withdrawn' });
}, 60_000);

test('an address that became somebody else’s meanwhile is not asked for by what was shown before', async () => {
  await waiting();
  await control.sql('update proof_ladder set person_id = gen_random_uuid()');
  await climber.waitEnds();
  await sleep(6_000);
  expect(await site.newest()).toMatchObject({ state: 'identity', person: null });
}, 60_000);

test('a clock that jumps ahead ends no time to object until it is believed', async () => {
  await waiting();
  await control.stop();
  control.lines.splice(0);
  await control.sql("update clock_mark set seen_at = now() - interval '40 days', jumped_to = null");
  await climber.waitEnds();
  await control.start();
  await expect.poll(() => control.lines.some(({ code }) => code === 'clock_jumped')).toBe(true);
  expect((await site.newest()).state).toBe('identity');
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
  await climber.waitEnds();
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'two_proofs' });
}, 60_000);

test('killed at every step: a code is used up with its step or not at all, and each step is there once', async () => {
  const codes = await climber.recoveryCodes(ada);
  await control.stop();
  const running = new ControlProcess(control.settings);
  await running.start();
  const KILLS = [480, 300, 60] as const;
  for (const [at, ms] of KILLS.entries()) {
    await control.sql('delete from proof_tally');
    const path = await site.asked(null, 'access', { email });
    const sent = climber.byCode(path, codes[at] ?? '').catch(() => null);
    await sleep(500 - ms);
    await running.end();
    await sent;
    await running.start();
    const [ladder] = await control.sql<{ first_shown: string | null; tries: number }>(
      'select first_shown, tries from proof_ladder order by until desc limit 1',
    );
    const again = await climber.byCode(path, codes[at] ?? '');
    // Shown before the kill, it is used up; not shown, it still works.
    expect(again.status).toBe(ladder?.first_shown === 'recovery_code' ? 409 : 200);
    const { id, steps } = await site.newest();
    const names = await site.steps(id);
    expect(names).toHaveLength(steps + 1);
    expect(names.filter((name) => name === 'show')).toHaveLength(1);
    await climber.byKey(path, key);
    await climber.waitEnds();
    await running.end();
    await running.start();
    await site.until('delivered', 'joined');
    await control.sql("update privacy_request set next_at = now() where state = 'delivered'");
  }
  const rows = await site.rows();
  expect(await site.entries()).toBe(rows.reduce((sum, { steps }) => sum + steps + 1, 0));
  await running.end('SIGTERM');
  await control.start();
}, 240_000);
