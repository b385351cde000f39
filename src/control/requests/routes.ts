/** What anybody may ask about requests, without an account, below `/api/privacy`. */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import type { SignInPages } from '../sign-in/index.ts';
import type { PublicFigures } from './figures.ts';

export interface RequestRoutesParts {
  readonly signIn: Pick<SignInPages, 'callerOf' | 'countTry'>;
  readonly figures: () => Promise<PublicFigures>;
}

/** `GET /requests/figures`: 200; too often 429. */
export const requestRoutes = ({ signIn, figures }: RequestRoutesParts): Hono =>
  new Hono().get('/requests/figures', async (c) => {
    signIn.countTry('question', signIn.callerOf(c.req.raw.headers, getConnInfo(c).remote.address));
    return c.json(await figures());
  });
