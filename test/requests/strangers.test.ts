/**
 * Requests of somebody who is not signed in: the same page at the same time whether the address is held or not; proof by
 * a link to the address held, with "it was not me"; what was written is sealed under a key that dies with the request.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { readMasterKey } from '../../src/store/keys/master-key.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { proofIn, requestsOf } from './people.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let people = 0;
let email: string;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = requestsOf(control);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  // Limits are forgotten by a start, and what is due is looked for.
  await control.stop();
  await control.sql('delete from privacy_request_step');
  await control.sql('delete from privacy_request');
  await control.sql('delete from mail');
  await control.start();
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
});

const prove = (token: string, answer = 'me') =>
  site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer });
/** The time for a proof is over. */
const letLinksEnd = async (): Promise<void> => {
  await control.sql("update privacy_request set proof_until = now() - interval '1 minute'");
  await control.sql("update privacy_request set next_at = now() where state = 'identity'");
  await expect
    .poll(async () => (await site.rows()).some(({ state }) => state === 'identity'), { timeout: 20_000 })
    .toBe(false);
};
/** Without what differs by chance: the path, the time of day. */
const leveled = (html: string): string =>
  html
    .replaceAll(/[\w-]{43}/g, 'TOKEN')
    .replaceAll(/\d{2}:\d{2}(:\d{2})?(\.\d{3}Z)?/g, 'TIME')
    .replaceAll(/nonce="[^"]*"/g, '');

test('a stranger learns nothing: same answer, same page, same step of time', async () => {
  const seen: string[] = [];
  const took: number[] = [];
  for (const address of [email, 'nobody@example.org']) {
    const begun = performance.now();
    const path = await site.asked(null, 'access', { email: address });
    took.push(performance.now() - begun);
    seen.push(leveled(await site.page(path)));
  }
  expect(seen[0]).toBe(seen[1]);
  for (const ms of took) expect(ms % 500).toBeLessThan(250);
  const [known, unknown] = await site.rows();
  const plain = ({ state, person, proven_by, has_intake, steps }: typeof known & object) => ({
    state,
    person,
    proven_by,
    has_intake,
    steps,
  });
  expect(plain(known as never)).toEqual(plain(unknown as never));
  expect(known).toMatchObject({ state: 'identity', person: null, has_intake: true });
  // One mail, to the address that is held.
  expect(await site.mails()).toEqual(['request_proof']);
});

test('the link shows who asks: it goes on, what was written is theirs, and the link is used up', async () => {
  const path = await site.asked(null, 'correct', { email, words: 'My name is Ada Byron', place: 'US-IA' });
  const { id } = await site.newest();
  const token = proofIn(await site.letter('request_proof'));
  // Looking does nothing: scanners open links.
  expect(await site.page(`/privacy/requests/prove?token=${token}`)).toContain('It was me');
  expect((await site.newest()).state).toBe('identity');
  const answer = await prove(token);
  const own = answer.headers.get('location') ?? '';
  expect(answer.status).toBe(303);
  const row = await site.newest();
  expect(row).toMatchObject({ state: 'deciding', proven_by: 'link', has_intake: false });
  expect(row.person).not.toBeNull();
  expect(await site.steps(id)).toEqual(['came', 'acknowledge', 'ask_proof', 'prove']);
  expect((await prove(token)).status).toBe(410);
  expect(await site.page(`/privacy/requests/prove?token=${token}`)).toContain('This link is over');
  const letter = await site.letter('request_received');
  expect(letter).toContain('Our privacy policy promises this to everybody');
  // Letters name the person's own page; the one of whoever asked never tells that the link was used.
  expect(letter).toContain(own);
  expect(own).not.toBe(path);
  expect(await site.page(own)).toContain('Somebody here looks at it and decides');
  expect(await site.page(path)).toContain('If the address that was named is one that we hold');
});

test('a deletion by the link means the account, and waits its 30 days from when it was asked', async () => {
  expect((await site.ask(null, 'delete', { email })).status).toBe(400);
  await site.asked(null, 'delete', { email, agreed: 'yes' });
  expect((await site.send(null, '/privacy/requests/prove')).status).toBe(200);
  await prove(proofIn(await site.letter('request_proof')));
  expect(await site.until('carrying_out')).toMatchObject({ decision: 'whole' });
  await expect
    .poll(async () => (await control.sql("select 1 from erasure where state = 'scheduled'")).length)
    .toBeGreaterThan(0);
});

