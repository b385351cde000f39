/** Whatever our reader accepts from an engine, Node's client accepts with the same meaning. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edited, editsOf } from './edits.ts';
import { replyBytes } from './generate.ts';
import { NodeClient } from './node-client.ts';
import { readReply } from './ours.ts';
import { share, shareOf } from './share.ts';

const LONG_MS = 3_600_000;
let node: NodeClient;
beforeAll(async () => {
  node = await NodeClient.start();
});
afterAll(() => node.stop());

/** Holds the reading of Node's client against ours. Returns whether we accepted the reply. */
async function agrees(bytes: Buffer, method: 'GET' | 'HEAD'): Promise<boolean> {
  const [ours] = readReply(bytes, method === 'HEAD').messages;
  if (ours === undefined) return false;
  const { keepAlive, ...meaning } = ours;
  const saw = await node.judge(bytes, method);
  const shown = JSON.stringify(bytes.toString('latin1'));
  expect(saw.reply, shown).toEqual(meaning);
  if (keepAlive) expect(saw.keepAlive, `kept alive: ${shown}`).toBe(true);
  return true;
}

test(
  'random replies, whole and broken',
  async () => {
    let accepted = 0;
    const { seed, numRuns } = share('replies against node:http', 3000, 300_000);
    await fc.assert(
      fc.asyncProperty(replyBytes, fc.constantFrom('GET', 'GET', 'GET', 'HEAD'), async (bytes, method) => {
        if (await agrees(bytes, method)) accepted++;
      }),
      { seed, numRuns },
    );
    expect(accepted, 'enough is accepted for the comparison to mean something').toBeGreaterThan(numRuns / 4);
  },
  LONG_MS,
);

/** Between them they hold every mark of the grammar. */
const MODELS = [
  'HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\nhello\r\nhello',
  'HTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\nRetry-After: 5\r\n\r\n1;a=b;c="d\\e"\r\n!\r\n0\r\nX: y\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 500 No\r\nConnection: close\r\nX:\r\n\r\nhello',
];

test.each(MODELS)(
  'every byte at every place: %j',
  async (model) => {
    const bytes = Buffer.from(model);
    await shareOf('changed bytes against node:http', 1000, editsOf(bytes), async (index) => {
      await agrees(edited(bytes, index), 'GET');
    });
  },
  LONG_MS,
);
