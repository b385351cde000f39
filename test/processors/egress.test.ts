/** Control connects to declared places only, whatever asks it to (DISCLOSE-2). */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recipientFindings } from '../../src/processes/doctor/recipients.ts';
import { Browser } from '../sign-in/browser.ts';
import { begin, visit } from '../sign-in/by-provider.ts';
import { StandIn } from '../sign-in/provider-stand-in.ts';
import { callAdmin, testSettings } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let elsewhere: Server;
let declared: Server;
let reached = 0;
const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

beforeAll(async () => {
  postgres = await startPostgres();
  elsewhere = await listening(
    createServer((_, reply) => reply.end('{}')).on('connection', () => {
      reached += 1;
    }),
  );
  declared = await listening(createServer((_, reply) => reply.end('{}')));
});
afterAll(async () => {
  for (const server of [elsewhere, declared]) {
    server?.closeAllConnections();
    server?.close();
  }
  await postgres?.stop();
});

test('every way out of JavaScript is refused, but to a declared place', async () => {
  const script = new URL('try-all-ways.ts', import.meta.url).pathname;
  const ports = [portOf(elsewhere), portOf(declared)].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...ports]);
  const said = JSON.parse(stdout);
  const { 'taking the guard off': off, ...tried } = said.tried;
  expect(off).toBe('TypeError');
  for (const [way, ended] of Object.entries(tried)) expect([way, ended]).toEqual([way, 'EGRESS_REFUSED']);
  expect(said.good).toEqual({ socket: 'connected', fetch: 'connected' });
  expect(said.begun).toEqual([['mail', 2]]);
  expect(said.refused).toBe(Object.keys(tried).length);
  expect(said.heard).toBe(said.refused);
  expect(said.places).toContain('socket /tmp/kept-nobody.sock');
  expect(reached).toBe(0);
});

test('a provider that leads control to another host is refused, counted, and told to the operator', async () => {
  const provider = await new StandIn().start();
  provider.tokensAt = `http://127.0.0.1:${portOf(elsewhere)}/token`;
  const settings = await testSettings(await postgres.database(), { providers: [provider.settings()] });
  const control = new ControlProcess(settings, { expectsRefusals: true });
  const admin = (path: string) => callAdmin(settings.adminSocket, 'GET', path);
  try {
    expect(await control.start()).toBe(true);
    const ada = new Browser(settings.siteUrl);
    const asked = await fetch(await begin(ada, settings.siteUrl, 'work'), { redirect: 'manual' });
    const back = await visit(ada, asked.headers.get('location') ?? '');
    expect(back.text + (back.location ?? '')).not.toContain('/console');
    expect(reached).toBe(0);
    const { body } = await admin('/facts');
    expect(body.recipients).toEqual({
      unsaid: [],
      waiting: [],
      refused: 1,
      refused_places: [`127.0.0.1:${portOf(elsewhere)}`],
    });
    const metrics = String((await admin('/metrics')).body);
    expect(metrics).toContain('kept_egress_refused_total 1');
    expect(metrics).toMatch(/kept_egress_connections_total\{recipient="provider"\} [1-9]/);
    expect(metrics).toMatch(/kept_egress_connections_total\{recipient="database"\} [1-9]/);
    expect(recipientFindings(body.recipients)).toMatchObject([{ name: 'egress', state: 'problem' }]);
  } finally {
    await control.end('SIGTERM');
    await provider.stop();
  }
  expect(control.refused).toBe(1);
});
