/** The site's part of the OpenAPI document: what is below `/api`, with the schemas that its input is checked by. */
import { z } from 'zod';
import { measureInput } from '../../control/analytics/index.ts';
import { rightsQuery } from '../../control/law/index.ts';
import { proofInput } from '../../control/requests/index.ts';
import { inputs, signUpInput } from '../../control/sign-in/index.ts';
import { ref } from './answers.ts';

interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly input?: z.ZodType;
  readonly query?: z.ZodObject;
  /** The schema of its answer; left out: some object. */
  readonly answer?: string;
  readonly status?: number;
  /** For nobody in particular: no session is needed. */
  readonly open?: true;
}

const get = (path: string, summary: string, more: Partial<Route> = {}): Route => ({
  method: 'get',
  path,
  summary,
  ...more,
});
const post = (path: string, summary: string, input?: z.ZodType, more: Partial<Route> = {}): Route => ({
  method: 'post',
  path,
  summary,
  ...(input && { input }),
  ...more,
});
const OPEN = { open: true } as const;
const MAIL = { status: 202 } as const;

/** Every route below `/api`; a test compares it with those that the running site has. */
export const SITE_ROUTES: readonly Route[] = [
  post('/api/auth/sign-up', 'Sign up; a link comes by mail', signUpInput, { ...OPEN, ...MAIL }),
  post('/api/auth/sign-in', 'Sign in with a password', inputs.signIn, OPEN),
  post('/api/auth/second-factor', 'Complete a sign-in with a code', inputs.code),
  post('/api/auth/sign-out', 'Sign out'),
  post('/api/auth/confirm-address', 'Follow the link that confirms an address', inputs.link, OPEN),
  post('/api/auth/ask-for-reset', 'Ask for a link to set a new password', inputs.email, { ...OPEN, ...MAIL }),
  post('/api/auth/reset-password', 'Set a new password by such a link', inputs.reset, OPEN),
  post('/api/auth/set-up', 'Follow the operator’s one-time link', inputs.link, OPEN),
  get('/api/auth/me', 'Who is signed in, and what is still asked of them', OPEN),
  post('/api/auth/agree', 'Agree to policy and terms, and say to be 18 or over', inputs.agreeing),
  post('/api/auth/ask-for-address', 'Ask for the link that confirms the address again', undefined, MAIL),
  post('/api/auth/ask-to-change-address', 'Ask for another address', inputs.email, MAIL),
  post('/api/auth/change-address', 'Follow the link that changes it', inputs.token),
  post('/api/auth/password', 'Set another password', inputs.password),
  post('/api/auth/confirm-it-is-you', 'Confirm by password or code; holds for ten minutes', inputs.proof),
  get('/api/auth/sessions', 'Sign-ins that are open'),
  post('/api/auth/sessions/end-others', 'End all others'),
  post('/api/auth/sessions/{id}/end', 'End one'),
  post('/api/auth/second-factor/begin', 'Begin to set up an authenticator app'),
  post('/api/auth/second-factor/confirm', 'Confirm it with its first code', inputs.code),
  post('/api/auth/second-factor/recovery-codes', 'Make new recovery codes'),
  post('/api/auth/second-factor/end', 'Do without the second factor'),
  get('/api/auth/passkeys', 'The passkeys of the person'),
  post('/api/auth/passkeys/begin', 'Begin to make a passkey'),
  post('/api/auth/passkeys', 'Store it', inputs.passkeyMade, { status: 201 }),
  post('/api/auth/passkeys/{id}/remove', 'Remove one'),
  post('/api/auth/passkeys/sign-in/begin', 'Begin to sign in by passkey', undefined, OPEN),
  post('/api/auth/passkeys/sign-in', 'Sign in by passkey', inputs.passkeyUsed, OPEN),
  post('/api/auth/passkeys/confirm-it-is-you', 'Confirm by passkey', inputs.passkeyUsed),
  get('/api/auth/providers', 'Providers that the person can sign in by, and whether they are connected'),
  post(
    '/api/auth/providers/{id}/begin',
    'Begin to sign in by a provider, or to connect it',
    inputs.provider,
    OPEN,
  ),
  post('/api/auth/providers/{id}/disconnect', 'Disconnect one'),
  post('/api/accounts/{account}/playground-key', 'A key of a few minutes for the playground', undefined, {
    status: 201,
  }),
  post('/api/measure', 'How long a page was looked at; only where it was agreed to', measureInput, {
    ...OPEN,
    status: 204,
  }),
  get('/api/privacy/rights', 'What the law of a place gives on a day, what is promised, and until when', {
    ...OPEN,
    query: rightsQuery,
    answer: 'Rights',
  }),
  get(
    '/api/privacy/requests/figures',
    'How many requests came last year, in bands, and how they were answered',
    {
      ...OPEN,
      answer: 'RequestFigures',
    },
  ),
  get(
    '/api/privacy/statistics',
    'How much this instance is used, in numbers with noise, of each year that is over',
    {
      ...OPEN,
      answer: 'Statistics',
    },
  ),
  get('/api/transparency', 'How many demands for data were answered in each half-year, and how; in bands', {
    ...OPEN,
    answer: 'Transparency',
  }),
  get(
    '/api/promises/receipt',
    'The record’s receipt (C2SP tlog-proof) of how every promise stood, as it was entered about an hour ago',
    OPEN,
  ),
  get('/api/promises/badge.svg', 'The same as a small picture', OPEN),
  get('/api/promises', 'What was last seen of each promise of the policy in this running system', {
    ...OPEN,
    answer: 'Promises',
  }),
  get('/api/privacy/versions', 'Every version of policy, terms and data processing agreement', OPEN),
  get('/api/privacy/processors', 'Whom data goes to, with each field that they get', {
    ...OPEN,
    answer: 'Recipients',
  }),
  post(
    '/api/privacy/requests/proof',
    'Show an API key for a request of somebody who has lost their mailbox; the key goes in the Authorization header',
    proofInput,
    { ...OPEN, answer: 'RequestProof' },
  ),
  get('/api/openapi.json', 'This document', OPEN),
];

