/** Control is killed while an agent asks: the request and its used message are both there, or neither is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { requestsOf } from '../requests/people.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { Agent, BUSINESS } from './agent.ts';

/** Milliseconds after the message was sent; the answer comes after 500. */
const KILLS = [0, 10, 25, 60, 550] as const;

let postgres: TestPostgres;
let control: TestControl;
const agent = new Agent('AGENT_ONE');

beforeAll(async () => {
  postgres = await startPostgres();
  const drp = { businessId: BUSINESS, agents: [agent.settings()], privateCallbacks: false };
  control = await startTestControl(postgres, { drp }, openSite);
  await agent.at(control.settings.siteUrl).setUp();
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

test('sent again after a kill, a message is taken if nothing came of it, and refused if something did', async () => {
  await control.stop();
  const site = requestsOf(control);
  const running = new ControlProcess(control.settings);
  await running.start();
  for (const [at, ms] of KILLS.entries()) {
    const message = agent.message({ exercise: 'access', email: `nobody${at}@example.org` });
    const sent = agent.post(message).catch(() => null);
    await sleep(ms);
    await running.end();
    await sent;
    await running.start();
    const before = (await site.rows()).length;
    const { status } = await agent.post(message);
    expect([before, status]).toEqual(before === at ? [at, 200] : [at + 1, 409]);
    expect(await site.rows()).toHaveLength(at + 1);
    expect(await control.sql('select 1 from drp_request')).toHaveLength(at + 1);
  }
  await running.end('SIGTERM');
}, 240_000);
