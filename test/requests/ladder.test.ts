/**
 * Proof by somebody who has lost their mailbox: what shows them, and in what order; and everybody whom it must not show.
 * An address that nobody has is answered the same, on the same step of time.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
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
const NAME = 'Nightly zebra summaries';

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
  email = `climber${++people}@example.org`;
  ada = await somebody(control, email);
});

const ladders = () =>
  control.sql<{ tries: number; first_shown: string | null; stopped_at: Date | null }>(
    'select * from proof_ladder',
  );
/** Without what differs by chance. */
const leveled = (html: string): string =>
  html
    .replaceAll(/[\w-]{43}/g, 'TOKEN')
    .replaceAll(/\d{2}:\d{2}(:\d{2})?(\.\d{3}Z)?/g, 'TIME')
    .replaceAll(/nonce="[^"]*"/g, '');
const NOT_SHOWN = 'That does not show who asks';

test('one proof is enough for what gives nothing away: by a key, a code, or facts', async () => {
  const key = await climber.key(email);
  const codes = await climber.recoveryCodes(ada);
  const byKey = await site.asked(null, 'confirm', { email });
  const answer = await climber.byKey(byKey, key.secret);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    shown: 'api_key',
    needed: 0,
    waits_until: null,
    code: null,
    page: `${control.settings.siteUrl}${byKey}`,
  });
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'api_key', has_intake: false });
  expect(await site.page(byKey)).toContain('Yes, we hold data about you');

  const byCode = await site.asked(null, 'restrict', { email });
  expect(await (await climber.byCode(byCode, codes[0] ?? '')).text()).toContain('That shows who asks');
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'recovery_code' });

  const byFacts = await site.asked(null, 'correct', { email, words: 'My name is Ada Byron' });
  const facts = await climber.byFacts(byFacts, { made: THIS_MONTH, key_name: ` nightly  ZEBRA summaries ` });
  expect(facts.status).toBe(200);
  const row = await site.newest();
  expect(row).toMatchObject({ state: 'deciding', proven_by: 'facts' });
  expect(await site.steps(row.id)).toEqual(['came', 'acknowledge', 'ask_proof', 'show', 'prove']);
  // Told each time to the address that is held.
  expect((await site.mails()).filter((each) => each === 'request_shown')).toHaveLength(3);
  expect(await site.letter('request_shown')).toContain('facts about your account that are not public');
  // Of what was entered nothing is anywhere.
  expect(JSON.stringify(await ladders())).not.toMatch(/zebra/i);
}, 60_000);

test('a copy takes two different proofs, a code that is shown once, and a time in which nobody objects', async () => {
  const key = await climber.key(email);
  const path = await site.asked(null, 'access', { email });
  const facts = { made: THIS_MONTH, key_name: NAME };
  expect(await (await climber.byFacts(path, facts)).text()).toContain('One more is needed');
  expect(await site.newest()).toMatchObject({ state: 'identity', person: null });
  // The same once more is none.
  expect((await climber.byFacts(path, facts)).status).toBe(409);
  const second = await climber.told(await climber.byKey(path, key.secret));
  expect(second).toMatchObject({ needed: 0 });
  const code = codeIn(second.code ?? '');
  const days = (Date.parse(second.waits_until) - Date.now()) / 86_400_000;
  expect(days).toBeCloseTo(7, 1);
  const row = await site.newest();
  expect(row).toMatchObject({ state: 'identity', person: null, proven_by: null });
  expect(Date.parse(second.waits_until)).toBeLessThan(Number(row.respond_by));
  expect(await site.page(path)).toContain('can object');
  expect(await site.page(path)).not.toContain(code);
  expect((await site.send(null, `${path}/archive`)).status).toBe(404);
  const early = await site.post(null, `${path}/archive`, { code });
  expect(early.headers.get('location')).toContain('archive=archive_not_ready');

  await climber.waitEnds();
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'two_proofs', decision: 'whole' });
  expect(await site.page(path)).toContain('Fetch the archive');
  const wrong = await site.post(null, `${path}/archive`, { code: 'aaaa-bbbb-cccc-dddd-eeee' });
  expect(wrong.headers.get('location')).toContain('archive=not_shown');
  const foreign = await site.send(null, `${path}/archive`, { code }, 'https://elsewhere.example');
  expect(foreign.status).toBe(403);
  const file = await site.post(null, `${path}/archive`, { code: code.toUpperCase() });
  expect(file.status).toBe(200);
  expect(file.headers.get('content-type')).toBe('application/zip');
  expect(
    Buffer.from(await file.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
  // The archive is made anew where it is gone.
  await control.sql('delete from export_job');
  const again = await site.post(null, `${path}/archive`, { code });
  expect(again.headers.get('location')).toContain('archive=archive_being_made');
  await expect
    .poll(async () => (await site.post(null, `${path}/archive`, { code })).status, { timeout: 20_000 })
    .toBe(200);
  await control.sql("update proof_ladder set code_until = now() - interval '1 second'");
  const late = await site.post(null, `${path}/archive`, { code });
  expect(late.headers.get('location')).toContain('archive=not_shown');
}, 60_000);