const ANY_OBJECT = { 'application/json': { schema: { type: 'object' } } };
const json = (name: string) => ({ 'application/json': { schema: { $ref: ref(name) } } });
const problem = { description: 'What was refused', content: json('Problem') };
const wrongParameter = {
  description: 'A parameter is missing or malformed (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: ref('WrongParameter') } } },
};

const inPath = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const inQuery = (query: z.ZodObject | undefined) =>
  Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: z.toJSONSchema(schema as z.ZodType, { io: 'input', target: 'draft-2020-12' }),
  }));

export function sitePaths(siteUrl: string): Record<string, object> {
  const servers = [{ url: siteUrl, description: 'The site' }];
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, summary, input, query, answer, status = 200, open } of SITE_ROUTES) {
    const parameters = [...inPath(path), ...inQuery(query)];
    const content = answer === undefined ? ANY_OBJECT : json(answer);
    const schema = input && z.toJSONSchema(input, { io: 'input', target: 'draft-2020-12' });
    paths[path] = {
      servers,
      ...paths[path],
      [method]: {
        operationId: `${method}${path.replaceAll(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '')}`,
        summary,
        tags: [path.startsWith('/api/auth') ? 'Signing in' : 'Site'],
        security: open ? [] : [{ session: [] }],
        ...(parameters.length > 0 && { parameters }),
        ...(schema && { requestBody: { required: true, content: { 'application/json': { schema } } } }),
        responses: {
          [status]: { description: 'Done', ...(status !== 204 && { content }) },
          ...(query !== undefined && { '400': wrongParameter }),
          '4XX': problem,
          '5XX': problem,
        },
      },
    };
  }
  return paths;
}
