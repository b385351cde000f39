/**
 * The moment of sending, at a real mail server that is slow, refuses, hangs up or dies: who takes a consent back meanwhile
 * gets nothing a second later, nobody gets two, and no name becomes a field of a head.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seeded } from '../support/seeded.ts';
import { campaignsOf, sentTo, startWorld, type World } from './world.ts';

const PEOPLE = 120;
const WITHDRAWN = 30;
const SECOND_MS = 1000;
let world: World;
let desk: ReturnType<typeof campaignsOf>;
const emails = Array.from({ length: PEOPLE }, (_, n) => `p${n}@example.org`);

beforeAll(async () => {
  world = await startWorld();
  desk = campaignsOf(world);
  const { control } = world;
  for (let at = 0; at < PEOPLE; at += 20)
    await Promise.all(
      emails
        .slice(at, at + 20)
        .map((email) => control.admin('POST', '/accounts', { email, name: 'Eve <eve@evil.example>, "x"' })),
    );
  await control.sql('update person set email_verified_at = now()');
  await control.sql(
    `insert into consent (id, person_id, purpose, version, answer, at, way, entry)
     select gen_random_uuid(), id, 'promotional_mail', 2, 'given', now() - interval '1 hour', 'web', gen_random_uuid()
     from person where staff_role is null`,
  );
}, 120_000);
afterAll(() => world?.stop());
afterEach(() => {
  Object.assign(world.mails, { behave: () => 'take', slowMs: 0 });
  world.mails.mails.length = 0;
});

const withdraw = (email: string) =>
  world.control.admin('POST', `/accounts/${email}/consents/withdraw`, {
    purpose: 'promotional_mail',
    reason: 'her call',
  });
const statesOf = (id: string) =>
  world.control.sql<{ state: string; n: number }>(
    'select state, count(*)::int as n from promotional_mail where campaign_id = $1::uuid group by state order by state',
    [id],
  );

test('taken back while mails go, at a slow server: nothing a second later, and one at most', async () => {
  const random = seeded();
  const { mails } = world;
  mails.slowMs = 60;
  const began = new Map<string, number>();
  mails.onBegin = (to) => began.set(to, performance.now());
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  while (began.size === 0) await sleep(5);
  const out = new Map<string, number>();
  for (const email of emails.slice(0, WITHDRAWN)) {
    await sleep(random() * 40);
    expect((await withdraw(email)).status).toBeLessThan(300);
    out.set(email, performance.now());
  }
  await desk.done(id);
  mails.onBegin = () => {};
  const late = [...out].map(([email, at]) => (began.get(email) ?? 0) - at);
  console.log(`begun ${Math.max(...late).toFixed(0)} ms after it was taken back, at most`);
  expect(Math.max(...late)).toBeLessThan(SECOND_MS);
  const got = sentTo(mails);
  expect(new Set(got).size).toBe(got.length);
  // Some were too late, some were not; everybody else has it.
  expect(got.length).toBeGreaterThanOrEqual(PEOPLE - WITHDRAWN);
  expect(got.length).toBeLessThan(PEOPLE);
});

test('a server that hangs up before the mail, or is away, gets it later, once; one that dies after it, never again', async () => {
  const { mails, control } = world;
  const seen = new Set<string>();
  // Each for the first time: before DATA, after it, or not at all.
  mails.behave = (to) => {
    if (seen.has(to)) return 'take';
    seen.add(to);
    const n = Number(/^p(\d+)@/.exec(to)?.[1]);
    return n % 10 === 3 ? 'cut' : n % 10 === 7 ? 'lose' : 'take';
  };
  const id = await desk.written();
  await desk.tell(id, 'schedule', { at: '' });
  for (let tries = 0; (await desk.stateOf(id)) !== 'done' && tries < 400; tries++) {
    await sleep(50);
    await control.sql("update promotional_mail set next_at = now() where state = 'waiting' and attempts < 5");
    // Looked at again by the desk's word.
    await desk.tell(id, 'pause');
    await desk.tell(id, 'go_on');
  }
  const got = sentTo(mails);
  expect(new Set(got).size).toBe(got.length);
  const states = Object.fromEntries((await statesOf(id)).map(({ state, n }) => [state, n]));
  const lost = emails.slice(WITHDRAWN).filter((email) => /7@/.test(email)).length;
  expect(states).toEqual({ sent: PEOPLE - WITHDRAWN - lost, unknown: lost });
});

test('a name is no field and no address: one recipient, and no head of its own', async () => {
  const { control, mails } = world;
  const eve = 'Eve\r\nBcc: eve@evil.example';
  const refused = await control.admin('POST', '/accounts', { email: 'eve@example.org', name: eve });
  expect(refused.status).toBe(400);
  const browser = await fetch(`${control.settings.siteUrl}/forgot-password`, {
    method: 'POST',
    headers: { origin: control.settings.siteUrl },
    body: new URLSearchParams({ email: 'p50@example.org' }),
    redirect: 'manual',
  });
  expect(browser.status).toBe(303);
  const mail = await mails.next('p50@example.org');
  expect(mail.headers.get('bcc')).toBeUndefined();
  const to = Array.isArray(mail.to) ? mail.to : [mail.to];
  expect(to.flatMap((each) => each?.value ?? [])).toEqual([{ name: '', address: 'p50@example.org' }]);
  expect(mails.mails).toEqual([]);
  expect(mail.text).toContain('Hello Eve <eve@evil.example>, "x",');
  expect(mail.html).toContain('Hello Eve &lt;eve@evil.example&gt;');
});
