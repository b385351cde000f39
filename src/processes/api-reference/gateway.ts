/** The gateway's part of the OpenAPI document, made of the tables that it validates with. */
import { providerSchema } from '../../gateway/api/parameters/provider.ts';
import { TABLES } from '../../gateway/api/parameters/tables.ts';
import { ANSWERS_MAX, MODEL_CHARS_MAX, OUTPUT_TOKENS_MAX } from '../../gateway/api/parameters.ts';
import { PLACES, type Place, POSTED } from '../../gateway/api/places.ts';
import type { BillingMode, Endpoint } from '../../link/words.ts';
import { ref } from './answers.ts';
import { errorsUnder } from './billing.ts';

const summariesUnder = (billing: BillingMode): Readonly<Record<Place, string>> => ({
  chat: 'Answer a chat',
  completions: 'Continue a text',
  embeddings: 'Make vectors of texts',
  models: `List the models, with ${billing === 'off' ? '' : 'prices and '}data terms`,
  key: 'What is left of the limits of this key',
  healthz: 'Whether the gateway is alive, and which walls stand around it',
  readyz: 'Whether the gateway can serve',
});
const ANSWERS: Readonly<Record<Place, string>> = {
  chat: 'ChatCompletion',
  completions: 'Completion',
  embeddings: 'Embeddings',
  models: 'Models',
  key: 'Key',
  healthz: 'Health',
  readyz: 'Health',
};
const REQUIRED: Readonly<Record<Endpoint, string>> = {
  chat: 'messages',
  completions: 'prompt',
  embeddings: 'input',
};

const whole = (most: number) => ({ type: ['integer', 'null'], minimum: 1, maximum: most });
const header = (description: string) => ({ description, schema: { type: 'string' } });

const HEADERS = {
  'x-request-id': header('The request, like req_…; the same id stands in its usage record.'),
  link: header('The privacy policy: <…/privacy>; rel="privacy-policy".'),
};
const RATE_HEADERS = Object.fromEntries(
  ['requests', 'tokens'].flatMap((of) =>
    ['limit', 'remaining', 'reset'].map((what) => [
      `x-ratelimit-${what}-${of}`,
      header(`For keys and accounts that are limited by the minute: ${what} of ${of}.`),
    ]),
  ),
);

const json = (name: string) => ({ 'application/json': { schema: { $ref: ref(name) } } });

/** The body of an end-point: what the gateway reads itself, and the table of what travels on. */
export function bodySchema(endpoint: Endpoint): object {
  const generates = endpoint !== 'embeddings';
  const tables = [...TABLES[endpoint].values()].map(({ name, says, schema }) => [
    name,
    { anyOf: [schema, { type: 'null' }], description: says },
  ]);
  return {
    type: 'object',
    required: ['model', REQUIRED[endpoint]],
    properties: {
      model: { type: 'string', minLength: 1, maxLength: MODEL_CHARS_MAX },
      ...(generates && {
        stream: { type: ['boolean', 'null'] },
        stream_options: {
          type: ['object', 'null'],
          properties: {
            include_usage: { type: ['boolean', 'null'] },
            continuous_usage_stats: { type: ['boolean', 'null'] },
          },
        },
        n: whole(ANSWERS_MAX),
        max_tokens: whole(OUTPUT_TOKENS_MAX),
        max_completion_tokens: whole(OUTPUT_TOKENS_MAX),
      }),
      store: { enum: [false, null], description: 'Nothing is stored; true is refused.' },
      provider: providerSchema,
      ...Object.fromEntries(tables),
    },
  };
}

/** Every error by its status, with the codes that it may have. */
function refusals(billing: BillingMode): Record<string, object> {
  const byStatus = new Map<number, string[]>();
  for (const [code, { status }] of errorsUnder(billing)) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, codes]) => [
        String(status),
        { description: codes.join(', '), headers: HEADERS, content: json('Error') },
      ]),
  );
}

function operation(place: Place, billing: BillingMode, more: object = {}): object {
  const posted = POSTED.has(place);
  const open = place === 'healthz' || place === 'readyz';
  const streams = place === 'chat' || place === 'completions';
  const content = {
    ...json(ANSWERS[place]),
    ...(streams && { 'text/event-stream': { schema: { type: 'string' } } }),
  };
  return {
    operationId: place,
    summary: summariesUnder(billing)[place],
    tags: ['Inference'],
    security: open ? [] : [{ key: [] }],
    ...(posted && {
      parameters: [
        {
          name: 'idempotency-key',
          in: 'header',
          schema: { type: 'string' },
          description: `A repeat with the same key ${billing === 'off' ? 'counts' : 'is charged'} once.`,
        },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: bodySchema(place as Endpoint) } },
      },
    }),
    responses: {
      '200': { description: 'Done', headers: { ...HEADERS, ...(posted && RATE_HEADERS) }, content },
      ...(place === 'readyz' && { '503': { description: 'Not ready', content: json('Health') } }),
      ...(!open && refusals(billing)),
    },
    ...more,
  };
}

/** Paths of the gateway; each below `/v1` also below `/v1/openai`. */
export function gatewayPaths(apiUrl: string, billing: BillingMode): Record<string, object> {
  const servers = [{ url: apiUrl, description: 'The API; each path below /v1 also below /v1/openai' }];
  const paths = [...PLACES].map(([path, place]) => [
    path,
    { servers, [POSTED.has(place) ? 'post' : 'get']: operation(place, billing) },
  ]);
  const one = operation('models', billing, {
    operationId: 'model',
    summary: 'One model',
    parameters: [{ name: 'model', in: 'path', required: true, schema: { type: 'string' } }],
  });
  const answered = { description: 'Done', headers: HEADERS, content: json('Model') };
  return {
    ...Object.fromEntries(paths),
    '/v1/models/{model}': { servers, get: { ...one, responses: { ...refusals(billing), '200': answered } } },
  };
}
