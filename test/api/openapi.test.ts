/**
 * `/api/openapi.json` is complete and true: it is valid OpenAPI 3.1, every route that exists is in it and nothing that
 * does not, its parameters take what the gateway takes, and real answers are as it says.
 */
import { BlockList } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { measureRoutes } from '../../src/control/analytics/index.ts';
import { consoleRoutes } from '../../src/control/console/routes.ts';
import { transparencyRoutes } from '../../src/control/disclosure/index.ts';
import { drpRoutes } from '../../src/control/drp/index.ts';
import { lawRoutes } from '../../src/control/law/index.ts';
import { recipientRoutes } from '../../src/control/processors/index.ts';
import { versionRoutes } from '../../src/control/publishing/index.ts';
import { requestRoutes } from '../../src/control/requests/index.ts';
import { type SignInParts, signInRoutes } from '../../src/control/sign-in/index.ts';
import { siteApp } from '../../src/control/site.ts';
import { openStatistics } from '../../src/control/statistics/index.ts';
import { promiseRoutes } from '../../src/control/verification/routes.ts';
import { ERRORS } from '../../src/gateway/api/error-table.ts';
import { TABLES } from '../../src/gateway/api/parameters/tables.ts';
import { PLACES } from '../../src/gateway/api/places.ts';
import { openApiDocument } from '../../src/processes/api-reference/index.ts';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';

const START_MS_MAX = 120_000;

let engine: LyingEngine;
let kept: Instance;
let key: string;
// biome-ignore lint/suspicious/noExplicitAny: a document, read as JSON
let document: any;

beforeAll(async () => {
  engine = await startLyingEngine({ models: ['liar', 'liar-embedding'] });
  const models = [{ name: 'liar' }, { name: 'liar-embedding', kind: 'embedding' }];
  kept = await startKept({ engineUrl: engine.url, config: { models } });
  ({ key } = await kept.account({ keyArgs: ['--rpm', '1000'] }));
  document = await (await fetch(`${kept.siteUrl}/api/openapi.json`)).json();
}, START_MS_MAX);
afterAll(async () => {
  await kept?.stop();
  await engine?.stop();
}, START_MS_MAX);

/** A schema of the document, with what it refers to, as a check. */
function schemaOf(schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

const headers = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const asked = (path: string, body?: unknown) =>
  fetch(kept.apiUrl + path, {
    headers: headers(),
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });

const BODIES: Readonly<Record<string, object>> = {
  '/v1/chat/completions': { model: 'liar', messages: [{ role: 'user', content: 'Hello' }] },
  '/v1/completions': { model: 'liar', prompt: 'Hello' },
  '/v1/embeddings': { model: 'liar-embedding', input: 'Hello' },
};

test('it is valid by the schema of OpenAPI 3.1, and each of its schemas by JSON Schema', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  for (const schema of Object.values(document.components.schemas)) schemaOf(schema as object);
});

test('every route of the gateway and of the site is in it, and no other', () => {
  const auth = signInRoutes({ settings: { siteUrl: 'http://localhost' } } as SignInParts, new BlockList());
  const siteUrl = 'http://localhost';
  const promises = promiseRoutes(null, {} as never);
  const parts = { siteUrl, apiUrl: siteUrl, reference: { document }, pages: null, auth, promises };
  const accounts = consoleRoutes({} as never, {} as never);
  const privacy = lawRoutes({} as never)
    .route('/', requestRoutes({} as never))
    .route('/', openStatistics({} as never).routes)
    .route(
      '/',
      recipientRoutes([], () => []),
    )
    .route('/', versionRoutes({} as never));
  const requesting = { erasing: { services: {} } };
  const drp = drpRoutes({ directory: {}, requesting } as never);
  // For Stripe alone, which knows its way: nobody else is told of it.
  const webhook = new Hono();
  const measure = measureRoutes({} as never);
  const transparency = transparencyRoutes({} as never);
  const app = siteApp({ ...parts, accounts, privacy, transparency, drp, measure, webhook } as never);
  // With a slash behind it an address is the same.
  const routes = app.routes.filter(
    ({ method, path }) => method !== 'ALL' && /^\/(?:api|v1)\/.*[^/]$/.test(path),
  );
  const site = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const gateway = [...PLACES.keys(), '/v1/models/{model}'].map(
    (path) => `${path in BODIES ? 'POST' : 'GET'} ${path}`,
  );
  const documented = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'servers')
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual([...site, ...gateway].sort());
});

