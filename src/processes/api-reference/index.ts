/**
 * The API as a document: OpenAPI 3.1, and what the documentation pages show of it. Made of the tables and schemas that
 * gateway and control validate with, so that it cannot say anything else. It stands on this floor since no other one may
 * know both.
 */
import type { ApiReference } from '../../control/api-reference.ts';
import { cookieName } from '../../control/sign-in/index.ts';
import { DEPTH_MAX, KEYS_MAX, VALUES_MAX } from '../../gateway/api/parameters/size.ts';
import { TABLES } from '../../gateway/api/parameters/tables.ts';
import { ANSWERS_MAX, MODEL_CHARS_MAX, OUTPUT_TOKENS_MAX } from '../../gateway/api/parameters.ts';
import { BODY_BYTES_MAX, HEAD_BYTES_MAX, HEADERS_MAX, TARGET_BYTES_MAX } from '../../gateway/http/limits.ts';
import type { BillingMode } from '../../link/words.ts';
import { schemasFor } from './answers.ts';
import { errorsUnder } from './billing.ts';
import { drpPaths, drpSchemas } from './drp.ts';
import { gatewayPaths } from './gateway.ts';
import { sitePaths } from './site.ts';

interface Described {
  readonly siteUrl: string;
  readonly apiUrl: string;
  readonly billing: BillingMode;
}

export function openApiDocument({ siteUrl, apiUrl, billing }: Described) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kept',
      version: '1',
      summary: 'An OpenAI-compatible inference API that keeps nothing of what it is sent.',
      termsOfService: `${siteUrl}/terms`,
      'x-privacy-policy': `${siteUrl}/privacy`,
    },
    servers: [{ url: apiUrl }],
    externalDocs: { url: `${siteUrl}/docs` },
    paths: { ...gatewayPaths(apiUrl, billing), ...sitePaths(siteUrl), ...drpPaths(siteUrl) },
    components: {
      schemas: { ...schemasFor(billing), ...drpSchemas },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, like kept_sk_….' },
        agent: { type: 'http', scheme: 'bearer', description: 'A token that an agent has set up.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: cookieName(siteUrl),
        },
      },
    },
  };
}

const MB = 1024 * 1024;
const KB = 1024;

export function apiReference(described: Described): ApiReference {
  return {
    document: openApiDocument(described),
    parameters: (['chat', 'completions', 'embeddings'] as const).map((endpoint) => ({
      endpoint,
      parameters: [...TABLES[endpoint].values()].map(({ name, says }) => ({ name, says })),
    })),
    errors: errorsUnder(described.billing).map(([code, entry]) => ({ code, ...entry })),
    limits: [
      { what: 'A body', most: `${BODY_BYTES_MAX / MB} MB` },
      { what: 'Levels of nesting in a body', most: DEPTH_MAX },
      { what: 'Values in a body', most: VALUES_MAX },
      { what: 'Names of fields in a body', most: KEYS_MAX },
      { what: 'Answers to one prompt', most: ANSWERS_MAX },
      { what: 'Tokens of an answer, where the model’s own limit is not smaller', most: OUTPUT_TOKENS_MAX },
      { what: 'Characters of a model’s name', most: MODEL_CHARS_MAX },
      { what: 'All headers of a request', most: `${HEAD_BYTES_MAX / KB} KB` },
      { what: 'Header lines', most: HEADERS_MAX },
      { what: 'An address', most: `${TARGET_BYTES_MAX / KB} KB` },
    ],
  };
}
