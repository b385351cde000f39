/** HTTP at the front door, by hand over bare sockets: what clients and proxies do, and what they should not. */
import net, { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { chunk, event, STREAM_HEAD } from '../support/lies/say.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { rawExchange, rawRequest } from '../support/raw-client.ts';
import { ask, chat, type Listening, listen, newAccount, until } from './support.ts';

const PATH = '/v1/chat/completions';
const MEGABYTE = 1024 * 1024;

let engine: LyingEngine;
let kept: Instance;
let key: string;
/** Silent for longer than the keep-alive interval (10 s); listened to while the other tests run. */
let silent: Listening;

beforeAll(async () => {
  engine = await startLyingEngine();
  kept = await startKept({ engineUrl: engine.url });
  key = (await newAccount(kept)).key;
  silent = listen(kept, key, chat('play:silent-then-answers', { stream: true }));
});
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
});

const send = (pieces: readonly (string | Buffer)[], options = {}) =>
  rawExchange(kept.apiPort, pieces, options);
/** A chat request that keeps its connection open unless it says otherwise. */
const request = (says: string, headers: Record<string, string> = {}) =>
  rawRequest({
    path: PATH,
    key,
    body: JSON.stringify(chat(says)),
    headers: { connection: 'keep-alive', ...headers },
  });
const last = (says: string, headers: Record<string, string> = {}) =>
  request(says, { connection: 'close', ...headers });
const statusLines = (text: string): string[] => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest({ method, path, key, headers });

describe('every reply names its request and the privacy policy', () => {
  const replies: readonly [string, () => Promise<string>][] = [
    ['an answer', () => send([last('x')])],
    [
      'a stream',
      () => send([rawRequest({ path: PATH, key, body: JSON.stringify(chat('x', { stream: true })) })]),
    ],
    ['models', () => send([get('/v1/models')])],
    ['an unknown path', () => send([get('/nothing')])],
    ['a missing key', () => send([rawRequest({ path: '/v1/models' })])],
    ['broken HTTP', () => send(['GET / HTTP/9.9\r\n\r\n'])],
    ['malformed JSON', () => send([rawRequest({ path: PATH, key, body: '{"model":' })])],
    ['a wrong method', () => send([get(PATH)])],
    ['health', () => send([get('/healthz')])],
  ];
  test.each(replies)('%s', async (_, act) => {
    const text = await act();
    expect(text).toMatch(/\r\nx-request-id: req_[0-9a-f]{32}\r\n/);
    expect(text).toContain('/privacy>; rel="privacy-policy"\r\n');
    expect(text).toContain('\r\nx-content-type-options: nosniff\r\n');
    expect(text).toContain("\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n");
    // This one is reached without TLS.
    expect(text).not.toContain('strict-transport-security');
  });
});

