/** What an engine answers is read strictly: what is not HTTP, or could be read in two ways, is the engine's fault. */
import { describe, expect, test } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/gateway/http/fault.ts';
import { type ReplyHead, readReplyHead } from '../../src/gateway/http/reply-head.ts';
import { faultOf, readReply } from './ours.ts';

const OK = 'HTTP/1.1 200 OK';
const replyOf = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const read = (text: string): ReplyHead | null => {
  const bytes = Buffer.from(text, 'latin1');
  return readReplyHead(bytes, 0, bytes.length);
};

const REFUSED: readonly (readonly [what: string, text: string, code: FaultCode])[] = [
  ['another protocol', replyOf('SSH-2.0-OpenSSH_9.6', 'x: y'), 'bad_status_line'],
  ['HTTP/2', replyOf('HTTP/2 200'), 'bad_status_line'],
  ['HTTP/1.2', replyOf('HTTP/1.2 200 OK'), 'bad_status_line'],
  ['a request', replyOf('GET / HTTP/1.1', 'Host: a'), 'bad_status_line'],
  ['two spaces', replyOf('HTTP/1.1  200 OK'), 'bad_status_line'],
  ['no space behind the status', replyOf('HTTP/1.1 200'), 'bad_status_line'],
  ['a status of two digits', replyOf('HTTP/1.1 20 OK'), 'bad_status_line'],
  ['a status of four digits', replyOf('HTTP/1.1 2000 OK'), 'bad_status_line'],
  ['a status below 100', replyOf('HTTP/1.1 099 OK'), 'bad_status_line'],
  ['a status with a sign', replyOf('HTTP/1.1 +20 OK'), 'bad_status_line'],
  ['a control character in the reason', replyOf('HTTP/1.1 200 \x01'), 'bad_status_line'],
  ['a status line ended by LF', 'HTTP/1.1 200 OK\nX: y\r\n\r\n', 'bad_line_end'],
  ['an empty line before', `\r\n${replyOf(OK)}`, 'bad_status_line'],
  ['a switch of protocols', replyOf('HTTP/1.1 101 Switching', 'Upgrade: x'), 'upgrade_unasked'],
  ['length and coding', replyOf(OK, 'Content-Length: 5', 'Transfer-Encoding: chunked'), 'length_with_coding'],
  ['two lengths', replyOf(OK, 'Content-Length: 5', 'Content-Length: 5'), 'header_repeated'],
  ['a length beyond counting', replyOf(OK, 'Content-Length: 18446744073709551621'), 'bad_length'],
  ['a length with a sign', replyOf(OK, 'Content-Length: +5'), 'bad_length'],
  ['a coding that we did not ask for', replyOf(OK, 'Transfer-Encoding: gzip, chunked'), 'coding_unknown'],
  ['a coding with a tab behind', replyOf(OK, 'Transfer-Encoding: chunked\t'), 'bad_header_value'],
  ['a coding in HTTP/1.0', replyOf('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'), 'coding_in_http10'],
  ['two types', replyOf(OK, 'Content-Type: a/b', 'Content-Type: a/b'), 'header_repeated'],
  ['two content codings', replyOf(OK, 'Content-Encoding:', 'Content-Encoding: gzip'), 'header_repeated'],
  ['a folded line', replyOf(OK, 'X: y', ' z'), 'folded_line'],
  ['a space before the colon', replyOf(OK, 'Content-Length : 5'), 'bad_header_name'],
  ['a bare CR', replyOf(OK, 'X: a\rb'), 'bad_line_end'],
  ['a NUL', replyOf(OK, 'X: \0'), 'bad_header_value'],
  ['a length of no content', replyOf('HTTP/1.1 204 No Content', 'Content-Length: 5'), 'body_forbidden'],
  [
    'chunks of no content',
    replyOf('HTTP/1.1 204 No Content', 'Transfer-Encoding: chunked'),
    'body_forbidden',
  ],
  ['an interim reply with a length', replyOf('HTTP/1.1 103 Early', 'Content-Length: 5'), 'body_forbidden'],
  ['an interim reply in HTTP/1.0', replyOf('HTTP/1.0 100 Continue', 'Connection: keep-alive'), 'bad_interim'],
  ['an interim reply that closes', replyOf('HTTP/1.1 103 Early', 'Connection: close'), 'bad_interim'],
  ['too many header lines', replyOf(OK, ...new Array<string>(65).fill('X: y')), 'too_many_headers'],
  ['a head without end', `${OK}\r\nX: ${'y'.repeat(20_000)}`, 'head_too_large'],
  ['a reason without end', `HTTP/1.1 200 ${'y'.repeat(20_000)}`, 'head_too_large'],
];

