/** Admin API of rights: erasure and export. */
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import { readInput } from '../input.ts';
import { type Erasing, eraseAccount, keepAccount } from './erase-account.ts';
import { exportPerson } from './export-person.ts';

const input = z.strictObject({ when: z.enum(['now', 'after grace', 'never']) });

export function rightsRoutes(erasing: Erasing): Hono {
  return new Hono()
    .post('/accounts/:account/erase', async (c) => {
      const { when } = await readInput(c, input);
      const reference = c.req.param('account');
      return c.json(
        when === 'never'
          ? await keepAccount(erasing, reference)
          : await eraseAccount(erasing, reference, when),
      );
    })
    .get('/accounts/:account/export', async (c) => {
      const archive = await exportPerson(erasing, c.req.param('account'), c.req.raw.signal);
      return c.body(Readable.toWeb(archive) as ReadableStream, 200, { 'content-type': 'application/zip' });
    });
}
