/** Admin API of the key store: what it holds, and its rotation with its progress. */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { z } from 'zod';
import { RecordBehind } from '../../store/ledger/record-behind.ts';
import { readInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { masterKeyFrom, type Rotating, rotateKeys } from './rotate-keys.ts';

const input = z.strictObject({
  /** Left out: only the epoch. Null: a key is made. */
  master_key: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits')
    .nullable()
    .optional(),
});

export function keyStoreRoutes(rotating: Rotating): Hono {
  const { keys, settings } = rotating;
  return new Hono()
    .get('/key-store', (c) => {
      const { keys: counts, lookups, suppressions, inGrace, damaged } = keys.size();
      return c.json({
        master_key: { fingerprint: keys.masterFingerprint, from: masterKeyFrom(settings) },
        epoch: keys.epoch,
        rolling: keys.rolling,
        keys: counts,
        lookups,
        suppressions,
        in_grace: inGrace,
        damaged,
      });
    })
    .post('/key-store/rotate', async (c) => {
      const { master_key: given } = await readInput(c, input);
      const master =
        given === undefined ? null : { given: given === null ? null : Buffer.from(given, 'hex') };
      c.header('content-type', 'application/x-ndjson');
      // Lines of progress, then one that says how it ended. It goes on when nobody listens any more.
      return stream(c, async (to) => {
        const say = (line: object): Promise<unknown> => to.write(`${JSON.stringify(line)}\n`);
        const onProgress = (done: number, total: number): void => void say({ done, total });
        try {
          await say({ rotated: await rotateKeys(rotating, { master, onProgress }) });
        } catch (error) {
          await say({ error: refusalOf(error) });
        }
      });
    });
}

function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof Problem) return { code: error.code, message: error.message };
  if (error instanceof RecordBehind) {
    return {
      code: `record_${error.code}`,
      message:
        'The keys were rotated, but the record cannot be written at the moment: look at the disk of the ledger folder (KEPT_LEDGER). The entry follows by itself.',
    };
  }
  return {
    code: 'fault',
    message:
      'The rotation broke off; every key still opens. Look at the disk of the keys folder, then begin it again.',
  };
}