test('it was not me: nothing is done, and whoever asked does not learn that anybody answered', async () => {
  const erasures = () => control.sql("select 1 from erasure where state = 'scheduled'");
  const before = (await erasures()).length;
  const path = await site.asked(null, 'delete', { email, agreed: 'yes' });
  const waiting = leveled(await site.page(path));
  const token = proofIn(await site.letter('request_proof'));
  const answer = await prove(token, 'not_me');
  expect(answer.headers.get('location')).toBe('/privacy/requests/prove?disowned');
  expect((await prove(token)).status).toBe(410);
  expect(await site.newest()).toMatchObject({ state: 'identity', person: null });
  expect(leveled(await site.page(path))).toBe(waiting);
  expect((await site.post(null, path, { do: 'withdraw' })).status).toBe(409);
  await letLinksEnd();
  const denied = leveled(await site.page(path));
  const other = await site.asked(null, 'delete', { email: 'nobody@example.org', agreed: 'yes' });
  await letLinksEnd();
  expect(denied).toBe(leveled(await site.page(other)));
  expect(denied).toContain('not proven');
  expect((await erasures()).length).toBe(before);
});

test('whoever asked sees the same whether the link was used or nobody has the address, also when its time is over', async () => {
  const used = await site.asked(null, 'confirm', { email });
  await prove(proofIn(await site.letter('request_proof')));
  await site.until('delivered');
  const other = await site.asked(null, 'confirm', { email: 'nobody@example.org' });
  expect(leveled(await site.page(used))).toBe(leveled(await site.page(other)));
  await letLinksEnd();
  expect(leveled(await site.page(used))).toBe(leveled(await site.page(other)));
});

test('not proven in time is an answer that says what remains possible', async () => {
  const path = await site.asked(null, 'access', { email: 'nobody@example.org' });
  await control.stop();
  await control.sql("update privacy_request set proof_until = now() - interval '1 minute', next_at = now()");
  await control.start();
  const row = await site.until('closed');
  expect(row).toMatchObject({ decision: 'not_proven', person: null });
  const page = await site.page(path);
  expect(page).toContain('ask again');
  expect(page).toContain('policy@example.org');
});

test('a clock that jumps ahead ends no proof until it is believed, and one that goes back reopens nothing', async () => {
  const path = await site.asked(null, 'access', { email: 'nobody@example.org' });
  const due = "next_at = now(), proof_until = now() - interval '1 minute'";
  await control.stop();
  control.lines.splice(0);
  await control.sql("update clock_mark set seen_at = now() - interval '40 days', jumped_to = null");
  await control.sql(`update privacy_request set ${due}`);
  await control.start();
  await expect.poll(() => control.lines.some(({ code }) => code === 'clock_jumped')).toBe(true);
  await expect.poll(async () => Number((await site.newest()).next_at) > Date.now()).toBe(true);
  expect((await site.newest()).state).toBe('identity');
  // Half an hour of the same clock later.
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
  await control.sql(`update privacy_request set ${due}`);
  expect((await site.until('closed')).decision).toBe('not_proven');
  await control.stop();
  await control.sql("update clock_mark set seen_at = now() + interval '40 days'");
  await control.start();
  expect(await site.page(path)).toContain('not proven');
  expect((await site.newest()).state).toBe('closed');
}, 60_000);

test('an opt-out needs no proof and no address: it holds for the browser, and for the account that has it', async () => {
  await site.send(ada, '/privacy/choices', { recommendations: 'given', recommendations_version: '1' });
  const alone = await site.ask(null, 'opt_out_sale');
  expect(alone.status).toBe(303);
  expect(alone.headers.getSetCookie().join()).toContain('measurement.1.refused');
  await site.asked(null, 'opt_out_targeted_advertising', { email });
  await site.until('delivered');
  const given = await control.sql("select 1 from consent where answer = 'given' and withdrawn_at is null");
  expect(given).toEqual([]);
  expect((await site.newest()).person).toBeNull();
});

test('five in an hour for one address, whoever has it, are enough', async () => {
  for (const address of [email, 'nobody@example.org']) {
    const statuses: number[] = [];
    for (let at = 0; at < 6; at++) statuses.push((await site.ask(null, 'access', { email: address })).status);
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  }
}, 60_000);

test('what a stranger wrote opens by a key of its own, whose end is set when the request is over', async () => {
  await site.asked(null, 'correct', { email: 'nobody@example.org', words: 'zebra crossing 4711' });
  const { id } = await site.newest();
  const rows = await control.sql('select *, encode(intake, $$escape$$) as text from privacy_request');
  expect(JSON.stringify(rows)).not.toMatch(/zebra|nobody@/);
  await letLinksEnd();
  const [row] = await control.sql<{ closed_at: Date }>('select closed_at from privacy_request');
  await control.stop();
  const { keysFolder } = control.settings;
  const keys = await openKeyStore(keysFolder, await readMasterKey({}, keysFolder, { mayMake: false }));
  const end = keys.facts('intake', id)?.until ?? 0;
  await keys.close();
  await control.start();
  const days = (end - Number(row?.closed_at)) / 86_400_000;
  expect(days).toBeCloseTo(30, 3);
});
