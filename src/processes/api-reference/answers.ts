/** What answers hold, as JSON Schema: as much as clients may rely on. */
import { WORDS } from '../../gateway/api/error-table.ts';
import { PARAMS } from '../../gateway/api/names.ts';
import type { BillingMode } from '../../link/words.ts';
import { errorsUnder, metersUnder, numbersUnder } from './billing.ts';
import { requestFigures, requestProof } from './figures.ts';
import { object } from './objects.ts';
import { promisesAnswer } from './promises.ts';
import { recipientsAnswer } from './recipients.ts';
import { rights } from './rights.ts';
import { statisticsAnswer } from './statistics.ts';
import { transparencyAnswer } from './transparency.ts';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const textOrNull = { type: ['string', 'null'] };
const time = { type: ['string', 'null'], format: 'date-time' };

const list = (items: object) => ({ type: 'array', items });

const unique = (values: readonly string[]) => [...new Set(values)];

function errorUnder(billing: BillingMode) {
  const errors = errorsUnder(billing);
  return object(
    {
      message: { ...text, description: 'What happened and what to do; never holds what was sent.' },
      type: { enum: unique(errors.map(([, { type }]) => type)) },
      param: { enum: [...PARAMS, null] },
      code: { enum: errors.map(([code]) => code) },
      source: { enum: unique(errors.map(([, { source }]) => source)) },
      retryable: { type: 'boolean' },
      ...Object.fromEntries(numbersUnder(billing).map((name) => [name, { type: 'number' }])),
      ...Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, { enum: words }])),
    },
    ['message', 'type', 'param', 'code', 'source', 'retryable'],
  );
}

/** What stands in the place of every amount where use has no price. */
const NOTHING = 'Always 0 here.';

const usageUnder = (billing: BillingMode) =>
  object(
    {
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      estimated_cost: {
        type: 'number',
        description: billing === 'off' ? NOTHING : 'USD: what is charged.',
      },
      estimated: { type: 'boolean', description: 'The engine did not say; counted by the gateway.' },
    },
    ['prompt_tokens', 'total_tokens'],
  );

const message = object(
  { role: { const: 'assistant' }, content: textOrNull, tool_calls: list({ type: 'object' }) },
  ['role'],
);
const completion = (choice: object) =>
  object(
    {
      id: text,
      object: text,
      created: count,
      model: text,
      choices: list(choice),
      usage: { $ref: ref('Usage') },
    },
    ['object', 'choices', 'usage'],
  );

export function ref(name: string): string {
  return `#/components/schemas/${name}`;
}

const modelUnder = (billing: BillingMode) =>
  object({
    id: text,
    object: { const: 'model' },
    created: count,
    owned_by: text,
    kind: { enum: ['chat', 'embedding'] },
    context_length: count,
    max_output_tokens: count,
    pricing: {
      ...object({ prompt: text, completion: text, input_cache_read: text, internal_reasoning: text }),
      description: billing === 'off' ? NOTHING : 'USD for one token.',
    },
    prices_microusd_per_million_tokens: { type: 'object', additionalProperties: count },
    data_terms: list(
      object({
        retention_days: count,
        trains: { type: 'boolean' },
        region: text,
        prefix_cache: text,
        declared_by: text,
        until: textOrNull,
      }),
    ),
  });

const keyUnder = (billing: BillingMode) =>
  object({
    object: { const: 'key' },
    id: text,
    account: text,
    expires_at: time,
    models: { type: ['array', 'null'], items: text },
    networks: { type: ['array', 'null'], items: text },
    limits: list(
      object({
        of: { enum: ['key', 'account'] },
        limited: { enum: metersUnder(billing) },
        unit: text,
        limit: { type: ['number', 'null'] },
        left: { type: ['number', 'null'] },
        resets_at: time,
      }),
    ),
  });

export const schemasFor = (billing: BillingMode) => ({
  Error: object({ error: errorUnder(billing) }),
  Usage: usageUnder(billing),
  ChatCompletion: completion(
    object({ index: count, message, finish_reason: textOrNull }, ['index', 'message']),
  ),
  Completion: completion(object({ index: count, text, finish_reason: textOrNull }, ['index', 'text'])),
  Embeddings: object(
    {
      object: { const: 'list' },
      data: list(
        object({
          object: text,
          index: count,
          embedding: { anyOf: [list({ type: 'number' }), text] },
        }),
      ),
      model: text,
      usage: { $ref: ref('Usage') },
    },
    ['object', 'data', 'usage'],
  ),
  Model: modelUnder(billing),
  Models: object({ object: { const: 'list' }, data: list({ $ref: ref('Model') }) }),
  Key: keyUnder(billing),
  Health: object({
    status: { enum: ['ok', 'not_ready'] },
    control: { type: 'boolean' },
    walls: { type: 'object' },
  }),
  Problem: object({ error: object({ code: text, message: text }) }),
  WrongParameter: object(
    {
      type: text,
      title: text,
      status: { const: 400 },
      detail: text,
      parameter: text,
      error: object({ code: text, message: text }),
    },
    ['type', 'title', 'status', 'detail', 'error'],
  ),
  Rights: rights,
  RequestFigures: requestFigures,
  Statistics: statisticsAnswer,
  Transparency: transparencyAnswer,
  Recipients: recipientsAnswer,
  Promises: promisesAnswer,
  RequestProof: requestProof,
});
