/**
 * The endpoints of the Data Rights Protocol (2.01 to 2.06), on the site's port. Whoever is not an agent of the
 * configuration learns nothing here; without a configuration there is nothing here.
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { faultFields } from '../../log/log.ts';
import { isDiskFull, isOutage } from '../../store/failures.ts';
import { RecordBehind } from '../../store/ledger/record-behind.ts';
import { Problem } from '../problem.ts';
import { callerOf, countTry } from '../sign-in/index.ts';
import type { Agent, Directory } from './directory.ts';
import { exercise } from './exercise.ts';
import { ofAgent } from './find.ts';
import type { DrpParts } from './parts.ts';
import { DrpRefused, noToken } from './refused.ts';
import { revoke } from './revoke.ts';
import { setUp } from './set-up.ts';
import { MESSAGE_BYTES_MAX } from './signed-message.ts';
import { statusOf } from './status.ts';
import { agentOfToken } from './tokens.ts';

export function drpRoutes(parts: DrpParts): Hono {
  const app = new Hono();
  const { directory, requesting } = parts;
  app.onError((error, c) => answer(c, refusalOf(parts, error)));
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });
  app.use(bodyLimit({ maxSize: MESSAGE_BYTES_MAX, onError: tooLong }));
  if (directory === null) return app.all('*', nothing);
  const { db } = requesting.erasing.services;
  const agent = (c: Context): Promise<Agent> => demandAgent(parts, directory, c);
  const ask = async (c: Context) => {
    const who = await agent(c);
    return c.json(await exercise(parts, directory, who, await c.req.text()));
  };
  return app
    .post('/data-rights-request', ask)
    .post('/data-rights-request/', ask)
    .get('/data-rights-request/:id', async (c) => {
      const { shown } = await statusOf(parts, await ofAgent(db, (await agent(c)).id, c.req.param('id')));
      return c.json(shown);
    })
    .delete('/data-rights-request/:id', async (c) => {
      const who = await agent(c);
      return c.json(
        await revoke(parts, directory, who, { said: c.req.param('id'), body: await c.req.text() }),
      );
    })
    .post('/agent/:agent', (c) => setUpFor(parts, directory, c, c.req.param('agent')))
    .get('/agent/:agent', async (c) => {
      const who = await agentOfToken(db, directory, c.req.header('authorization'));
      if (who?.id !== c.req.param('agent')) {
        count(parts, c);
        throw new DrpRefused(403, 'This is not the agent whose token that is.');
      }
      return c.json({});
    })
    .all('*', nothing);
}

function nothing(): never {
  throw new DrpRefused(404, 'There is nothing at this path.');
}

/** Throws `DrpRefused` 401, and `SignInRefused` (`too_many_tries`). */
async function demandAgent(parts: DrpParts, directory: Directory, c: Context): Promise<Agent> {
  const { services } = parts.requesting.erasing;
  const agent = await agentOfToken(services.db, directory, c.req.header('authorization'));
  if (agent === null) {
    count(parts, c);
    throw noToken();
  }
  countTry(parts.requesting.signIn, 'agent', agent.id);
  return agent;
}

/** 2.05.1: whatever was wrong, 403 without a body. */
async function setUpFor(parts: DrpParts, directory: Directory, c: Context, id: string): Promise<Response> {
  const agent = directory.byId(id);
  try {
    if (agent === null) throw new DrpRefused(403, 'There is no such agent.');
    return c.json({ 'agent-id': agent.id, token: await setUp(parts, directory, agent, await c.req.text()) });
  } catch (error) {
    if (!(error instanceof DrpRefused)) throw error;
    count(parts, c);
    parts.log('warn', 'agent_refused', { status: 403 });
    return c.body(null, 403);
  }
}

/** What is tried in vain, by network. Throws `SignInRefused` (`too_many_tries`). */
function count({ requesting: { signIn }, trusted }: DrpParts, c: Context): void {
  const { network } = callerOf(c.req.raw.headers, getConnInfo(c).remote.address, trusted);
  countTry(signIn, 'token', network);
}

function tooLong(): never {
  throw new DrpRefused(413, `A message may have at most ${MESSAGE_BYTES_MAX} bytes.`);
}

/** 3.06: of what passes by itself it is said that it may be tried again. */
function refusalOf({ log }: DrpParts, error: unknown): Refusal {
  if (error instanceof DrpRefused) {
    log('warn', 'agent_refused', { status: error.status });
    return error;
  }
  if (error instanceof Problem)
    return {
      status: error.status,
      message: error.message,
      fatal: error.status === 409,
      headers: error.headers,
    };
  const passes = isOutage(error) || isDiskFull(error) || error instanceof RecordBehind;
  log('error', 'fault', faultFields(error));
  return passes
    ? { status: 503, message: 'This cannot be done at the moment. Try again soon.', fatal: false }
    : { status: 500, message: 'Something of ours failed.', fatal: false };
}

type Refusal = Pick<DrpRefused, 'status' | 'message' | 'fatal'> & {
  readonly headers?: Readonly<Record<string, string>>;
};

function answer(c: Context, { status, message, fatal, headers = {} }: Refusal): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  if (status === 401) c.header('www-authenticate', 'Bearer');
  return c.json({ code: String(status), message, ...(fatal && { fatal }) }, status);
}
