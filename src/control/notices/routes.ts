/** Admin API of service mail. */
import { Hono } from 'hono';
import type { Store } from '../../store/store.ts';
import { listMail, showMail } from './show-mail.ts';
import type { Writing } from './templates.ts';

export function mailRoutes(store: Pick<Store, 'db' | 'vault' | 'record'>, writing: Writing): Hono {
  return new Hono()
    .get('/mails', async (c) => c.json(await listMail(store, writing.letters)))
    .get('/mails/:mail', async (c) => c.json(await showMail(store, writing, c.req.param('mail'))));
}
