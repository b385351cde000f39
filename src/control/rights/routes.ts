/** Admin API of rights: access, correction, restriction, erasure, export, legal holds. */
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import { readInput } from '../input.ts';
import { correctInput, correctPerson } from './correct-person.ts';
import { type Erasing, eraseAccount, keepAccount } from './erase-account.ts';
import { exportPerson } from './export-person.ts';
import { endHold, holdInput, holds, placeHold, whyHeld } from './legal-holds.ts';
import { restrictInput, restrictPerson } from './restrict-person.ts';
import { showInput, showPerson } from './show-person.ts';

const input = z.strictObject({
  when: z.enum(['now', 'after grace', 'never']),
  forget_address: z.boolean().default(false),
});

const why = z.strictObject({ reason: z.string() });

/** `onHoldEnded`: what a hold kept can go now. */
export function rightsRoutes(erasing: Erasing, onHoldEnded: () => void): Hono {
  return new Hono()
    .get('/holds', async (c) => c.json(await holds(erasing, c.req.query('all') !== undefined)))
    .post('/accounts/:account/holds', async (c) => {
      const order = await readInput(c, holdInput);
      return c.json(await placeHold(erasing, c.req.param('account'), order), 201);
    })
    .post('/holds/:hold/end', async (c) => {
      const ended = await endHold(erasing, c.req.param('hold'));
      onHoldEnded();
      return c.json(ended);
    })
    .post('/holds/:hold/reason', async (c) => {
      const { reason } = await readInput(c, why);
      return c.json(await whyHeld(erasing, c.req.param('hold'), reason));
    })
    .post('/accounts/:account/erase', async (c) => {
      const { when, forget_address } = await readInput(c, input);
      const reference = c.req.param('account');
      return c.json(
        when === 'never'
          ? await keepAccount(erasing, reference)
          : await eraseAccount(erasing, reference, when, forget_address),
      );
    })
    .post('/accounts/:account/access', async (c) => {
      const look = await readInput(c, showInput);
      return c.json(await showPerson(erasing, c.req.param('account'), look));
    })
    .post('/accounts/:account/correct', async (c) => {
      const wish = await readInput(c, correctInput);
      return c.json(await correctPerson(erasing, c.req.param('account'), wish));
    })
    .post('/accounts/:account/restriction', async (c) => {
      const wish = await readInput(c, restrictInput);
      return c.json(await restrictPerson(erasing, c.req.param('account'), wish));
    })
    .get('/accounts/:account/export', async (c) => {
      const archive = await exportPerson(erasing, c.req.param('account'), c.req.raw.signal);
      return c.body(Readable.toWeb(archive) as ReadableStream, 200, { 'content-type': 'application/zip' });
    });
}
