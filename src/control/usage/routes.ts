/** Admin API of usage. */
import { Hono } from 'hono';
import { z } from 'zod';
import { findAccount } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { modelNames } from '../models/index.ts';
import type { Services } from '../services.ts';
import { usagePage, usageTotals } from './read-usage.ts';
import { shownUsage } from './shown-usage.ts';

const PAGE_MAX = 10_000;
const PAGE = 1_000;

const page = z.strictObject({
  /** `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{1,15}-[0-9a-f]{32}$/, 'must be the `next` of another page')
    .transform((text) => {
      const [startedMs = '', id = ''] = text.split('-');
      return { startedAt: new Date(Number(startedMs)), id };
    })
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE),
});

export function usageRoutes(services: Services): Hono {
  const { db } = services;
  return new Hono().get('/accounts/:account/usage', async (c) => {
    const { after, limit } = checkInput(c.req.query(), page);
    const account = await findAccount(services, c.req.param('account'));
    const rows = await usagePage(db, account.id, after ?? null, limit);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    const names = await modelNames(db);
    return c.json({
      totals: await usageTotals(db, account.id),
      records: rows.map((row) => shownUsage(row, names)),
      next: last === undefined ? null : `${last.startedAt?.getTime()}-${last.id}`,
    });
  });
}
