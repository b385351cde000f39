/**
 * The Data Rights Protocol by a client on another library: what an agent says is checked in the protocol's order, taken
 * once, and proves nothing about the person; an agent sees its own requests only.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Agent, BUSINESS } from './agent.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 500;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let postgres: TestPostgres;
let control: TestControl;
let site: ReturnType<typeof requestsOf>;
let people = 0;
let email: string;
let ada: Browser;
const agent = new Agent('AGENT_ONE');
const other = new Agent('AGENT_TWO');

beforeAll(async () => {
  postgres = await startPostgres();
  const drp = {
    businessId: BUSINESS,
    agents: [agent.settings(), other.settings()],
    privateCallbacks: false,
  };
  control = await startTestControl(postgres, { drp }, openSite);
  site = requestsOf(control);
  agent.at(control.settings.siteUrl);
  other.at(control.settings.siteUrl);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  // Limits are forgotten by a start.
  await control.stop();
  for (const table of [
    'drp_request',
    'drp_message',
    'drp_token',
    'privacy_request_step',
    'privacy_request',
    'mail',
  ])
    await control.sql(`delete from ${table}`);
  await control.start();
  email = `ada${++people}@example.org`;
  ada = await somebody(control, email);
  await agent.setUp();
  await other.setUp();
});

const prove = (token: string, answer = 'me') =>
  site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer });

test('a copy: the person says that they let the agent, it is carried out, and the agent is told where it lies', async () => {
  const asked = await agent.exercise('access', {
    email,
    name: 'Ada',
    email_verified: true,
    regime: 'ccpa',
    'agent-request-id': 'one',
  });
  expect(asked).toMatchObject({
    status: 200,
    body: { status: 'in_progress', reason: 'need_user_verification', agent_request_id: 'one' },
  });
  const { request_id: id, user_verification_url: page } = asked.body;
  expect(id).toMatch(UUID);
  expect(Date.parse(asked.body.expected_by)).toBeGreaterThan(Date.now());
  expect(Date.parse(asked.body.expires_at)).toBeGreaterThan(Date.now());
  expect(await site.newest()).toMatchObject({ state: 'identity', person: null, has_intake: true });
  const letter = await site.letter('request_proof_agent');
  expect(letter).toContain('AGENT_ONE for people asked us for a copy');
  const token = proofIn(letter);
  expect(await site.page(`/privacy/requests/prove?token=${token}`)).toContain(
    'AGENT_ONE for people asked us',
  );
  await prove(token);
  await site.until('delivered');
  const { body } = await agent.status(id);
  expect(body).toMatchObject({ status: 'fulfilled', agent_request_id: 'one' });
  expect(body.results_url).toBe(`${control.settings.siteUrl}/console/export`);
  expect(body).not.toHaveProperty('reason');
  // The page that the agent gets is a stranger's: it changes nothing, and does not tell what the person answered.
  const { pathname } = new URL(page);
  expect((await site.post(null, pathname, { do: 'withdraw' })).status).toBe(409);
  const html = await site.page(pathname);
  expect(html).not.toContain('It was shown who asks');
  expect(html).toContain('AGENT_ONE for people');
  expect(html).toContain('California');
});

test('an address that is held and one that is not get the same answer on the same step of time, and one letter goes out', async () => {
  const seen: object[] = [];
  for (const address of [email, 'nobody@example.org']) {
    const begun = performance.now();
    const { status, body } = await agent.exercise('deletion', { email: address });
    const { request_id, user_verification_url, received_at, expected_by, expires_at, ...rest } = body;
    // Never before a step is over: how much later depends on the machine.
    expect(performance.now() - begun).toBeGreaterThan(STEP_MS - 10);
    seen.push({ status, keys: Object.keys(body), rest });
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(await site.mails()).toEqual(['request_proof_agent']);
});

test('an opt-out needs no proof and holds at once', async () => {
  for (const word of ['sale:opt_out', 'sale:opt-out']) {
    const { status, body } = await agent.exercise(word, { email });
    expect(status).toBe(200);
    await expect.poll(async () => (await agent.status(body.request_id)).body.status).toBe('fulfilled');
  }
  expect(await site.mails()).toEqual([]);
});

test('claims are the agent’s word: sealed, for whoever looks, and no proof; the place is what they say', async () => {
  const address = { street_address: '1 Main St', region: 'Virginia', country: 'US' };
  await agent.exercise('access', {
    email,
    name: 'Ada Byron',
    phone_number: '+15550100',
    phone_number_verified: true,
    address,
    power_of_attorney: 'see attached',
    relationships: ['customer'],
    favourite_colour: 'teal',
  });
  const [row] = await control.sql<{ place: string; agent: string; raw: string }>(
    "select place, agent, encode(intake, 'escape') as raw from privacy_request",
  );
  expect(row).toMatchObject({ place: 'US-VA', agent: 'AGENT_ONE' });
  expect(row?.raw).not.toContain('Byron');
  const officer = await somebody(control, `officer${people}@example.org`, 'privacy');
  await strengthen(officer);
  const { id } = await site.newest();
  const opened = await (await site.post(officer, `/desk/requests/${id}`, { do: 'open' })).text();
  for (const part of [
    'Name: Ada Byron',
    '+15550100 (the agent says that it checked it)',
    '1 Main St',
    'see attached',
  ])
    expect(opened).toContain(part);
  expect(opened).not.toContain('teal');
  expect((await site.newest()).state).toBe('identity');
  // A person who has seen the agent's proof.
  expect((await site.post(officer, `/desk/requests/${id}`, { do: 'prove', account: email })).status).toBe(
    303,
  );
  expect(await site.until('delivered')).toMatchObject({ proven_by: 'staff' });
});

test('a message is taken once, also within its window, also after a restart, also signed anew', async () => {
  const message = agent.message({ exercise: 'access', email });
  expect((await agent.post(message)).status).toBe(200);
  await control.stop();
  await control.start();
  expect(await agent.post(message)).toMatchObject({ status: 409, body: { code: '409', fatal: true } });
  expect(await site.rows()).toHaveLength(1);
  const twice = agent.message({ exercise: 'deletion', email });
  const both = await Promise.all([agent.post(twice), agent.post(twice), agent.post(twice)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  expect(await site.rows()).toHaveLength(2);
});

test('what is old, to come, too long, of another version or for others is refused as section 3.07 says', async () => {
  const wrong: readonly [number, boolean, object][] = [
    [400, true, { 'issued-at': ago(20 * MINUTE_MS), 'expires-at': ago(1) }],
    [400, false, { 'issued-at': ago(-MINUTE_MS), 'expires-at': ago(-2 * MINUTE_MS) }],
    [400, true, { 'expires-at': ago(-70 * MINUTE_MS) }],
    [400, true, { 'issued-at': 'yesterday' }],
    [400, true, { 'drp.version': '0.8' }],
    [400, true, { 'agent-id': undefined }],
    [403, true, { 'agent-id': other.id }],
    [403, true, { 'business-id': 'SOMEBODY_ELSE' }],
    [400, true, { exercise: 'sale:opt_in' }],
    [400, true, { exercise: 'everything' }],
    [400, true, { regime: 'moon law' }],
    [400, true, { email: 'not an address' }],
    [400, true, { email: `${'a'.repeat(400)}@example.org` }],
    [400, true, { name: 'x'.repeat(201) }],
    [400, true, { name: { first: 'Ada' } }],
    [400, true, { relationships: Array(21).fill('x') }],
    [400, true, { 'agent-request-id': 'x'.repeat(201) }],
    [400, true, { status_callback: 'https://agent.example.org/told' }],
    [400, true, { status_callback: 'javascript:alert(1)' }],
  ];
  for (const [status, fatal, more] of wrong) {
    const reply = await agent.exercise('access', { email, ...more });
    expect({ more, status: reply.status, fatal: reply.body.fatal ?? false }).toEqual({ more, status, fatal });
    expect(reply.body.code).toBe(String(status));
    expect(reply.headers.get('content-type')).toContain('application/json');
  }
  expect(await site.rows()).toEqual([]);
  expect(await control.sql('select 1 from drp_request')).toEqual([]);
});

test('what is altered, signed by another, or no message at all is refused', async () => {
  const good = agent.sign(agent.message({ exercise: 'access', email }));
  const bytes = Buffer.from(good, 'base64');
  const altered = Buffer.from(bytes);
  altered.writeUInt8(altered.readUInt8(100) ^ 1, 100);
  const bodies: readonly [number, string][] = [
    [403, altered.toString('base64')],
    [403, other.sign(agent.message({ exercise: 'access', email }))],
    [400, good.slice(0, -4)],
    [400, good.replaceAll('a', '*')],
    [400, JSON.stringify(agent.message({ exercise: 'access', email }))],
    [400, bytes.subarray(0, 64).toString('base64')],
    [400, ''],
    [400, agent.sign([])],
    [400, agent.sign('text')],
    [400, agent.sign(null)],
    [413, 'A'.repeat(40_000)],
  ];
  for (const [status, body] of bodies) {
    const reply = await agent.send('POST', '/data-rights-request', body);
    expect([body.slice(0, 40), reply.status]).toEqual([
      body.slice(0, 40),
      body === good.slice(0, -4) ? expect.toSatisfy((got) => got === 400 || got === 403) : status,
    ]);
  }
  expect(await site.rows()).toEqual([]);
});

test('a token alone asks for nothing, none is refused, and one that was stolen ends with the next set-up', async () => {
  const stolen = agent.token;
  const thief = new Agent(agent.id).at(control.settings.siteUrl);
  thief.token = stolen;
  expect((await thief.exercise('access', { email })).status).toBe(403);
  const { body } = await agent.exercise('access', { email });
  expect((await thief.status(body.request_id)).status).toBe(200);
  expect((await thief.revoke(body.request_id)).status).toBe(403);
  await agent.setUp();
  for (const reply of [
    await thief.status(body.request_id),
    await thief.exercise('access'),
    await agent.send('GET', `/data-rights-request/${body.request_id}`, undefined, ''),
    await agent.send('GET', `/data-rights-request/${body.request_id}`, undefined, 'x'.repeat(43)),
  ]) {
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  }
  expect((await agent.status(body.request_id)).status).toBe(200);
});

test('an agent sees and takes back its own requests only, and learns of no other', async () => {
  const { body } = await agent.exercise('access', { email });
  const strange = await other.status(body.request_id);
  const none = await other.status('00000000-0000-4000-8000-000000000000');
  expect([strange.status, none.status]).toEqual([403, 403]);
  expect(strange.body).toEqual(none.body);
  expect((await other.status('nonsense')).status).toBe(403);
  expect((await other.revoke(body.request_id)).status).toBe(403);
  expect((await agent.status(body.request_id)).body.status).toBe('in_progress');
  // By the web: nothing of the protocol's numbers opens a page.
  expect((await site.send(null, `/privacy/requests/${body.request_id}`)).status).toBe(404);
});

test('taken back: as the protocol has it, once; by a message that names the request or a time, both are checked', async () => {
  const ask = async (): Promise<string> => (await agent.exercise('access', { email })).body.request_id;
  const first = await ask();
  expect((await agent.revoke(first, { reason: 'x'.repeat(5000) })).status).toBe(400);
  expect(await agent.revoke(first)).toMatchObject({ status: 200, body: { status: 'revoked' } });
  expect((await agent.revoke(first)).status).toBe(409);
  expect((await agent.status(first)).body).toMatchObject({ status: 'revoked' });
  expect(await site.newest()).toMatchObject({ state: 'withdrawn' });
  const second = await ask();
  expect((await agent.revoke(second, { request_id: first, reason: '' })).status).toBe(403);
  expect((await agent.revoke(second, { 'agent-id': agent.id, reason: '' })).status).toBe(400);
  const old = { 'issued-at': ago(20 * MINUTE_MS), 'expires-at': ago(1) };
  expect((await agent.revoke(second, agent.message(old))).status).toBe(400);
  const good = agent.message({ request_id: second });
  expect((await agent.revoke(second, good)).body.status).toBe('revoked');
  expect((await agent.revoke(second, good)).status).toBe(409);
});

test('whoever holds the address lets nobody: nothing was done, and the agent sees what it would if nobody had answered', async () => {
  const ids = [email, 'nobody@example.org'].map(
    async (address) => (await agent.exercise('deletion', { email: address })).body.request_id,
  );
  const [theirs, nobodys] = await Promise.all(ids);
  await expect.poll(() => site.mails()).toHaveLength(1);
  await prove(proofIn(await site.letter('request_proof_agent')), 'not_me');
  const seen = async (id: string) => {
    const { status, reason, expected_by, expires_at, processing_details } = (await agent.status(id)).body;
    return { status, reason, keys: [typeof expected_by, typeof expires_at], processing_details };
  };
  expect(await seen(theirs)).toMatchObject({ status: 'in_progress', reason: 'need_user_verification' });
  expect(await seen(theirs)).toEqual(await seen(nobodys));
  await control.sql("update privacy_request set proof_until = now() - interval '1 s', next_at = now()");
  for (const id of [theirs, nobodys])
    await expect
      .poll(() => seen(id), { timeout: 15_000 })
      .toMatchObject({ status: 'denied', reason: 'insuf_verification' });
  expect(await seen(theirs)).toEqual(await seen(nobodys));
  expect(await control.sql('select 1 from erasure')).toEqual([]);
}, 30_000);

test('nobody says anything in time: not verified, never "no match"', async () => {
  const asked = [
    await agent.exercise('access', { email }),
    await agent.exercise('access', { email: 'no@example.org' }),
  ];
  await control.sql("update privacy_request set proof_until = now() - interval '1 s', next_at = now()");
  for (const { body } of asked) {
    await expect
      .poll(async () => (await agent.status(body.request_id)).body.status, { timeout: 15_000 })
      .toBe('denied');
    expect((await agent.status(body.request_id)).body.reason).toBe('insuf_verification');
  }
});

test('the same asked by the person already: the agent’s follows it, and taking it back ends nothing of theirs', async () => {
  const mine = await site.asked(ada, 'object', { words: 'That use' });
  await control.sql("update privacy_request set asked_for = 'access'");
  const { body } = await agent.exercise('access', { email });
  await prove(proofIn(await site.letter('request_proof_agent')));
  expect((await site.newest()).state).toBe('joined');
  expect((await agent.status(body.request_id)).body).toMatchObject({ status: 'in_progress' });
  expect((await agent.revoke(body.request_id)).status).toBe(409);
  expect(await site.page(mine)).not.toContain('withdrawn');
});

test('set-up and its question: whatever is wrong, 403 without a body; the token is stored as a hash', async () => {
  const wrong: readonly [string, string][] = [
    [agent.id, other.sign(agent.message())],
    [agent.id, agent.sign(agent.message({ 'agent-id': other.id }))],
    [other.id, agent.sign(agent.message())],
    ['NOBODY', agent.sign(agent.message({ 'agent-id': 'NOBODY' }))],
    [agent.id, agent.sign(agent.message({ 'expires-at': ago(1) }))],
    [agent.id, 'nonsense'],
  ];
  for (const [id, body] of wrong)
    expect(await agent.send('POST', `/agent/${id}`, body, '')).toMatchObject({ status: 403, body: null });
  const message = agent.sign(agent.message());
  const made = await agent.send('POST', `/agent/${agent.id}`, message, '');
  expect(made.body).toEqual({ 'agent-id': agent.id, token: expect.stringMatching(/^[\w-]{43}$/) });
  expect((await agent.send('POST', `/agent/${agent.id}`, message, '')).status).toBe(403);
  agent.token = made.body.token;
  expect(await agent.send('GET', `/agent/${agent.id}`)).toMatchObject({ status: 200, body: {} });
  expect((await agent.send('GET', `/agent/${other.id}`)).status).toBe(403);
  expect((await agent.send('GET', `/agent/${agent.id}`, undefined, '')).status).toBe(403);
  const stored = JSON.stringify(await control.sql("select encode(token_hash, 'hex') as hash from drp_token"));
  expect(stored).not.toContain(agent.token);
});

test('the operator ends a token; the agent sets up another', async () => {
  const listed = await control.admin('GET', '/agents');
  expect(listed.body.agents.map(({ id }: { id: string }) => id)).toEqual([agent.id, other.id]);
  expect((await control.admin('POST', `/agents/${agent.id}/token/revoke`)).status).toBe(200);
  expect((await agent.exercise('access', { email })).status).toBe(401);
  expect((await control.admin('POST', `/agents/${agent.id}/token/revoke`)).status).toBe(404);
  await agent.setUp();
  expect((await agent.exercise('access', { email })).status).toBe(200);
});

test('what an agent may send is limited, by agent and by the address that it names', async () => {
  for (let sent = 0; sent < 5; sent++)
    expect((await agent.exercise('sale:opt_out', { email })).status).toBe(200);
  const refused = await agent.exercise('sale:opt_out', { email });
  expect([refused.status, refused.body.fatal]).toEqual([429, undefined]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
}, 20_000);

test('nothing that was sent stands in the log', async () => {
  await agent.exercise('access', { email, name: 'Ada Byron' });
  await agent.exercise('nonsense', { email, name: 'Ada Byron' });
  const lines = JSON.stringify(control.lines);
  for (const part of [email, 'Byron', agent.token, 'nonsense']) expect(lines).not.toContain(part);
  expect(lines).toContain('agent_refused');
});

test('what is not there is not there; without a configuration nothing is', async () => {
  for (const [method, path] of [
    ['GET', '/data-rights-request'],
    ['PUT', '/data-rights-request/x'],
    ['GET', '/nonsense'],
  ] as const)
    expect((await agent.send(method, path)).status).toBe(404);
  const bare = await startTestControl(postgres);
  try {
    const lost = new Agent(agent.id).at(bare.settings.siteUrl);
    for (const [method, path] of [
      ['POST', '/data-rights-request'],
      ['GET', '/data-rights-request/x'],
      ['DELETE', '/data-rights-request/x'],
      ['POST', `/agent/${agent.id}`],
      ['GET', `/agent/${agent.id}`],
    ] as const)
      expect(await lost.send(method, path)).toMatchObject({ status: 404, body: { code: '404' } });
    expect((await bare.admin('GET', '/agents')).body).toEqual({ business_id: null, agents: [] });
  } finally {
    await bare.end();
  }
});
