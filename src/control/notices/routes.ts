/** Admin API of service mail. */
import { Hono } from 'hono';
import type { Store } from '../../store/store.ts';
import { listMail, showMail } from './show-mail.ts';

export function mailRoutes(store: Pick<Store, 'db' | 'vault' | 'record'>, siteUrl: string): Hono {
  return new Hono()
    .get('/mails', async (c) => c.json(await listMail(store)))
    .get('/mails/:mail', async (c) => c.json(await showMail(store, siteUrl, c.req.param('mail'))));
}