test('what the running gateway answers is as it says', async () => {
  for (const path of [...PLACES.keys(), '/v1/models/{model}']) {
    const method = path in BODIES ? 'post' : 'get';
    const answer = await asked(path.replace('{model}', 'liar'), BODIES[path]);
    expect(answer.status, path).toBe(200);
    const { responses } = document.paths[path][method];
    schemaOf(responses['200'].content['application/json'].schema).parse(await answer.json());
    for (const name of Object.keys(responses['200'].headers)) {
      // No tokens a minute are set.
      if (!name.endsWith('-tokens')) expect(answer.headers.get(name), `${path} ${name}`).not.toBeNull();
    }
    if (!path.startsWith('/v1/')) continue;
    const other = method === 'post' ? undefined : {};
    const refused = await asked(path.replace('{model}', 'liar'), other);
    expect(refused.status, path).toBe(405);
    schemaOf(responses['405'].content['application/json'].schema).parse(await refused.json());
  }
});

test('refusals are as it says, with every code of the table at its status', async () => {
  const { responses } = document.paths['/v1/chat/completions'].post;
  for (const [code, { status }] of Object.entries(ERRORS)) {
    expect(responses[status].description.split(', '), code).toContain(code);
  }
  const wrong = [
    { model: 'nobody', messages: [{ role: 'user', content: 'Hello' }] },
    { model: 'liar' },
    { ...BODIES['/v1/chat/completions'], temperature: 9 },
    { ...BODIES['/v1/chat/completions'], provider: { region: 'moon' } },
  ];
  for (const body of wrong) {
    const answer = await asked('/v1/chat/completions', body);
    schemaOf(responses[answer.status].content['application/json'].schema).parse(await answer.json());
  }
  const me = await fetch(`${kept.siteUrl}/api/auth/sessions`);
  const said = document.paths['/api/auth/sessions'].get.responses['4XX'];
  schemaOf(said.content['application/json'].schema).parse(await me.json());
});

const VALUES = [
  ...[null, true, false, 0, 1, 2, -1, 0.5, 1.5, 2.5, 21, 1e9, 2 ** 64, '', 'text', 'low', 'none', 'float'],
  ...[[], ['a'], [1], [[1]], [1.5], [{}], {}, { 1: 5 }, { 1: 500 }, { a: 1 }, { chat_template: 'x' }],
  ...[{ type: 'text' }, { type: 'nonsense' }, { type: 'json_schema', json_schema: { name: 'a' } }],
  ...[{ name: 'f' }, { type: 'function', function: { name: 'f' } }, [{ name: 'f' }]],
  ...[
    [{ type: 'function', function: { name: 'f' } }],
    [{ role: 'user', content: 'Hello' }],
    [{ role: 'king' }],
  ],
];

test.each(['chat', 'completions', 'embeddings'] as const)(
  '%s: the schema of each parameter refuses nothing that the gateway takes, and takes nothing that it refuses',
  (endpoint) => {
    for (const { name, schema, read } of TABLES[endpoint].values()) {
      const check = schemaOf(schema);
      for (const value of VALUES) {
        const what = `${name} ${JSON.stringify(value)}`;
        // Null is "not set", which the document says besides.
        if (value !== null) expect(check.safeParse(value).success, what).toBe(taken(read, value));
      }
    }
  },
);

function taken(read: (value: unknown) => unknown, value: unknown): boolean {
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
}

test('it names the addresses that are configured, and the policy', () => {
  const made = openApiDocument({
    siteUrl: 'https://kept.example',
    apiUrl: 'https://api.kept.example',
    billing: 'prepaid',
  });
  expect(made.servers).toEqual([{ url: 'https://api.kept.example' }]);
  expect(made.info['x-privacy-policy']).toBe('https://kept.example/privacy');
  expect(made.components.securitySchemes.session.name).toBe('__Host-kept_session');
});