describe('requests that cannot be read are refused, and their connection ends', () => {
  const big = `${'a'.repeat(20_000)}`;
  const cases: readonly [string, () => Buffer | string, number][] = [
    ['headers of 20 KB', () => rawRequest({ path: '/v1/models', key, headers: { 'x-big': big } }), 431],
    [
      'a body that says it has 33 MB',
      () =>
        `POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${33 * MEGABYTE}\r\n\r\n`,
      413,
    ],
    [
      'no length at all',
      () =>
        `POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n`,
      400,
    ],
    ['length and chunked together', () => last('x', { 'transfer-encoding': 'chunked' }), 400],
    ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 405],
    ['no Host', () => 'GET /v1/models HTTP/1.1\r\n\r\n', 400],
    ['a bare LF', () => 'GET /v1/models HTTP/1.1\nhost: x\n\n', 400],
    ['an expectation that nobody knows', () => last('x', { expect: 'a miracle' }), 417],
  ];
  test.each(cases)('%s', async (_, bytes, status) => {
    const text = await send([bytes()]);
    expect(statusLines(text)).toEqual([`HTTP/1.1 ${status}`]);
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n');
  });

  test.each([
    ['malformed JSON', '{"model": "liar", "messages": [', 'invalid_json'],
    ['an array', '[]', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    [
      '100,000 levels',
      `{"model":"liar","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'too_deep',
    ],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'invalid_json'],
  ])('a body that is %s: 400, and the gateway goes on', async (_, body, code) => {
    const text = await send([rawRequest({ path: PATH, key, body })]);
    expect(text).toContain('HTTP/1.1 400');
    expect(['invalid_json', 'missing_parameter', 'too_deep', code]).toContain(
      /"code":"(\w+)"/.exec(text)?.[1],
    );
    expect((await ask(kept, key, chat('still there'))).status).toBe(200);
  });

  test('a wrong method: 405, which lists the right ones', async () => {
    const text = await send([get(PATH)]);
    expect(statusLines(text)).toEqual(['HTTP/1.1 405']);
    expect(text).toContain('\r\nallow: POST, OPTIONS\r\n');
    expect(await send([last('x').toString().replace(PATH, '/v1/models')])).toContain(
      '\r\nallow: GET, HEAD, OPTIONS\r\n',
    );
    expect(await send(['BREW / HTTP/1.1\r\nhost: x\r\n\r\n'])).toContain('\r\nallow: ');
  });

  test.each(['/healthz', '/v1/models'])(
    'without a key nobody makes us hold a large body: %s',
    async (path) => {
      const length = 32 * MEGABYTE;
      const head = `GET ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n`;
      expect(statusLines(await send([head]))).toEqual(['HTTP/1.1 413']);
      expect(statusLines(await send([head.replace('GET', 'OPTIONS')]))).toEqual(['HTTP/1.1 413']);
    },
  );

  test('a wrong content type: 415; compressed: 415', async () => {
    expect(await send([last('x', { 'content-type': 'text/plain' })])).toContain('HTTP/1.1 415');
    expect(await send([last('x', { 'content-encoding': 'gzip' })])).toContain('HTTP/1.1 415');
    expect(await send([last('x', { 'content-type': 'application/json; charset=utf-8' })])).toContain(
      'HTTP/1.1 200',
    );
  });

  test('a client that sends half and goes costs nobody anything', async () => {
    const heard = engine.heard.length;
    const whole = request('half');
    await Promise.all(
      [10, 60, whole.length - 1].map((bytes) => send([whole.subarray(0, bytes)], { halfClose: true })),
    );
    expect(engine.heard.length).toBe(heard);
    expect((await ask(kept, key, chat('x'))).status).toBe(200);
  });
});

describe('connections', () => {
  test('stay open: many requests one after the other', async () => {
    const text = await send([request('one'), request('two'), last('three')], { pauseMs: 150 });
    expect(statusLines(text)).toEqual(Array(3).fill('HTTP/1.1 200'));
  });

  test('several requests in one packet are answered in order', async () => {
    const all = ['play:slow one', 'two', 'three', 'four'].map((says) => request(says));
    const text = await send([
      Buffer.concat([...all, get('/v1/models', { connection: 'keep-alive' }), last('five')]),
    ]);
    expect(statusLines(text)).toEqual(Array(6).fill('HTTP/1.1 200'));
    const at = ['slow one', 'user two', 'user three', 'user four', '"object":"list"', 'user five'].map(
      (said) => text.indexOf(said),
    );
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
  });

  test('a request in single bytes is the same request', async () => {
    const bytes = [...last('byte by byte')].map((byte) => Buffer.from([byte]));
    expect(await send(bytes)).toContain('byte by byte');
  });

  test('a chunked body is the same body', async () => {
    const body = JSON.stringify(chat('in chunks'));
    const chunks = [...body.matchAll(/.{1,7}/gs)].map(([part]) => chunk(part));
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const text = await send([head, ...chunks, '0\r\n\r\n', last('after it')], { pauseMs: 2 });
    expect(statusLines(text)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(text).toContain('in chunks');
    expect(text).toContain('after it');
  });

  test('Expect: 100-continue is answered before the body, and not where the head is refused already', async () => {
    const body = JSON.stringify(chat('patient'));
    const head = (by: string) =>
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${by}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`;
    expect(statusLines(await send([head(key), body], { pauseMs: 200 }))).toEqual([
      'HTTP/1.1 100',
      'HTTP/1.1 200',
    ]);
    expect(statusLines(await send([head('kept_sk_no')], {}))).toEqual(['HTTP/1.1 401']);
  });

  test('HTTP/1.0 gets a body without chunks, and its end is the end of the connection', async () => {
    const body = JSON.stringify(chat('old', { stream: true }));
    const text = await send([
      `POST ${PATH} HTTP/1.0\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    ]);
    expect(text).not.toContain('transfer-encoding');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('HEAD says what GET would, without a body', async () => {
    const whole = await send([get('/v1/models', { connection: 'close' })]);
    const head = await send([get('/v1/models', { connection: 'close' }, 'HEAD')]);
    const length = /content-length: (\d+)/.exec(whole)?.[1];
    expect(head).toContain(`content-length: ${length}\r\n`);
    expect(head.endsWith('\r\n\r\n')).toBe(true);
  });

  test('a refused request that keeps its connection says so rightly: what is said to close closes', async () => {
    const text = await send([rawRequest({ path: '/v1/models', headers: { connection: 'keep-alive' } })]);
    expect(statusLines(text)).toEqual(['HTTP/1.1 401']);
    expect(text).toContain('connection: close\r\n');
    expect(text).toContain('www-authenticate: Bearer\r\n');
  });
});

describe('browsers', () => {
  const preflight = (origin: string) =>
    send([
      rawRequest({
        method: 'OPTIONS',
        path: PATH,
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      }),
    ]);

  test('the site may call, by either name of this machine, and nobody else', async () => {
    for (const origin of [`http://localhost:${kept.sitePort}`, `http://127.0.0.1:${kept.sitePort}`]) {
      const text = await preflight(origin);
      expect(text).toContain('HTTP/1.1 204');
      expect(text).toContain(`access-control-allow-origin: ${origin}\r\n`);
      expect(text).toContain('vary: origin');
      expect(await send([last('x', { origin })])).toContain(`access-control-allow-origin: ${origin}\r\n`);
    }
    for (const origin of ['https://evil.example', `http://localhost:${kept.sitePort + 1}`, 'null']) {
      expect(await preflight(origin)).not.toContain('access-control-allow-origin');
      expect(await send([last('x', { origin })])).not.toContain('access-control-allow-origin');
    }
  });
});

describe('a slow client', () => {
  /** Of the gateway, in bytes. */
  const resident = async (): Promise<number> =>
    Number(/^kept_resident_bytes(?:\{[^}]*\})? (\S+)$/m.exec(await kept.metrics())?.[1]);
  const FLOOD_BYTES = 96 * MEGABYTE;
  const GROWTH_BYTES_MAX = 64 * MEGABYTE;

  test('that does not read slows the engine down, and the gateway does not grow', async () => {
    const part = chunk(
      event({
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'liar',
        choices: [{ index: 0, delta: { content: 'x'.repeat(60_000) }, finish_reason: null }],
      }),
    );
    let sent = 0;
    engine.next.push(async (stage) => {
      await stage.write(STREAM_HEAD);
      while (sent < FLOOD_BYTES && !stage.socket.destroyed) {
        await stage.write(part);
        sent += part.length;
      }
    });
    const before = await resident();
    const socket: Socket = net.connect(kept.apiPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(rawRequest({ path: PATH, key, body: JSON.stringify(chat('x', { stream: true })) }));
    await until(() => sent > 0);
    await sleep(1500);
    const stopped = sent;
    expect(stopped).toBeLessThan(FLOOD_BYTES);
    expect((await resident()) - before).toBeLessThan(GROWTH_BYTES_MAX);
    // Reading on, it gets on.
    socket.resume();
    await until(() => sent > stopped);
    socket.destroy();
  });
});

test('a stream that is silent for long is kept alive by comments, and goes on', async () => {
  await silent.ended;
  expect(silent.text()).toContain(': keep-alive\n\n');
  expect(silent.text()).toContain('[DONE]');
});

test('event streams tell proxies to let them through', async () => {
  const text = await send([
    rawRequest({ path: PATH, key, body: JSON.stringify(chat('x', { stream: true })) }),
  ]);
  expect(text).toContain('x-accel-buffering: no\r\n');
  expect(text).toMatch(/cache-control: [^\r]*no-transform\r\n/);
});
