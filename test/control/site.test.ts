/** The site's port: health that tells the truth, pages that hold nothing foreign. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: string;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, { apiUrl: 'https://api.example.org' }, openSite);
  site = `http://127.0.0.1:${control.settings.sitePort}`;
}, 60_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
});

test.each(['/', '/privacy', '/healthz', '/readyz', '/nothing'])(
  '%s carries security headers',
  async (path) => {
    const { headers } = await fetch(site + path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
  },
);

test('unknown paths are 404: a page for people, JSON below /api; other methods are 405', async () => {
  const missing = await fetch(`${site}/nothing`);
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  expect(await missing.text()).toContain('There is nothing here');
  const api = await fetch(`${site}/api/nothing`);
  expect([api.status, ((await api.json()) as { error: { code: string } }).error.code]).toEqual([
    404,
    'not_found',
  ]);
  const wrong = await fetch(`${site}/`, { method: 'PUT', body: 'x' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  expect((await fetch(`${site}/`, { method: 'POST', body: 'x' })).status).toBe(405);
});

test('the admin API is not on the site’s port', async () => {
  for (const path of ['/facts', '/accounts', '/trial-key'])
    expect((await fetch(site + path)).status).toBe(404);
});

test('a Host header changes nothing that a page says', async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request(site, { headers: { host: 'evil.example' } }, (response) => {
      let all = '';
      response.on('data', (part) => {
        all += part;
      });
      response.on('end', () => resolve(all));
    });
    sent.on('error', reject).end();
  });
  expect(text).not.toContain('evil.example');
  expect(text).toContain('https://api.example.org/v1');
});

test('/healthz says that it lives, /readyz that it can serve', async () => {
  expect(await (await fetch(`${site}/healthz`)).json()).toEqual({ status: 'ok' });
  const ready = await fetch(`${site}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', database: true, link: true }]);
});
