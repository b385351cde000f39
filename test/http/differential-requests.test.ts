/** Whatever our reader accepts from a client, Node's accepts with the same meaning. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from '../../src/gateway/http/fault.ts';
import * as limits from '../../src/gateway/http/limits.ts';
import { edited, editsOf } from './edits.ts';
import { requestBytes } from './generate.ts';
import { NodeServer } from './node-server.ts';
import { readRequests, type SeenRequest } from './ours.ts';
import { share, shareOf } from './share.ts';

const LONG_MS = 3_600_000;
let node: NodeServer;
beforeAll(async () => {
  node = await NodeServer.start();
});
afterAll(() => node.stop());

/** An absolute target as we reduce it, since Node hands it on as it came. */
function reduced(request: SeenRequest): SeenRequest {
  const path = request.target.replace(/^https?:\/\/[^/?]*/i, '');
  return path === request.target ? request : { ...request, target: path.startsWith('/') ? path : `/${path}` };
}

const shown = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1'));

/**
 * Where we close and Node goes on, nothing that follows is read as anything, which is safe. Only two cases may be so:
 * "close" beside "keep-alive" in HTTP/1.0 (for RFC 9112, 9.3, the first counts, for Node the second), and an upgrade.
 */
function closesFirst(ours: SeenRequest, nodes: SeenRequest | undefined, bytes: Buffer): boolean {
  if (ours.keepAlive || nodes?.keepAlive !== true) return false;
  const text = bytes.toString('latin1').toLowerCase();
  const both = ours.version === '1.0' && text.includes('close') && text.includes('keep-alive');
  return both || text.includes('upgrade');
}

/** Holds Node's reading of `bytes` against ours. Returns how many requests we accepted. */
async function agrees(bytes: Buffer): Promise<number> {
  const seen = readRequests(bytes);
  // What is refused at once means nothing to us, whatever it means to Node.
  if (seen.messages.length === 0 && seen.ending !== 'incomplete') return 0;
  const saw = await node.judge(bytes);
  const requests = saw.requests.map(reduced);
  const count = seen.messages.length;
  const last = seen.messages.at(-1);
  if (last !== undefined && closesFirst(last, requests[count - 1], bytes)) {
    requests.splice(count - 1, Number.POSITIVE_INFINITY, { ...requests[count - 1]!, keepAlive: false });
  }
  expect(requests.slice(0, count), shown(bytes)).toEqual(seen.messages);
  if (seen.ending === 'clean') expect(saw.error, shown(bytes)).toBeNull();
  // Where we wait or have closed, Node must not have found another request in what is left.
  if (!(seen.ending in FAULTS)) expect(requests.length, shown(bytes)).toBe(count);
  return count;
}

test(
  'random requests, pipelined and broken',
  async () => {
    let accepted = 0;
    const { seed, numRuns } = share('requests against node:http', 4000, 400_000);
    await fc.assert(
      fc.asyncProperty(requestBytes, async (bytes) => {
        accepted += await agrees(bytes);
      }),
      { seed, numRuns },
    );
    expect(accepted, 'enough is accepted for the comparison to mean something').toBeGreaterThan(numRuns / 4);
  },
  LONG_MS,
);

/** Between them they hold every mark of the grammar. */
const MODELS = [
  'POST /v1/x?y=%20 HTTP/1.1\r\nHost: a:80\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\nhello\r\nhello',
  'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b;c="d\\e"\r\n!\r\n0\r\nX: y\r\n\r\n',
  'GET http://a/ HTTP/1.0\r\nHost: a\r\nConnection: close, x\r\nAccept:\r\nExpect: 100-continue\r\n\r\n',
];

test.each(MODELS)(
  'every byte at every place, with a request behind: %j',
  async (model) => {
    const bytes = Buffer.from(`${model}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    await shareOf('changed bytes against node:http', 1500, editsOf(bytes), async (index) => {
      await agrees(edited(bytes, index));
    });
  },
  LONG_MS,
);

const chunkedWith = (body: string): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const headOfLength = (bytes: number): string => {
  const [before, after] = ['GET / HTTP/1.1\r\nHost: a\r\nX: ', '\r\n\r\n'];
  return before + 'y'.repeat(bytes - before.length - after.length) + after;
};

test.each([
  ['the longest head', headOfLength(limits.HEAD_BYTES_MAX)],
  ['the longest target', `GET /${'a'.repeat(limits.TARGET_BYTES_MAX - 1)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['the most header lines', `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(limits.HEADERS_MAX - 1)}\r\n`],
  ['the longest chunk size', chunkedWith('00000005\r\nhello\r\n00000000\r\n\r\n')],
  [
    'the longest extension',
    chunkedWith(`5;${'a'.repeat(limits.CHUNK_EXTENSION_BYTES_MAX - 1)}\r\nhello\r\n0\r\n\r\n`),
  ],
  ['the longest trailers', chunkedWith(`0\r\nX: ${'y'.repeat(limits.TRAILER_BYTES_MAX - 7)}\r\n\r\n`)],
])('at our limits: %s', async (_what, text) => {
  expect(await agrees(Buffer.from(text))).toBe(1);
});
