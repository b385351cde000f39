/** Random HTTP: valid messages, near misses out of the cookbook of request smuggling, and bytes changed at random. */
import fc from 'fast-check';

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
/** Mostly one of `usual`, now and then one of `odd`. */
const mostly = (usual: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 60, arbitrary: pick(...usual) }, { weight: 1, arbitrary: pick(...odd) });

const LINE_ENDS = mostly(
  ['\r\n'],
  ['\n', '\r', '\r\r\n', '\n\r', '\r\n ', '\r\n\t', ' \r\n', '\0\r\n', '\r\n\r\n'],
);
const COLONS = mostly([': ', ':', ':\t', ':  '], [' : ', '\t:', '=', ':\x0b', ':\0']);
const VALUE_ENDS = mostly([''], [' ', '\t', ' \t ', ',', ';', '\x0c', '\x7f']);

const CHUNKED = ['chunked', 'Chunked', 'CHUNKED'];
const ODD_CODINGS = [
  'chunked, chunked',
  'gzip',
  'gzip, chunked',
  'identity',
  'xchunked',
  '"chunked"',
  'chunked;x',
  '',
];
const CONNECTIONS = [
  'close',
  'keep-alive',
  'Keep-Alive, x',
  'CLOSE',
  'upgrade',
  'keep-alive, close',
  ', close',
  'x,,close',
];
const ODD_CONNECTIONS = [
  'close x',
  'close;',
  'keep-alive\t,close',
  'clos\x01e',
  'x y, close',
  'closed',
  'xclose',
  '',
];

const PLAIN_HEADERS = pick(
  'X-A: b',
  'user-agent: OpenAI/JS 7.57.0',
  'Accept: application/json',
  'authorization: Bearer k',
  'Content-Type: application/json',
  'X-Empty:',
  'X-Obs: \xe9',
  'TE: trailers',
  'Trailer: X-T',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: close',
  'Expect: 100-continue',
  'X-Forwarded-For: 1.2.3.4',
  'Accept-Encoding: gzip',
  'Upgrade: websocket',
  "!#$%&'*+-.^_`|~: x",
);
const ODD_HEADERS = pick(
  'Bad Name: x',
  ': x',
  'X',
  ' X: folded',
  'X\0: y',
  'X: \x01',
  'Expect: x',
  'Host: b',
  'Content-Length: 0',
  'Content-Length: 1',
  'Transfer-Encoding: x',
  'X(: y',
);

const CHUNK_ENDS = mostly(
  ['\r\n'],
  ['\n', '\r', '', ' \r\n', ';a\r\n', ';a=b\r\n', ';a="b;\\"c"\r\n', ';\r\n', ' ;a\r\n', ';a=\r\n'],
);
const DATA_ENDS = mostly(['\r\n'], ['\n', '\r', '', 'XX', '\r\n\r\n']);
const ENDS = mostly(
  ['\r\n'],
  ['X: y\r\n\r\n', 'Content-Length: 3\r\n\r\n', 'X:\ty\r\nZ: a\r\n\r\n', '\n', 'X : y\r\n\r\n', 'X\r\n\r\n'],
);
const SIZES = (length: number): fc.Arbitrary<string> =>
  mostly(
    [length.toString(16), length.toString(16).toUpperCase(), `0${length.toString(16)}`],
    [
      `+${length}`,
      `0x${length.toString(16)}`,
      ` ${length.toString(16)}`,
      (length + 1).toString(16),
      '',
      'g',
      `00000000${length}`,
    ],
  );

const PAYLOADS = fc
  .array(pick('a', 'GET / HTTP/1.1\r\n', '\r\n', '0\r\n\r\n', '{"x":1}', 'é', '\0'), { maxLength: 5 })
  .map((all) => all.join(''));

const chunk = (payload: string): fc.Arbitrary<string> =>
  fc
    .tuple(SIZES(payload.length), CHUNK_ENDS, DATA_ENDS)
    .map(([size, end, dataEnd]) => size + end + payload + dataEnd);

const chunkedBody: fc.Arbitrary<string> = fc
  .array(PAYLOADS.filter((payload) => payload !== '').chain(chunk), { maxLength: 4 })
  .chain((chunks) =>
    fc.tuple(pick('0', '0', '0', '00'), CHUNK_ENDS, ENDS).map((end) => chunks.join('') + end.join('')),
  );

/** Header lines that declare a body, and the body. */
interface Framed {
  readonly lines: readonly string[];
  readonly body: string;
}

const lengthLine = (length: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      mostly(['Content-Length', 'content-length'], ['Content-Length ', 'Content_Length', 'Content-Lengt']),
      COLONS,
      mostly(
        [String(length)],
        [
          `0${length}`,
          `+${length}`,
          String(length + 1),
          `${length}, ${length}`,
          `${length} `,
          `0x${length}`,
          '-1',
          '',
        ],
      ),
      VALUE_ENDS,
    )
    .map((parts) => parts.join(''));

const codingLine: fc.Arbitrary<string> = fc
  .tuple(
    mostly(['Transfer-Encoding', 'transfer-encoding'], ['Transfer-Encoding ', 'Transfer_Encoding']),
    COLONS,
    mostly(CHUNKED, ODD_CODINGS),
    VALUE_ENDS,
  )
  .map((parts) => parts.join(''));

