/** What anybody may ask about the law, without an account, below `/api/privacy`. */
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { SignInPages } from '../sign-in/index.ts';
import { dayInput } from './in-force.ts';
import { placeInput } from './places.ts';
import type { LawTable } from './read-law.ts';
import { rightsIn } from './rights-in.ts';

export const rightsQuery = z.strictObject({
  jurisdiction: placeInput,
  /** Left out: today (UTC). */
  on: dayInput.optional(),
});

export interface LawRoutesParts {
  readonly table: LawTable;
  readonly signIn: Pick<SignInPages, 'callerOf' | 'countTry'>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** `GET /rights`: 200; what is malformed 400, with a problem (RFC 9457) that names the parameter; too often 429. */
export const lawRoutes = ({ table, signIn, now }: LawRoutesParts): Hono =>
  new Hono().get('/rights', (c) => {
    signIn.countTry('question', signIn.callerOf(c.req.raw.headers, getConnInfo(c).remote.address));
    const asked = rightsQuery.safeParse(onlyOnce(c.req.queries()));
    if (!asked.success) return malformed(c, asked.error);
    const { jurisdiction, on = dayOf(now()) } = asked.data;
    return c.json(rightsIn(table, jurisdiction, on));
  });

/** A parameter that is given twice is none of the two. */
const onlyOnce = (queries: Readonly<Record<string, readonly string[]>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(queries).map(([name, all]) => [name, all.length === 1 ? all[0] : all]));

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length);

function malformed(c: Context, { issues }: z.ZodError): Response {
  const [issue] = issues;
  const parameter = parameterOf(issue);
  const detail = `${parameter ?? 'The query'}: ${issue === undefined ? 'is malformed' : sentenceOf(issue)}.`;
  return c.json(
    {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail,
      ...(parameter !== null && { parameter }),
      error: { code: 'invalid_input', message: detail },
    },
    400,
    { 'content-type': 'application/problem+json' },
  );
}

type Issue = z.core.$ZodIssue;

function parameterOf(issue: Issue | undefined): string | null {
  if (issue === undefined) return null;
  const [name] = issue.code === 'unrecognized_keys' ? issue.keys : issue.path;
  return typeof name === 'string' && /^[a-z_]{1,32}$/.test(name) ? name : null;
}

function sentenceOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'is not read here; only jurisdiction and on are';
  if (issue.code !== 'invalid_type') return issue.message;
  return Array.isArray(issue.input) ? 'may be given once' : 'is missing';
}
