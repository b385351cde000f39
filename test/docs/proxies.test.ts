/**
 * The proxies' configurations of deploy/proxy, each in front of a real Kept, over TLS: requests and streams pass, the
 * client's address is the one that it has, and a proxy writes nothing of a prompt to disk. A proxy that is not installed
 * is left out with a sentence.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAST_MODEL, SEED_STAYS_OPEN, startFastEngine } from '../support/fast-engine.ts';
import { freePorts, type Instance, ROOT, startKept } from '../support/instance.ts';

const START_MS_MAX = 30_000;
const POLL_MS = 20;
/** More than any proxy's buffer in memory. */
const LONG_PROMPT_CHARS = 2 * 1024 * 1024;
/** More than a body may have. */
const TOO_LONG_CHARS = 34 * 1024 * 1024;
/** How long open files are looked at while half a body has come. */
const LOOK_MS = 500;
/** The client's own address, which is not the trusted proxy's. */
const CLIENT = '127.0.0.2';
const API_HOST = 'api.example.org';

let engine: { port: number; stop(): Promise<void> };
let kept: Instance;
const work = mkdtempSync(path.join(os.tmpdir(), 'kept-proxy-'));

beforeAll(async () => {
  makeCertificate();
  engine = await startFastEngine();
  kept = await startKept({
    engineUrl: `http://127.0.0.1:${engine.port}/v1`,
    env: {
      KEPT_TRUSTED_PROXIES: '127.0.0.1/32',
      KEPT_API_URL: `https://${API_HOST}`,
      KEPT_SITE_URL: 'https://www.example.org',
    },
  });
});

afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
  rmSync(work, { recursive: true, force: true });
});

interface Proxy {
  readonly port: number;
  readonly child: ChildProcess;
  /** Where it may write. */
  readonly folder: string;
}

interface Kind {
  readonly name: string;
  readonly program: string | null;
  readonly start: (program: string) => Promise<Proxy>;
}

const KINDS: readonly Kind[] = [
  { name: 'nginx', program: findProgram('nginx'), start: startNginx },
  { name: 'Caddy', program: findProgram('caddy'), start: startCaddy },
];

for (const { name, program, start } of KINDS) {
  if (program === null) console.log(`${name} is not installed here: its configuration is not tried.`);
  describe.skipIf(program === null)(`${name} in front`, () => {
    let proxy: Proxy;
    let key: string;

    beforeAll(async () => {
      proxy = await start(program ?? '');
      ({ key } = await kept.account({
        email: `${name.toLowerCase()}@example.org`,
        keyArgs: ['--networks', `${CLIENT}/32`],
      }));
      await untilReady(proxy.port);
    });

    afterAll(async () => {
      proxy?.child.kill('SIGTERM');
      if (proxy && proxy.child.exitCode === null) await once(proxy.child, 'exit');
    });

    test('no address that a client makes up is believed', async () => {
      const elsewhere = await kept.account({
        email: `elsewhere-${name.toLowerCase()}@example.org`,
        keyArgs: ['--networks', '192.0.2.0/24'],
      });
      const headers = { 'x-forwarded-for': '192.0.2.1' };
      const reply = await ask(proxy.port, elsewhere.key, chat('hello'), headers);
      expect([reply.status, JSON.parse(reply.text).error.code]).toEqual([403, 'network_not_allowed']);
      expect((await ask(proxy.port, key, chat('hello'), headers)).status).toBe(200);
    });

    test('a body above the limit is refused, one below it passes', async () => {
      // Whoever sends on after the refusal may find the connection closed before reading it.
      const large = await ask(proxy.port, key, chat('x'.repeat(TOO_LONG_CHARS))).catch(() => ({
        status: 413,
      }));
      expect(large.status).toBe(413);
      expect((await ask(proxy.port, key, chat('x'.repeat(LONG_PROMPT_CHARS)))).status).toBe(200);
    });

    test('the first event of a stream passes at once', async () => {
      const request = post(proxy.port, key, chat('hello', { stream: true, seed: SEED_STAYS_OPEN }));
      const [reply] = (await once(request, 'response')) as [IncomingMessage];
      const [first] = (await once(reply, 'data')) as [Buffer];
      expect(first.toString()).toContain('data: {');
      request.destroy();
    });

    test.runIf(existsSync('/proc/self/fd'))(
      'nothing of a prompt lies on disk while it comes in',
      async () => {
        const body = chat('x'.repeat(LONG_PROMPT_CHARS));
        const request = open(proxy.port, key, Buffer.byteLength(body));
        request.write(body.slice(0, LONG_PROMPT_CHARS / 2));
        const seen = new Set<string>();
        for (const until = Date.now() + LOOK_MS; Date.now() < until; await sleep(POLL_MS)) {
          for (const file of openFilesBelow(proxy)) seen.add(file);
        }
        request.end(body.slice(LONG_PROMPT_CHARS / 2));
        const [reply] = (await once(request, 'response')) as [IncomingMessage];
        reply.resume();
        expect([reply.statusCode, ...seen]).toEqual([200]);
      },
    );

    test('the address of the policy is the public one', async () => {
      const reply = await ask(proxy.port, key, chat('hello'));
      expect(reply.link).toBe('<https://www.example.org/privacy>; rel="privacy-policy"');
      expect(reply.hsts).toBe('max-age=63072000; includeSubDomains');
    });
  });
}

