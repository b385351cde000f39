/** Reading what came over the admin API: JSON within limits, checked whole before anything is done. */
import type { Context } from 'hono';
import { z } from 'zod';
import { Problem } from './problem.ts';

/** A day or a moment that is still to come. */
export const futureMoment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date like 2027-01-31 or 2027-01-31T12:00:00Z')
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() > Date.now(), 'must lie in the future');

/** The body as `schema` says. Throws `Problem` 400 that names each field and what is wrong with it. */
export async function readInput<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    throw new Problem(400, 'not_json', 'The body is not JSON.');
  }
  return checkInput(body, schema);
}

/**
 * `value` as `schema` says; for query parameters and forms. `labels`: what fields are called on the form. Throws as
 * `readInput`.
 */
export function checkInput<S extends z.ZodType>(
  value: unknown,
  schema: S,
  labels: Readonly<Record<string, string>> = {},
): z.output<S> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const nameOf = (path: readonly PropertyKey[]): string =>
    labels[path.join('.')] ?? labels[String(path[0])] ?? path.join('.');
  const complaints = checked.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${nameOf(path)}: ${message}`,
  );
  throw new Problem(400, 'invalid_input', `${complaints.join('; ')}.`);
}
