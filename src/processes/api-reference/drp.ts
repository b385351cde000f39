/** The Data Rights Protocol's part of the OpenAPI document: its endpoints on the site's port, with what they answer. */
import { z } from 'zod';
import { exerciseMessage, REASONS, revokeMessage, STATUSES, setUpMessage } from '../../control/drp/index.ts';
import { ref } from './answers.ts';

interface Endpoint {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  /** What is signed; the body is base64 of the signature and its JSON. */
  readonly signed?: z.ZodType;
  readonly answer: string;
  /** By a signature alone. */
  readonly withoutToken?: true;
}

const REQUEST = '/v1/data-rights-request/{id}';
const AGENT = '/v1/agent/{agent}';

export const DRP_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/v1/data-rights-request',
    summary: 'Exercise a right for somebody (Data Rights Protocol 2.01)',
    signed: exerciseMessage,
    answer: 'ExerciseStatus',
  },
  {
    method: 'get',
    path: REQUEST,
    summary: 'How a request of the agent stands (2.02)',
    answer: 'ExerciseStatus',
  },
  {
    method: 'delete',
    path: REQUEST,
    summary: 'Take a request back (2.04)',
    signed: revokeMessage,
    answer: 'ExerciseStatus',
  },
  {
    method: 'post',
    path: AGENT,
    summary: 'Set up a token; the one before ends (2.05)',
    signed: setUpMessage,
    answer: 'AgentToken',
    withoutToken: true,
  },
  { method: 'get', path: AGENT, summary: 'Whether the token is good (2.06)', answer: 'Nothing' },
];

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };

export const drpSchemas = {
  ExerciseStatus: {
    type: 'object',
    required: ['request_id', 'status', 'received_at'],
    properties: {
      request_id: text,
      agent_request_id: text,
      status: { enum: STATUSES },
      reason: { enum: REASONS },
      received_at: time,
      expected_by: time,
      expires_at: time,
      processing_details: text,
      user_verification_url: text,
      results_url: text,
    },
  },
  AgentToken: {
    type: 'object',
    required: ['agent-id', 'token'],
    properties: { 'agent-id': text, token: text },
  },
  Nothing: { type: 'object', maxProperties: 0 },
  AgentRefused: {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: text, message: text, fatal: { const: true } },
  },
};

const content = (name: string) => ({ 'application/json': { schema: { $ref: ref(name) } } });
const refused = { description: 'What was refused', content: content('AgentRefused') };

export function drpPaths(siteUrl: string): Record<string, object> {
  const servers = [{ url: siteUrl, description: 'The site' }];
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, summary, signed, answer, withoutToken } of DRP_ENDPOINTS) {
    const named = /\{(\w+)\}/.exec(path)?.[1];
    paths[path] = {
      servers,
      ...paths[path],
      [method]: {
        operationId: `${method}${path === AGENT ? 'Agent' : path === REQUEST ? 'DataRightsRequest' : 'NewDataRightsRequest'}`,
        summary,
        tags: ['Data Rights Protocol'],
        security: withoutToken ? [] : [{ agent: [] }],
        ...(named !== undefined && {
          parameters: [{ name: named, in: 'path', required: true, schema: text }],
        }),
        ...(signed && { requestBody: bodyOf(signed) }),
        responses: {
          200: { description: 'Done', content: content(answer) },
          '4XX': refused,
          '5XX': refused,
        },
      },
    };
  }
  return paths;
}

const bodyOf = (signed: z.ZodType) => ({
  required: true,
  description:
    'Base64 of an Ed25519 signature (64 bytes) and of the JSON that it signs, as libsodium’s combined mode has them.',
  content: {
    'text/plain': {
      schema: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: z.toJSONSchema(signed, { io: 'input', target: 'draft-2020-12' }),
      },
    },
  },
});
