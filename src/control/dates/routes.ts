/** Admin API of what everybody is told. */
import { Hono } from 'hono';
import { z } from 'zod';
import { futureMoment, readInput } from '../input.ts';
import { announcePolicy } from './announce.ts';
import type { DateParts } from './parts.ts';

const WHAT_CHARACTERS_MAX = 1000;

const policyInput = z.strictObject({
  at: futureMoment,
  what: z.string().trim().min(1, 'say what is different').max(WHAT_CHARACTERS_MAX),
});

/** `wake`: goes on with it at once. */
export const dateRoutes = (parts: DateParts, wake: () => void): Hono =>
  new Hono().post('/announcements/policy', async (c) => {
    const { at, what } = await readInput(c, policyInput);
    const id = await announcePolicy(parts, { at: at.getTime(), what }, 'operator');
    wake();
    return c.json({ id }, 201);
  });