function chat(content: string, more: object = {}): string {
  return JSON.stringify({ model: FAST_MODEL, messages: [{ role: 'user', content }], ...more });
}

function post(port: number, key: string, body: string, headers: Record<string, string> = {}) {
  const request = open(port, key, Buffer.byteLength(body), headers);
  request.end(body);
  return request;
}

/** A request whose body is still to be sent. */
function open(port: number, key: string, bytes: number, headers: Record<string, string> = {}) {
  const request = https.request({
    host: '127.0.0.1',
    port,
    localAddress: CLIENT,
    path: '/v1/chat/completions',
    method: 'POST',
    servername: API_HOST,
    rejectUnauthorized: false,
    agent: false,
    headers: {
      host: API_HOST,
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': bytes,
      ...headers,
    },
  });
  request.on('error', () => {});
  return request;
}

async function ask(
  port: number,
  key: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; link: string; hsts: string }> {
  const [reply] = (await once(post(port, key, body, headers), 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of reply as AsyncIterable<Buffer>) text += part.toString();
  const { link, 'strict-transport-security': hsts } = reply.headers;
  return { status: reply.statusCode ?? 0, text, link: String(link ?? ''), hsts: hsts ?? '' };
}

async function untilReady(port: number): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    const status = await new Promise<number>((resolve) => {
      const options = {
        port,
        path: '/readyz',
        servername: API_HOST,
        rejectUnauthorized: false,
        agent: false,
      };
      const request = https.get({ host: '127.0.0.1', headers: { host: API_HOST }, ...options }, (reply) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      });
      request.on('error', () => resolve(0));
    });
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error('the proxy does not pass requests on');
    await sleep(POLL_MS);
  }
}

function makeCertificate(): void {
  const files = ['-keyout', path.join(work, 'privkey.pem'), '-out', path.join(work, 'fullchain.pem')];
  const what = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${API_HOST}`];
  execFileSync('openssl', ['req', ...what, ...files], { stdio: 'ignore' });
}

function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}

/** The file as it stands, with this test's ports and certificate in place of the example's. */
function adapted(file: string, replacements: readonly (readonly [string, string])[]): string {
  let text = readFileSync(path.join(ROOT, 'deploy/proxy', file), 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`deploy/proxy/${file} no longer says ${from}`);
    text = text.replaceAll(from, to);
  }
  return text
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${kept.apiPort}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${kept.sitePort}`);
}

async function startNginx(program: string): Promise<Proxy> {
  const folder = path.join(work, 'nginx');
  mkdirSync(folder);
  const [port] = (await freePorts(1)) as [number];
  const included = adapted('nginx.conf', [
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['/etc/nginx/tls', work],
  ]);
  writeFileSync(path.join(folder, 'kept.conf'), included);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/${what};`,
  );
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    `user root;\npid ${folder}/pid;\ndaemon off;\nerror_log stderr crit;\nevents {}\nhttp {\n${temporary.join('\n')}\ninclude ${folder}/kept.conf;\n}\n`,
  );
  const args = ['-e', 'stderr', '-p', folder, '-c', path.join(folder, 'nginx.conf')];
  return { port, folder, child: spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }) };
}

async function startCaddy(program: string): Promise<Proxy> {
  const folder = path.join(work, 'caddy');
  mkdirSync(folder);
  const [port, plainPort] = (await freePorts(2)) as [number, number];
  const certificate = `tls ${work}/fullchain.pem ${work}/privkey.pem`;
  const text = adapted('Caddyfile', [
    ['{\n\tlog {', `{\n\tadmin off\n\thttp_port ${plainPort}\n\thttps_port ${port}\n\tlog {`],
    ['api.example.org {', `api.example.org {\n\t${certificate}`],
    ['www.example.org {', `www.example.org {\n\t${certificate}`],
  ]);
  writeFileSync(path.join(folder, 'Caddyfile'), text);
  const args = ['run', '--config', path.join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
  const env = { PATH: process.env.PATH ?? '', HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  return { port, folder, child: spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }) };
}

/** Regular files that the proxy or its workers hold open below its folder, deleted ones too. */
function openFilesBelow({ child, folder }: Proxy): string[] {
  const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1').trim();
  return [String(child.pid), ...workers.split(' ').filter(Boolean)].flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`)
      .map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
      .filter((target) => target.startsWith(folder)),
  );
}

/** '' for a descriptor that was closed meanwhile. */
function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
