/**
 * No bytes may be read as other requests than a peer before us reads. Each case is a way that was used to make two
 * readers of HTTP disagree; each is refused, for the reason that stands beside it.
 */
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../src/gateway/http/fault.ts';
import { FAULTS } from '../../src/gateway/http/fault.ts';
import { readRequests } from './ours.ts';

const POST = 'POST / HTTP/1.1\r\nHost: a\r\n';
const GET = 'GET / HTTP/1.1\r\n';
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;
const NEXT = 'GET /stolen HTTP/1.1\r\nHost: a\r\n\r\n';

type Case = readonly [what: string, bytes: string, refusedAs: FaultCode];

const LENGTHS: readonly Case[] = [
  ['CL.TE', `${POST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`, 'length_with_coding'],
  [
    'TE.CL',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    'length_with_coding',
  ],
  [
    'TE with CL 0',
    `${POST}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${NEXT}`,
    'length_with_coding',
  ],
  [
    'two lengths that differ',
    `${POST}Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello`,
    'header_repeated',
  ],
  ['two lengths that agree', `${POST}Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello`, 'header_repeated'],
  ['lengths as a list', `${POST}Content-Length: 5, 5\r\n\r\nhello`, 'bad_length'],
  ['length with +', `${POST}Content-Length: +5\r\n\r\nhello`, 'bad_length'],
  ['length with -', `${POST}Content-Length: -5\r\n\r\nhello`, 'bad_length'],
  ['length in hex', `${POST}Content-Length: 0x5\r\n\r\nhello`, 'bad_length'],
  ['length that some read as octal', `${POST}Content-Length: 010\r\n\r\nhellohello`, 'bad_length'],
  ['length with an exponent', `${POST}Content-Length: 1e1\r\n\r\nhellohello`, 'bad_length'],
  ['length with a fraction', `${POST}Content-Length: 5.0\r\n\r\nhello`, 'bad_length'],
  ['length with an underscore', `${POST}Content-Length: 1_0\r\n\r\nhellohello`, 'bad_length'],
  ['length with a space inside', `${POST}Content-Length: 1 0\r\n\r\nhellohello`, 'bad_length'],
  ['length in quotes', `${POST}Content-Length: "5"\r\n\r\nhello`, 'bad_length'],
  ['length with a semicolon', `${POST}Content-Length: 5;a=b\r\n\r\nhello`, 'bad_length'],
  ['empty length', `${POST}Content-Length: \r\n\r\n`, 'bad_length'],
  ['length in digits of another script', `${POST}Content-Length: \xd9\xa5\r\n\r\nhello`, 'bad_length'],
  ['length with a vertical tab', `${POST}Content-Length: \x0b5\r\n\r\nhello`, 'bad_header_value'],
  ['length that overflows 32 bits to 5', `${POST}Content-Length: 4294967301\r\n\r\nhello`, 'body_too_large'],
  [
    'length that overflows 64 bits to 5',
    `${POST}Content-Length: 18446744073709551621\r\n\r\nhello`,
    'body_too_large',
  ],
  ['a body one byte too long', `${POST}Content-Length: 33554433\r\n\r\n`, 'body_too_large'],
];

