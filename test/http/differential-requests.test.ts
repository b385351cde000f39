/** Whatever our reader accepts from a client, Node's accepts with the same meaning. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestBytes } from './generate.ts';
import { NodeServer } from './node-server.ts';
import { readRequests, type Seen, type SeenRequest } from './ours.ts';
import { share } from './share.ts';

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

async function agrees(bytes: Buffer, seen: Seen<SeenRequest>): Promise<void> {
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
  if (['clean', 'incomplete', 'closed'].includes(seen.ending))
    expect(requests.length, shown(bytes)).toBe(count);
}

test(
  'random requests, pipelined and broken',
  async () => {
    let accepted = 0;
    const { seed, numRuns } = share('requests against node:http', 4000, 400_000);
    await fc.assert(
      fc.asyncProperty(requestBytes, async (bytes) => {
        const seen = readRequests(bytes);
        // What is refused at once means nothing to us, whatever it means to Node.
        if (seen.messages.length === 0 && seen.ending !== 'incomplete') return;
        accepted += seen.messages.length;
        await agrees(bytes, seen);
      }),
      { seed, numRuns },
    );
    expect(accepted, 'enough is accepted for the comparison to mean something').toBeGreaterThan(numRuns / 4);
  },
  LONG_MS,
);