test('a key shows nobody unless the API would take it, and it is of an account that is theirs alone', async () => {
  const mine = await climber.key(email);
  const revoked = await climber.key(email, { name: 'Revoked one' });
  await control.admin('POST', `/keys/${revoked.id}/revoke`);
  const expired = await climber.key(email, { name: 'Expired one' });
  await control.sql(
    "update api_key set expires_at = now() - interval '1 second' where name is not null and id = $1::uuid",
    [expired.id.slice(4)],
  );
  const elsewhere = await climber.key(email, { name: 'From elsewhere', networks: ['192.0.2.0/24'] });
  await somebody(control, `thief${people}@example.org`);
  const stolen = await climber.key(`thief${people}@example.org`);
  const path = await site.asked(null, 'confirm', { email });
  const texts: string[] = [];
  for (const { secret } of [revoked, expired, elsewhere, stolen]) {
    const answer = await climber.byKey(path, secret);
    texts.push(`${answer.status} ${await answer.text()}`);
  }
  texts.push(
    await (async () => {
      const answer = await climber.byKey(path, 'kept_sk_nonsense');
      return `${answer.status} ${await answer.text()}`;
    })(),
  );
  expect(new Set(texts).size).toBe(1);
  expect(texts[0]).toContain('409');
  // Five were all there are.
  expect((await climber.byKey(path, mine.secret)).status).toBe(429);
  expect(await site.newest()).toMatchObject({ state: 'identity', person: null });
}, 60_000);

test('a key of an account that somebody else belongs to, or that is suspended, shows nobody', async () => {
  const key = await climber.key(email);
  await somebody(control, `member${people}@example.org`);
  const [account] = await control.sql<{ id: string }>(
    'select account_id as id from api_key where id = $1::uuid',
    [key.id.slice(4)],
  );
  const [member] = await control.sql<{ id: string }>(
    'select id from person order by created_at desc limit 1',
  );
  await control.sql("insert into membership (person_id, account_id, role) values ($1, $2, 'developer')", [
    member?.id,
    account?.id,
  ]);
  const path = await site.asked(null, 'confirm', { email });
  expect((await climber.byKey(path, key.secret)).status).toBe(409);
  // Neither to the member, whose account it is not.
  const theirs = await site.asked(null, 'confirm', { email: `member${people}@example.org` });
  expect((await climber.byKey(theirs, key.secret)).status).toBe(409);
  // Its keys' names are known to both.
  expect((await climber.byFacts(path, { made: THIS_MONTH, key_name: NAME })).status).toBe(409);
  await control.sql('delete from membership where person_id = $1 and account_id = $2', [
    member?.id,
    account?.id,
  ]);
  await control.sql('update account set active = false where id = $1', [account?.id]);
  expect((await climber.byKey(path, key.secret)).status).toBe(409);
  await control.sql('update account set active = true where id = $1', [account?.id]);
  expect((await climber.byKey(path, key.secret)).status).toBe(200);
}, 60_000);

test('a challenge is good once, for its request only, for half an hour, and only the newest of a request', async () => {
  const key = await climber.key(email);
  const other = await site.asked(null, 'restrict', { email: 'nobody@example.org' });
  const foreign = await climber.challenge(other);
  const path = await site.asked(null, 'confirm', { email });
  const before = await climber.challenge(path);
  const old = await climber.challenge(path);
  expect((await climber.send(before, key.secret)).status).toBe(409);
  await control.sql("update proof_ladder set challenge_until = now() - interval '1 second'");
  expect((await climber.send(old, key.secret)).status).toBe(409);
  await control.sql("update proof_ladder set challenge_until = now() + interval '30 minutes'");
  // It is the other request's, which names an address that nobody has.
  expect((await climber.send(foreign, key.secret)).status).toBe(409);
  expect((await climber.send(foreign, key.secret)).status).toBe(409);
  const once = await climber.challenge(path);
  expect((await climber.send(once, 'kept_sk_wrong')).status).toBe(409);
  expect((await climber.send(once, key.secret)).status).toBe(409);
  expect((await climber.byKey(path, key.secret)).status).toBe(200);
  expect((await climber.byKey(path, key.secret).catch(() => null))?.status ?? 409).toBe(409);
}, 60_000);

test('a recovery code is used up by it, and what only looks like one is none', async () => {
  const [code = '', other = ''] = await climber.recoveryCodes(ada);
  const path = await site.asked(null, 'delete', { email, agreed: 'yes' });
  expect((await climber.byCode(path, 'aaaa-bbbb-cccc-dddd')).status).toBe(409);
  expect((await climber.byCode(path, code)).status).toBe(200);
  expect(await site.letter('recovery_used')).toContain('9');
  // Not a second time, here or elsewhere; and a second code is the same kind.
  expect((await climber.byCode(path, other)).status).toBe(409);
  const second = await site.asked(null, 'confirm', { email });
  expect((await climber.byCode(second, code)).status).toBe(409);
  // The one that showed nothing was not used up.
  expect((await climber.byCode(second, other)).status).toBe(200);
}, 60_000);