const framed: fc.Arbitrary<Framed> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ lines: [], body: '' }) },
  {
    weight: 4,
    arbitrary: PAYLOADS.chain((body) =>
      lengthLine(Buffer.byteLength(body, 'latin1')).map((line) => ({ lines: [line], body })),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(codingLine, chunkedBody).map(([line, body]) => ({ lines: [line], body })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(fc.oneof(lengthLine(5), codingLine), { maxLength: 3 }), fc.oneof(chunkedBody, PAYLOADS))
      .map(([lines, body]) => ({ lines, body })),
  },
);

const connectionLine: fc.Arbitrary<string> = mostly(CONNECTIONS, ODD_CONNECTIONS).map(
  (value) => `Connection: ${value}`,
);

const lines = (needed: readonly string[], body: Framed): fc.Arbitrary<string[]> =>
  fc
    .tuple(
      fc.array(PLAIN_HEADERS, { maxLength: 4 }),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(ODD_HEADERS, { minLength: 1, maxLength: 2 }) },
      ),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: connectionLine.map((line) => [line]) },
      ),
    )
    .chain(([plain, odd, connection]) => {
      const all = [...needed, ...plain, ...odd, ...connection, ...body.lines];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });

/** A message: its first line, header lines, and a body that more or less fits them. */
const message = (firstLine: fc.Arbitrary<string>, needed: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(firstLine, framed)
    .chain(([first, body]) =>
      lines(needed, body).chain((all) =>
        fc
          .tuple(...[first, ...all, ''].map((line) => LINE_ENDS.map((end) => line + end)))
          .map((head) => head.join('') + body.body),
      ),
    );

const METHODS = mostly(
  ['GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
  ['get', 'CONNECT', 'TRACE', 'PRI', 'QUERY', 'GE T', ''],
);
const TARGETS = mostly(
  [
    '/',
    '/v1/chat/completions',
    '/a?b=c',
    '/%20',
    '//a',
    '/a[]=b',
    'http://a/x',
    'http://a',
    'http://a?q',
    'HTTP://A/',
  ],
  [
    '*',
    'a',
    '/ b',
    '/\x01',
    '/\xff',
    '/#f',
    'http://b/',
    'http://u@a/',
    'http://',
    '',
    '/\t',
    'a:80',
    '/"',
    'http://a:/',
  ],
);
const VERSIONS = fc.oneof(
  {
    weight: 8,
    arbitrary: mostly(
      ['HTTP/1.1'],
      ['HTTP/1.2', 'HTTP/0.9', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', 'HTTP/1', 'RTSP/1.0', 'ICE/1.0'],
    ),
  },
  { weight: 1, arbitrary: pick('HTTP/1.0') },
);
const SPACES = mostly([' '], ['  ', '\t', '', ' \0']);
const requestLine = fc.tuple(METHODS, SPACES, TARGETS, SPACES, VERSIONS).map((parts) => parts.join(''));
const request = fc
  .oneof(
    { weight: 20, arbitrary: message(requestLine, ['Host: a']) },
    { weight: 1, arbitrary: message(requestLine, []) },
  )
  .chain((text) => mostly([''], ['\r\n', '\n', '\r\n\r\n', ' ']).map((before) => before + text));

const STATUSES = mostly(
  ['200', '404', '429', '500'],
  ['204', '304', '100', '101', '103', '199', '099', '20', '2000', 'OK', '999', '000'],
);
const statusLine = fc
  .tuple(VERSIONS, SPACES, STATUSES, mostly([' OK', ' ', ' Not Found'], ['', '  ', '\tOK', ' \x01', ' \xff']))
  .map((parts) => parts.join(''));
const interim = pick(
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  'HTTP/1.1 102 x\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 103 x\r\nConnection: close\r\n\r\n',
  'HTTP/1.0 100 x\r\nConnection: keep-alive\r\n\r\n',
);
const reply = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: interim }),
    message(statusLine, ['Content-Type: application/json']),
  )
  .map((parts) => parts.join(''));

/** One change of one place: a byte put in, taken out, replaced, or a piece repeated or cut off. */
type Change = (text: string) => string;
const BYTES = pick(
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  ':',
  ',',
  ';',
  '0',
  '1',
  'a',
  'G',
  '\x7f',
  '\x80',
  '\xff',
  '\x0b',
  '"',
  '%',
);
const change: fc.Arbitrary<Change> = fc
  .tuple(fc.nat(5), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 }), BYTES)
  .map(([kind, where, length, byte]) => (text: string) => {
    const at = Math.floor(where * text.length);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    switch (kind) {
      case 0:
        return before + byte + after;
      case 1:
        return before + after.slice(1);
      case 2:
        return before + byte + after.slice(1);
      case 3:
        return before + after.slice(0, length) + after;
      case 4:
        return before + after.slice(length);
      default:
        return before;
    }
  });

const changed = (whole: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      whole,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
      ),
    )
    .map(([text, changes]) =>
      Buffer.from(
        changes.reduce((now, apply) => apply(now), text),
        'latin1',
      ),
    );

/** What a client might send over one connection: one to three requests. */
export const requestBytes: fc.Arbitrary<Buffer> = changed(
  fc.array(request, { minLength: 1, maxLength: 3 }).map((all) => all.join('')),
);

/** What an engine might answer to one request. */
export const replyBytes: fc.Arbitrary<Buffer> = changed(reply);

/** A request that is right, for tests of what must not depend on how it arrives. */
export const chunkedBodyBytes: fc.Arbitrary<Buffer> = changed(chunkedBody);
