/** A request that is right is read for what it says: the OpenAI clients' own, and each freedom that RFC 9112 gives. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import {
  BODY_BYTES_MAX,
  HEAD_BYTES_MAX,
  HEADERS_MAX,
  TARGET_BYTES_MAX,
} from '../../src/gateway/http/limits.ts';
import { readRequestHead } from '../../src/gateway/http/request-head.ts';
import { headOf } from './ours.ts';

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;
const get = (...headers: string[]): string => lines('GET / HTTP/1.1', 'Host: a', ...headers);
const post = (...headers: string[]): string => lines('POST / HTTP/1.1', 'Host: a', ...headers);

test('what the OpenAI client sends', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new OpenAI({
    apiKey: 'kept_sk_test',
    baseURL: `http://127.0.0.1:${port}/v1`,
    maxRetries: 0,
  });
  const asked = client.chat.completions.create(
    { model: 'm', messages: [{ role: 'user', content: 'é' }] },
    { idempotencyKey: 'once', headers: { 'X-Forwarded-For': '1.2.3.4' } },
  );
  asked.catch(() => {});
  const [socket] = (await once(server, 'connection')) as [net.Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  server.close();

  const head = readRequestHead(bytes, 0, bytes.length);
  expect(head).toMatchObject({
    method: 'POST',
    target: '/v1/chat/completions',
    http10: false,
    keepAlive: true,
    chunked: false,
    expectContinue: false,
    authorization: 'Bearer kept_sk_test',
    contentType: 'application/json',
    accept: 'application/json',
    forwardedFor: '1.2.3.4',
    origin: '',
    contentEncoding: '',
  });
  expect(head?.contentLength).toBe(bytes.length - (head?.headEnd ?? 0));
});

describe('the request line', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s', (method) => {
    expect(headOf(lines(`${method} / HTTP/1.1`, 'Host: a')).method).toBe(method);
  });

  test.each([
    ['/v1/models?a=b&c[]=%20', '/v1/models?a=b&c[]=%20'],
    ['//a/b', '//a/b'],
    ['http://a/x?y', '/x?y'],
    ['HTTPS://A/', '/'],
    ['http://a', '/'],
    ['http://a?q', '/?q'],
  ])('target %s is %s', (sent, read) => {
    expect(headOf(lines(`GET ${sent} HTTP/1.1`, 'Host: a')).target).toBe(read);
  });

  test('an absolute target with port and address', () => {
    expect(headOf(lines('GET http://[::1]:8081/x HTTP/1.1', 'Host: [::1]:8081')).target).toBe('/x');
  });

  test('OPTIONS of the whole server', () => {
    expect(headOf(lines('OPTIONS * HTTP/1.1', 'Host: a')).target).toBe('*');
  });

  test('the longest target', () => {
    const target = `/${'a'.repeat(TARGET_BYTES_MAX - 1)}`;
    expect(headOf(lines(`GET ${target} HTTP/1.1`, 'Host: a')).target).toBe(target);
  });
});

describe('the connection', () => {
  test.each([
    ['HTTP/1.1', [], true],
    ['HTTP/1.1', ['Connection: close'], false],
    ['HTTP/1.1', ['connection: CLOSE'], false],
    ['HTTP/1.1', ['Connection: x', 'Connection: , close'], false],
    ['HTTP/1.1', ['Connection: keep-alive, close'], false],
    ['HTTP/1.1', ['Connection: closed, xclose'], true],
    ['HTTP/1.1', ['Connection:'], true],
    ['HTTP/1.1', ['Proxy-Connection: close'], false],
    ['HTTP/1.1', ['Connection: upgrade', 'Upgrade: h2c'], false],
    ['HTTP/1.0', [], false],
    ['HTTP/1.0', ['Connection: Keep-Alive'], true],
    ['HTTP/1.0', ['Connection: keep-alive, close'], false],
  ])('%s with %j is kept alive: %s', (version, headers, kept) => {
    const head = headOf(lines(`GET / ${version}`, 'Host: a', ...headers));
    expect([head.keepAlive, head.http10]).toEqual([kept, version === 'HTTP/1.0']);
  });

  test('HTTP/1.0 needs no Host', () => {
    expect(headOf(lines('GET / HTTP/1.0')).http10).toBe(true);
  });
});

describe('the body', () => {
  test.each([
    [get(), -1, false],
    [post('Content-Length: 0'), 0, false],
    [post('content-length:  12  '), 12, false],
    [post(`CONTENT-LENGTH: ${BODY_BYTES_MAX}`), BODY_BYTES_MAX, false],
    [post('Transfer-Encoding: Chunked'), -1, true],
  ])('%j', (text, length, chunked) => {
    const head = headOf(text);
    expect([head.contentLength, head.chunked, head.headEnd]).toEqual([length, chunked, text.length]);
  });

  test.each([
    [post('Expect: 100-Continue', 'Content-Length: 5'), true],
    [post('Expect: 100-continue', 'Transfer-Encoding: chunked'), true],
    [post('Expect: 100-continue', 'Content-Length: 0'), false],
    [post('Expect: 100-continue'), false],
    [lines('POST / HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 5'), false],
  ])('who waits before the body is told to go on: %j', (text, waits) => {
    expect(headOf(text).expectContinue).toBe(waits);
  });
});

describe('header values', () => {
  test('are trimmed of blanks, kept byte for byte inside', () => {
    const head = headOf(post('Content-Type:\t a/b;  c="\xe9"\t ', 'AUTHORIZATION:Bearer  x'));
    expect([head.contentType, head.authorization]).toEqual(['a/b;  c="\xe9"', 'Bearer  x']);
  });

  test('of lists come joined in their order', () => {
    const head = headOf(
      post(
        'X-Forwarded-For: a, b',
        'Accept: x',
        'x-forwarded-for: c',
        'Accept: y',
        'Access-Control-Request-Headers: h',
      ),
    );
    expect([head.forwardedFor, head.accept, head.accessControlRequestHeaders]).toEqual([
      'a, b, c',
      'x, y',
      'h',
    ]);
  });

  test('of a CORS question and of the others that are read', () => {
    expect(
      headOf(
        post(
          'Origin: https://a',
          'Access-Control-Request-Method: POST',
          'Idempotency-Key: k',
          'Content-Encoding: gzip',
        ),
      ),
    ).toMatchObject({
      origin: 'https://a',
      accessControlRequestMethod: 'POST',
      idempotencyKey: 'k',
      contentEncoding: 'gzip',
    });
  });

  test('of names that only look like those', () => {
    const head = headOf(
      post('Content_Length: 5', 'Content-Lengtx: 5', 'Authorizatiom: x', 'X-Authorization: y', '~: z'),
    );
    expect([head.contentLength, head.authorization]).toEqual([-1, '']);
  });

  test.each(['a', 'a.b-c_d', 'a:80', '127.0.0.1:8081', '[::1]', '[::1]:8081', 'xn--bcher-kva.example'])(
    'Host %s',
    (host) => {
      expect(headOf(lines('GET / HTTP/1.1', `Host: ${host}`)).target).toBe('/');
    },
  );
});

test('as many header lines as are allowed', () => {
  expect(headOf(get(...new Array<string>(HEADERS_MAX - 1).fill('X: y'))).method).toBe('GET');
});

test('a head as long as is allowed', () => {
  const room = HEAD_BYTES_MAX - get('X: ').length;
  expect(headOf(get(`X: ${'y'.repeat(room)}`)).headEnd).toBe(HEAD_BYTES_MAX);
});

test('only the bytes between from and end are read', () => {
  const [before, head, after] = ['\xffGET', get('Accept: x'), 'Accept: y\r\n\r\n'];
  const bytes = Buffer.from(before + head + after, 'latin1');
  const end = before.length + head.length;
  expect(readRequestHead(bytes, before.length, end)).toMatchObject({ headEnd: end, accept: 'x' });
  expect(readRequestHead(bytes, before.length, end - 1)).toBeNull();
});