test('facts: two at least, none wrong, nothing that is easily guessed, and few tries', async () => {
  await climber.key(email, { name: 'production' });
  await climber.key(email);
  await control.admin('POST', `/accounts/${email}/credit`, { amount: '17.35', reason: 'Paid by transfer' });
  const today = new Date().toISOString().slice(0, 10);
  const path = await site.asked(null, 'confirm', { email });
  const wrong = [
    { made: THIS_MONTH },
    { made: '2001-01', key_name: NAME },
    { made: THIS_MONTH, key_name: 'production' },
    { made: THIS_MONTH, key_name: NAME, credit_on: today, credit: '10.00' },
    { credit_on: today, credit: '17.35' },
  ];
  const seen = new Set<string>();
  for (const facts of wrong) {
    const answer = await climber.byFacts(path, facts);
    seen.add(`${answer.status} ${leveled(await answer.text())}`);
  }
  expect(seen.size).toBe(1);
  expect((await climber.byFacts(path, { made: THIS_MONTH, key_name: NAME })).status).toBe(429);
  const second = await site.asked(null, 'confirm', { email });
  expect((await climber.byFacts(second, { made: 'soon' })).status).toBe(400);
  expect((await climber.byFacts(second, { key_name: NAME, credit_on: today, credit: '17.35' })).status).toBe(
    200,
  );
}, 60_000);

test('tries are counted by address over all its requests, and a restart forgets none', async () => {
  for (const address of [email, `nobody${people}@example.org`]) {
    const statuses: number[] = [];
    for (let request = 0; request < 3; request++) {
      const path = await site.asked(null, 'confirm', { email: address });
      for (let at = 0; at < 4; at++)
        statuses.push((await climber.byFacts(path, { made: '2001-01', key_name: 'Nothing like it' })).status);
      await control.stop();
      await control.start();
    }
    expect(statuses).toEqual([...Array(10).fill(409), 429, 429]);
  }
  const buckets = await control.sql<{ bucket: Buffer; tries: number }>(
    'select bucket, tries from proof_tally',
  );
  expect(buckets.map(({ tries }) => tries).sort()).toContain(20);
}, 90_000);

test('an address that nobody has is answered the same, at the same time, whatever is tried', async () => {
  const seen: string[][] = [];
  for (const address of [email, 'nobody@example.org']) {
    const path = await site.asked(null, 'access', { email: address });
    const answers: string[] = [leveled(await site.page(path))];
    for (const work of [
      () => climber.byFacts(path, { made: '2001-01', key_name: 'Nothing like it' }),
      () => climber.byCode(path, 'aaaa-bbbb-cccc-dddd'),
      () => site.post(null, path, { do: 'challenge' }),
      () => climber.byKey(path, 'kept_sk_nonsense'),
    ]) {
      const begun = performance.now();
      const answer = await work();
      const took = performance.now() - begun;
      answers.push(`${answer.status} ${leveled(await answer.text())}`);
      expect(took % 500, 'on a step').toBeLessThan(300);
    }
    answers.push(leveled(await site.page(path)));
    seen.push(answers);
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]?.[1]).toContain(NOT_SHOWN);
  const rows = await ladders();
  expect(rows.map(({ tries, first_shown }) => [tries, first_shown])).toEqual([
    [3, null],
    [3, null],
  ]);
}, 60_000);

test('a report, an agent’s request and an opt-out have no ladder; a link of one’s own neither', async () => {
  const path = await site.asked(null, 'opt_out_sale');
  expect(await site.page(path)).not.toContain('cannot read mail');
  expect((await climber.byFacts(path, { made: THIS_MONTH, key_name: NAME })).status).toBe(409);
  const own = await site.asked(ada, 'confirm');
  expect((await climber.byFacts(own, { made: THIS_MONTH, key_name: NAME })).status).toBe(404);
  expect((await climber.byFacts('/privacy/requests/not-a-token', {})).status).toBe(404);
});

test('after the link in the mail was used, or it was not them, nothing is shown any more and it looks the same', async () => {
  await climber.key(email);
  const facts = { made: THIS_MONTH, key_name: NAME };
  for (const answer of ['me', 'not_me']) {
    const path = await site.asked(null, 'restrict', { email });
    const before = leveled(await site.page(path));
    const token = proofIn(await site.letter('request_proof'));
    await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer });
    expect((await climber.byFacts(path, facts)).status).toBe(409);
    expect(leveled(await site.page(path))).toBe(before);
  }
}, 60_000);
