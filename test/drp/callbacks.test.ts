/**
 * Agents are told of changes at the host that is declared for them and nowhere else: over TLS, by no redirect, at no
 * private address unless that is configured, at least once, with ids and statuses only.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isPrivate, postStatus } from '../../src/control/drp/post-status.ts';
import { openSite } from '../../src/site/server.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Agent, BUSINESS } from './agent.ts';
import { CallbackHost, withoutOpenssl } from './callback-host.ts';

if (withoutOpenssl)
  console.warn('Skipped: openssl, which makes the certificate of this test, is not installed here.');

const TOLD_MS_MAX = 20_000;
const status = {
  request_id: '00000000-0000-4000-8000-000000000000',
  status: 'fulfilled',
  received_at: '2026-01-01T00:00:00Z',
} as const;
const telling = (url: string, privateToo: boolean) =>
  postStatus({ url, status, privateToo, signal: new AbortController().signal });

test('private, local and unassigned addresses are told from public ones', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'no address',
  ])
    expect([address, isPrivate(address)]).toEqual([address, true]);
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1', '::ffff:8.8.8.8'])
    expect([address, isPrivate(address)]).toEqual([address, false]);
});

describe.skipIf(withoutOpenssl)('callbacks', () => {
  let postgres: TestPostgres;
  let control: TestControl;
  let site: ReturnType<typeof requestsOf>;
  let host: CallbackHost;
  let url: string;
  let people = 0;
  let email: string;
  const agent = new Agent('AGENT_ONE');

  beforeAll(async () => {
    postgres = await startPostgres();
    host = await CallbackHost.start();
    url = `https://localhost:${host.port}/told?me=1`;
    const agents = [agent.settings(`localhost:${host.port}`)];
    const drp = { businessId: BUSINESS, agents, privateCallbacks: true };
    control = await startTestControl(postgres, { drp }, openSite);
    site = requestsOf(control);
    agent.at(control.settings.siteUrl);
  }, 60_000);
  afterAll(async () => {
    await control?.end();
    await host?.stop();
    await postgres?.stop();
  });
  beforeEach(async () => {
    await control.stop();
    for (const table of ['drp_request', 'privacy_request_step', 'privacy_request', 'mail'])
      await control.sql(`delete from ${table}`);
    await control.start();
    host.told.length = 0;
    host.answers = [{ status: 200 }];
    email = `ada${++people}@example.org`;
    await somebody(control, email);
    await agent.setUp();
  });

  const ask = async () =>
    (await agent.exercise('access', { email, 'agent-request-id': 'mine', status_callback: url })).body;
  const letThem = async () => {
    const token = proofIn(await site.letter('request_proof_agent'));
    await site.post(null, `/privacy/requests/prove?token=${token}`, { token, answer: 'me' });
  };
  const statuses = () => host.told.map(({ body }) => body.status);
  const until = (...told: string[]) =>
    expect.poll(statuses, { timeout: TOLD_MS_MAX, interval: 200 }).toEqual(told);

  test('told once when it changes, with ids and status only, and what the host answers is not read', async () => {
    const { request_id } = await ask();
    await letThem();
    await site.until('delivered');
    await expect.poll(() => statuses().at(-1), { timeout: TOLD_MS_MAX }).toBe('fulfilled');
    const last = host.told.at(-1);
    expect(last?.path).toBe('/told?me=1');
    expect(last?.headers).not.toHaveProperty('authorization');
    expect(last?.body).toMatchObject({ request_id, agent_request_id: 'mine', status: 'fulfilled' });
    expect(Object.keys(last?.body).sort()).toEqual([
      'agent_request_id',
      'expires_at',
      'received_at',
      'request_id',
      'results_url',
      'status',
    ]);
    expect(JSON.stringify(host.told)).not.toContain(email);
    await expect
      .poll(async () => control.sql('select 1 from drp_request where callback_at is not null'))
      .toEqual([]);
  }, 60_000);

  test('what the agent knows from an answer is not told; a refusal of the host and a restart are told again', async () => {
    host.answers = [{ status: 500 }, { status: 302, location: `${url}&elsewhere` }, { status: 200 }];
    await agent.exercise('deletion', { email, status_callback: url });
    await letThem();
    await until('in_progress');
    await control.sql('update drp_request set callback_at = now() where callback_at is not null');
    await until('in_progress', 'in_progress');
    await control.stop();
    await control.sql('update drp_request set callback_at = now() where callback_at is not null');
    await control.start();
    await until('in_progress', 'in_progress', 'in_progress');
    expect(host.told.map(({ path }) => path)).toEqual(['/told?me=1', '/told?me=1', '/told?me=1']);
    await expect
      .poll(async () => control.sql('select 1 from drp_request where callback_at is not null'))
      .toEqual([]);
  }, 60_000);

  test('a host that is not the declared one is refused before anything is asked', async () => {
    for (const wrong of [
      `http://localhost:${host.port}/told`,
      `https://localhost:${host.port + 1}/told`,
      `https://127.0.0.1:${host.port}/told`,
      `https://localhost.evil.example:${host.port}/told`,
      `https://me:secret@localhost:${host.port}/told`,
      `https://localhost:${host.port}@evil.example/told`,
    ])
      expect((await agent.exercise('access', { email, status_callback: wrong })).status, wrong).toBe(400);
    expect(await site.rows()).toEqual([]);
  });

  test('a name or an address that leads into a private network is not connected to, unless that is configured', async () => {
    await expect(telling(url, false)).rejects.toThrow('private');
    await expect(telling(`https://127.0.0.1:${host.port}/`, false)).rejects.toThrow('private');
    await expect(telling(`https://[::1]:${host.port}/`, false)).rejects.toThrow('private');
    expect(host.told).toEqual([]);
    expect(await telling(url, true)).toBe(200);
  });

  test('a certificate that nobody vouches for is not told', async () => {
    await expect(telling(`https://127.0.0.1:${host.port}/`, true)).rejects.toThrow();
    expect(host.told).toEqual([]);
  });

  test('what an agent wrote of its own is sealed, and gone with its row', async () => {
    await ask();
    const [row] = await control.sql<{ raw: string }>(
      "select encode(content, 'escape') as raw from drp_request",
    );
    expect(row?.raw).not.toContain('mine');
    expect(row?.raw).not.toContain('localhost');
  });
});
