/** What anybody may ask about requests, without an account, below `/api/privacy`. */
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { checkInput, readInput } from '../input.ts';
import { Problem } from '../problem.ts';
import type { SignInPages } from '../sign-in/index.ts';
import type { PublicFigures } from './figures.ts';
import type { LadderPages } from './ladder-pages.ts';

export interface RequestRoutesParts {
  readonly signIn: Pick<SignInPages, 'callerOf' | 'countTry' | 'isFrom'>;
  readonly figures: () => Promise<PublicFigures>;
  readonly ladder: Pick<LadderPages, 'showKey'>;
}

export const proofInput = z.strictObject({ challenge: z.string().trim().min(1).max(100) });
const BODY_BYTES_MAX = 1024;

/**
 * `GET /requests/figures`: 200; too often 429. `POST /requests/proof`, a challenge as a form or as JSON, with an API key as
 * every call of the API carries it: 200; 409 whatever is wrong with it; too often 429.
 */
export const requestRoutes = ({ signIn, figures, ladder }: RequestRoutesParts): Hono =>
  new Hono()
    .get('/requests/figures', async (c) => {
      signIn.countTry('question', callerOf(signIn, c));
      return c.json(await figures());
    })
    .use('/requests/proof', bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLong }))
    .post('/requests/proof', async (c) => {
      c.header('cache-control', 'no-store');
      const { challenge } = await challengeIn(c);
      const { headers } = c.req.raw;
      const { needed, waitsUntil, code, page } = await ladder.showKey(callerOf(signIn, c), challenge, {
        text: bearer(headers.get('authorization') ?? ''),
        isFrom: (networks) => signIn.isFrom(headers, getConnInfo(c).remote.address, networks),
      });
      return c.json({ shown: 'api_key', needed, waits_until: waitsUntil, code, page });
    });

const callerOf = (signIn: RequestRoutesParts['signIn'], c: Context) =>
  signIn.callerOf(c.req.raw.headers, getConnInfo(c).remote.address);

async function challengeIn(c: Context): Promise<z.output<typeof proofInput>> {
  if (c.req.header('content-type')?.startsWith('application/json')) return readInput(c, proofInput);
  return checkInput(Object.fromEntries(new URLSearchParams(await c.req.text())), proofInput);
}

/** The token after `Bearer `, in any case of the scheme (RFC 9110, 11.1), or ''. */
const bearer = (authorization: string): string =>
  /^bearer /i.test(authorization) ? authorization.slice('bearer '.length) : '';

function tooLong(): never {
  throw new Problem(413, 'too_long', 'That is longer than a challenge can be.');
}