const CODINGS: readonly Case[] = [
  ['xchunked', 'Transfer-Encoding: xchunked', 'coding_unknown'],
  ['chunked in quotes', 'Transfer-Encoding: "chunked"', 'coding_unknown'],
  ['chunked twice in one line', 'Transfer-Encoding: chunked, chunked', 'coding_unknown'],
  ['chunked with an empty member', 'Transfer-Encoding: , chunked', 'coding_unknown'],
  ['chunked with a comma behind', 'Transfer-Encoding: chunked,', 'coding_unknown'],
  ['chunked after another coding', 'Transfer-Encoding: gzip, chunked', 'coding_unknown'],
  ['chunked before another coding', 'Transfer-Encoding: chunked, identity', 'coding_unknown'],
  ['identity', 'Transfer-Encoding: identity', 'coding_unknown'],
  ['chunked with a parameter', 'Transfer-Encoding: chunked;q=1', 'coding_unknown'],
  ['an empty coding', 'Transfer-Encoding:', 'coding_unknown'],
  ['two lines, the second hidden', 'Transfer-Encoding: chunked\r\nTransfer-encoding: cow', 'header_repeated'],
  ['two lines, the first hidden', 'Transfer-Encoding: x\r\nTransfer-Encoding: chunked', 'coding_unknown'],
  ['two lines that agree', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', 'header_repeated'],
  ['space before the colon', 'Transfer-Encoding : chunked', 'bad_header_name'],
  ['tab before the colon', 'Transfer-Encoding\t: chunked', 'bad_header_name'],
  ['vertical tab before the value', 'Transfer-Encoding:\x0bchunked', 'bad_header_value'],
  ['form feed behind the value', 'Transfer-Encoding: chunked\x0c', 'bad_header_value'],
  ['no-break space before the value', 'Transfer-Encoding:\xa0chunked', 'coding_unknown'],
  ['NUL behind the value', 'Transfer-Encoding: chunked\0', 'bad_header_value'],
  ['value on a folded line', 'Transfer-Encoding:\r\n chunked', 'coding_unknown'],
  ['value on a line folded with a tab', 'Transfer-Encoding:\r\n\tchunked', 'coding_unknown'],
  ['hidden in a folded line', 'X: y\r\n Transfer-Encoding: chunked', 'folded_line'],
  ['space before the name', ' Transfer-Encoding: chunked', 'folded_line'],
  ['behind a bare LF', 'X: y\nTransfer-Encoding: chunked', 'bad_line_end'],
  ['behind a bare CR', 'X: y\rTransfer-Encoding: chunked', 'bad_line_end'],
  ['behind CR CR LF', 'X: y\r\r\nTransfer-Encoding: chunked', 'bad_line_end'],
  ['bare CR inside the value', 'Transfer-Encoding: chun\rked', 'bad_line_end'],
  ['NUL in the name', 'Transfer\0-Encoding: chunked', 'bad_header_name'],
  ['a byte from 0x80 in the name', 'Transfer-Encod\xedng: chunked', 'bad_header_name'],
  ['DEL in the name', 'Transfer-Encoding\x7f: chunked', 'bad_header_name'],
  ['no colon', 'Transfer-Encoding chunked', 'bad_header_name'],
  ['no name', ': chunked', 'bad_header_name'],
  ['a name in quotes', '"Transfer-Encoding": chunked', 'bad_header_name'],
  ['DEL in a value', 'X: \x7f', 'bad_header_value'],
  ['an escape in a value', 'X: \x1b[2J', 'bad_header_value'],
].map(([what, lines, code]) => [what!, `${POST}${lines}\r\n\r\n0\r\n\r\n${NEXT}`, code as FaultCode]);

const CHUNKS: readonly Case[] = [
  ['size with +', '+5\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['size with -', '-1\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['size with 0x', '0x5\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['size with an underscore', '1_0\r\nhellohellohello!\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['space before the size', ' 5\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['space behind the size', '5 \r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['tab behind the size', '5\t\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['no size', '\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['a size that is no number', 'five\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['size that overflows 32 bits to 5', '100000005\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['size that overflows 64 bits to 5', '10000000000000005\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['a last chunk with many zeros', '000000000\r\n\r\n', 'bad_chunk_size'],
  ['size of more than a body', '2000001\r\n', 'body_too_large'],
  ['size line ended by LF', '5\nhello\r\n0\r\n\r\n', 'bad_line_end'],
  ['size line ended by CR', '5\rhello\r\n0\r\n\r\n', 'bad_line_end'],
  ['size too small', '4\r\nhello\r\n0\r\n\r\n', 'bad_chunk_end'],
  ['size too large', '6\r\nhello\r\n0\r\n\r\n', 'bad_chunk_end'],
  ['data ended by LF', '5\r\nhello\n0\r\n\r\n', 'bad_chunk_end'],
  ['data ended by CR', '5\r\nhello\r0\r\n\r\n', 'bad_chunk_end'],
  ['data ended by nothing', '5\r\nhello0\r\n\r\n', 'bad_chunk_end'],
  ['data ended by another byte and LF', '5\r\nhelloX\n0\r\n\r\n', 'bad_chunk_end'],
  ['any two bytes for CRLF (TE.TE by length)', '5\r\nhelloXX0\r\n\r\n', 'bad_chunk_end'],
  ['extension ended by LF', '5;a=b\nhello\r\n0\r\n\r\n', 'bad_line_end'],
  ['extension with a bare CR', '5;a\rb\r\nhello\r\n0\r\n\r\n', 'bad_line_end'],
  ['extension with a NUL', '5;a\0\r\nhello\r\n0\r\n\r\n', 'bad_chunk_extension'],
  ['extension without a name', '5;\r\nhello\r\n0\r\n\r\n', 'bad_chunk_extension'],
  ['extension without a value', '5;a=\r\nhello\r\n0\r\n\r\n', 'bad_chunk_extension'],
  ['extension behind a space', '5 ;a=b\r\nhello\r\n0\r\n\r\n', 'bad_chunk_size'],
  ['extension with an open quote over the line end', '5;a="\r\nhello\r\n0\r\n\r\n"', 'bad_chunk_extension'],
  ['extension that hides a line in quotes', '5;a="\n"\r\nhello\r\n0\r\n\r\n', 'bad_line_end'],
  ['extensions without end', `5;${'a'.repeat(5000)}\r\nhello\r\n0\r\n\r\n`, 'chunk_extensions_too_long'],
  [
    'many chunks that each carry an extension',
    `1;${'a'.repeat(99)}\r\nx\r\n`.repeat(50),
    'chunk_extensions_too_long',
  ],
  ['trailers without end', `0\r\n${'X: y\r\n'.repeat(1000)}\r\n`, 'trailers_too_long'],
  ['trailer that sets a length', '0\r\nContent-Length: 5\r\n\r\n', 'trailer_forbidden'],
  ['second trailer that sets a length', '0\r\nX: y\r\nContent-Length: 5\r\n\r\n', 'trailer_forbidden'],
  ['trailer that sets a coding', '0\r\ntransfer-ENCODING: chunked\r\n\r\n', 'trailer_forbidden'],
  ['trailer that sets a host', '0\r\nHost: b\r\n\r\n', 'trailer_forbidden'],
  ['trailer that is folded', '0\r\nX: y\r\n z\r\n\r\n', 'folded_line'],
  ['trailer with space before the colon', '0\r\nX : y\r\n\r\n', 'bad_header_name'],
  ['trailer with a NUL', '0\r\nX: \0\r\n\r\n', 'bad_header_value'],
  ['trailer ended by LF', '0\r\nX: y\n\r\n', 'bad_line_end'],
  ['the end ended by LF', '0\r\n\n', 'bad_line_end'],
  ['the end with a bare CR', '0\r\n\rG', 'bad_line_end'],
  ['a request instead of the end (CL.0 with chunks)', `0\r\n${NEXT}`, 'bad_header_name'],
].map(([what, body, code]) => [what!, CHUNKED + body, code as FaultCode]);

const LINES: readonly Case[] = [
  ['HTTP/0.9', 'GET /\r\n', 'bad_request_line'],
  ['HTTP/0.9 with a space', 'GET / \r\n\r\nxxxxxxxx', 'bad_request_line'],
  ['HTTP/2.0', 'GET / HTTP/2.0\r\n\r\n', 'version_unknown'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'method_unknown'],
  ['HTTP/1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n', 'version_unknown'],
  ['HTTP/1.10', 'GET / HTTP/1.10\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a version in small letters', 'GET / http/1.1\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a version with a space', 'GET / HTTP/ 1.1\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a space behind the version', 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a second version', 'GET / HTTP/1.1 HTTP/1.0\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['two spaces before the target', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['two spaces before the version', 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a tab for a space', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a space before the method', ' GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_request_line'],
  ['a line ended by LF', 'GET / HTTP/1.1\nHost: a\r\n\r\n', 'bad_line_end'],
  ['a line ended by CR', 'GET / HTTP/1.1\rHost: a\r\n\r\n', 'bad_line_end'],
  ['two empty lines before', `\r\n\r\n${GET}Host: a\r\n\r\n`, 'bad_request_line'],
  ['a LF before', `\n${GET}Host: a\r\n\r\n`, 'bad_request_line'],
  ['a bare CR before', `\r${GET}Host: a\r\n\r\n`, 'bad_line_end'],
  ['a header before the request line', 'Host: a\r\nGET / HTTP/1.1\r\n\r\n', 'bad_request_line'],
  ['a folded line right behind the request line', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', 'folded_line'],
  ['a head ended by LF', `${GET}Host: a\r\n\nGET`, 'bad_line_end'],
  ['a method in small letters', 'get / HTTP/1.1\r\nHost: a\r\n\r\n', 'method_unknown'],
  ['a method nobody knows', 'GOT / HTTP/1.1\r\nHost: a\r\n\r\n', 'method_unknown'],
  ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 'method_unknown'],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 'method_unknown'],
  ['a method without end', `${'A'.repeat(40)} / HTTP/1.1\r\n\r\n`, 'method_unknown'],
  ['a control character in the target', 'GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a tab in the target', 'GET /\t HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a byte from 0x80 in the target', 'GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a fragment', 'GET /#a HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a backslash', 'GET \\ HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a broken escape', 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['an escape cut off', 'GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['a target without a slash', 'GET a HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['an asterisk for GET', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['another scheme', 'GET file:///etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['an absolute target without a host', 'GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['an absolute target with a user', 'GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n', 'bad_target'],
  ['an absolute target of another host', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n', 'host_differs'],
  ['an absolute target of another port', 'GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n', 'host_differs'],
  ['a target that is too long', `GET /${'a'.repeat(2048)} HTTP/1.1\r\nHost: a\r\n\r\n`, 'target_too_long'],
];

const HEADERS: readonly Case[] = [
  ['no Host', `${GET}\r\n`, 'host_missing'],
  ['no Host beside an absolute target', 'GET http://a/ HTTP/1.1\r\n\r\n', 'host_missing'],
  ['two Hosts', `${GET}Host: a\r\nHost: b\r\n\r\n`, 'header_repeated'],
  ['two Hosts that agree', `${GET}Host: a\r\nhost: a\r\n\r\n`, 'header_repeated'],
  ['two Hosts in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n', 'header_repeated'],
  ['an empty Host', `${GET}Host:\r\n\r\n`, 'bad_host'],
  ['a Host list', `${GET}Host: a, b\r\n\r\n`, 'bad_host'],
  ['a Host with a user', `${GET}Host: u@a\r\n\r\n`, 'bad_host'],
  ['a Host with a path', `${GET}Host: a/b\r\n\r\n`, 'bad_host'],
  ['a Host with a space', `${GET}Host: a b\r\n\r\n`, 'bad_host'],
  ['a Host with a port that is none', `${GET}Host: a:b\r\n\r\n`, 'bad_host'],
  ['a Host with two ports', `${GET}Host: a:1:2\r\n\r\n`, 'bad_host'],
  ['a Host with an open bracket', `${GET}Host: [::1\r\n\r\n`, 'bad_host'],
  ['two keys', `${POST}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`, 'header_repeated'],
  ['two types', `${POST}Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n`, 'header_repeated'],
  [
    'two content codings',
    `${POST}Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n`,
    'header_repeated',
  ],
  ['two idempotency keys', `${POST}Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n`, 'header_repeated'],
  [
    'two idempotency keys, the first empty',
    `${POST}Idempotency-Key:\r\nIdempotency-Key: b\r\n\r\n`,
    'header_repeated',
  ],
  ['two origins', `${POST}Origin: a\r\nOrigin: b\r\n\r\n`, 'header_repeated'],
  ['two expectations', `${POST}Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n`, 'header_repeated'],
  ['another expectation', `${POST}Expect: 200-ok\r\n\r\n`, 'expectation_unknown'],
  ['an expectation list', `${POST}Expect: 100-continue, x\r\n\r\n`, 'expectation_unknown'],
  ['a Connection that is no list', `${POST}Connection: close; a\r\n\r\n`, 'bad_connection'],
  ['a Connection without commas', `${POST}Connection: close x\r\n\r\n`, 'bad_connection'],
  [
    'a coding in HTTP/1.0',
    'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'coding_in_http10',
  ],
  ['one header line too many', `${GET}Host: a\r\n${'X: y\r\n'.repeat(64)}\r\n`, 'too_many_headers'],
  ['a head one byte too long', `${GET}Host: a\r\nX: ${'y'.repeat(16 * 1024 - 31)}\r\n\r\n`, 'head_too_large'],
  ['a head without end', `${GET}Host: a\r\nX: ${'y'.repeat(20_000)}`, 'head_too_large'],
];

describe.each([
  ['lengths', LENGTHS],
  ['transfer codings', CODINGS],
  ['chunks', CHUNKS],
  ['request lines', LINES],
  ['headers', HEADERS],
])('refused: %s', (_, cases) => {
  test.each(cases)('%s', (_what, bytes, refusedAs) => {
    const { messages, ending } = readRequests(Buffer.from(bytes, 'latin1'));
    expect(ending).toBe(refusedAs);
    expect(messages, 'no request comes out of refused bytes').toEqual([]);
    expect(FAULTS[refusedAs][0]).toBeGreaterThanOrEqual(400);
  });

  test.each(cases)('%s, behind a good request', (_what, bytes, refusedAs) => {
    const { messages, ending } = readRequests(Buffer.from(NEXT + bytes, 'latin1'));
    expect([messages.length, ending]).toEqual([1, refusedAs]);
  });
});

test('every reason that a request can be refused for is shown by a case', () => {
  const shown = new Set([LENGTHS, CODINGS, CHUNKS, LINES, HEADERS].flat().map(([, , code]) => code));
  const ofRequests = Object.entries(FAULTS).filter(([, [status]]) => status !== 502);
  expect(ofRequests.map(([code]) => code).filter((code) => !shown.has(code as FaultCode))).toEqual([]);
});

test.each([
  ['CL.0: a body where none is declared is the next request', `${POST}\r\n${NEXT}`, ['', '']],
  [
    'a declared body is never the next request',
    `${POST}Content-Length: ${NEXT.length}\r\n\r\n${NEXT}`,
    [NEXT],
  ],
  ['a body of GET is a body', `${GET}Host: a\r\nContent-Length: 5\r\n\r\nhello${NEXT}`, ['hello', '']],
  ['one empty line between requests is let pass', `${NEXT}\r\n${NEXT}`, ['', '']],
])('%s', (_what, bytes, bodies) => {
  const { messages, ending } = readRequests(Buffer.from(bytes, 'latin1'));
  expect(ending).toBe('clean');
  expect(messages.map((message) => message.body)).toEqual(bodies);
});

test('what follows a wish to change the protocol is not read', () => {
  const bytes = `${GET}Host: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n${NEXT}`;
  const { messages, ending } = readRequests(Buffer.from(bytes, 'latin1'));
  expect([messages.length, ending]).toEqual([1, 'closed']);
});