test.each(REFUSED)('refused: %s', (_what, text, code) => {
  expect(faultOf(() => read(text))).toBe(code);
});

test('every reason that only a reply can be refused for is shown by a case', () => {
  const shown = new Set(REFUSED.map(([, , code]) => code));
  const ofReplies = Object.entries(FAULTS).filter(([, [status]]) => status === 502);
  expect(ofReplies.map(([code]) => code).filter((code) => !shown.has(code as FaultCode))).toEqual([]);
});

test('what vLLM, llama-server and Ollama answer', () => {
  const uvicorn = replyOf(
    OK,
    'date: x',
    'server: uvicorn',
    'content-type: text/event-stream; charset=utf-8',
    'Transfer-Encoding: chunked',
  );
  expect(read(uvicorn)).toMatchObject({
    status: 200,
    chunked: true,
    contentLength: -1,
    keepAlive: true,
    contentType: 'text/event-stream; charset=utf-8',
    headEnd: uvicorn.length,
  });
  const llama = replyOf(
    OK,
    'Keep-Alive: timeout=5, max=100',
    'Content-Type: application/json; charset=utf-8',
    'Server: llama.cpp',
    'Content-Length: 317',
    'Access-Control-Allow-Origin: ',
  );
  expect(read(llama)).toMatchObject({ contentLength: 317, chunked: false, keepAlive: true });
  expect(
    read(replyOf('HTTP/1.1 404 Not Found', 'Content-Type: text/plain', 'Content-Length: 18')),
  ).toMatchObject({ status: 404, contentType: 'text/plain' });
});

describe('how long the body is', () => {
  test.each([
    [replyOf(OK), -1, false, 'until the connection ends'],
    [replyOf('HTTP/1.0 200 OK', 'Connection: keep-alive', 'Content-Length: 3'), 3, true, 'by its length'],
    [replyOf('HTTP/1.0 200 OK', 'Content-Length: 3'), 3, false, 'by its length, then the connection ends'],
    [replyOf('HTTP/1.1 204 '), 0, true, 'none'],
    [replyOf('HTTP/1.1 304 Not Modified', 'Content-Length: 500'), 0, true, 'none, whatever the head says'],
    [replyOf('HTTP/1.1 100 Continue'), 0, true, 'none in an interim reply'],
    [replyOf(OK, 'Content-Length: 999999999999999'), 999_999_999_999_999, true, 'by the largest length'],
  ])('%j', (text, length, kept, _how) => {
    const head = read(text);
    expect([head?.contentLength, head?.keepAlive]).toEqual([length, kept]);
  });

  test('interim replies are passed over', () => {
    const bytes = `${replyOf('HTTP/1.1 103 Early Hints', 'Link: </a>')}${replyOf(OK, 'Content-Length: 2')}ok`;
    expect(readReply(Buffer.from(bytes), false)).toMatchObject({
      messages: [{ status: 200, body: 'ok' }],
      ending: 'clean',
    });
  });
});

test.each([
  ['Retry-After: 17', 17],
  ['Retry-After: 0', 0],
  ['Retry-After: Wed, 21 Oct 2015 07:28:00 GMT', -1],
  ['Retry-After: -1', -1],
  ['Retry-After: 1.5', -1],
  ['Retry-After: 99999999', -1],
  ['Retry-After:', -1],
  ['X: y', -1],
])('%s waits %d s', (line, seconds) => {
  expect(read(replyOf('HTTP/1.1 429 Too Many Requests', line))?.retryAfter).toBe(seconds);
});
