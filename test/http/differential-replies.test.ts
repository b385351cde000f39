/** Whatever our reader accepts from an engine, Node's client accepts with the same meaning. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replyBytes } from './generate.ts';
import { NodeClient } from './node-client.ts';
import { readReply } from './ours.ts';
import { share } from './share.ts';

const LONG_MS = 3_600_000;
let node: NodeClient;
beforeAll(async () => {
  node = await NodeClient.start();
});
afterAll(() => node.stop());

test(
  'random replies, whole and broken',
  async () => {
    let accepted = 0;
    const { seed, numRuns } = share('replies against node:http', 3000, 300_000);
    await fc.assert(
      fc.asyncProperty(replyBytes, fc.constantFrom('GET', 'GET', 'GET', 'HEAD'), async (bytes, method) => {
        const [ours] = readReply(bytes, method === 'HEAD').messages;
        if (ours === undefined) return;
        accepted++;
        const { keepAlive, ...meaning } = ours;
        const saw = await node.judge(bytes, method);
        expect(saw.reply, JSON.stringify(bytes.toString('latin1'))).toEqual(meaning);
        if (keepAlive)
          expect(saw.keepAlive, `kept alive: ${JSON.stringify(bytes.toString('latin1'))}`).toBe(true);
      }),
      { seed, numRuns },
    );
    expect(accepted, 'enough is accepted for the comparison to mean something').toBeGreaterThan(numRuns / 4);
  },
  LONG_MS,
);
