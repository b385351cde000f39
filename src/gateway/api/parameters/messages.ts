/** The messages of a chat, each made of known fields only. */
import { PART_TYPES, readParts } from './media.ts';
import { invalid, isObject, type JsonObject, missing, type Schema } from './parameter.ts';
import { readToolCalls } from './tools.ts';

export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
const ROLE_SET: ReadonlySet<unknown> = new Set(ROLES);

/** Fields of a message whose value is text and travels as it is. */
const TEXT_FIELDS = {
  name: 'messages.name',
  tool_call_id: 'messages.tool_call_id',
  refusal: 'messages.refusal',
  reasoning: 'messages.reasoning',
  reasoning_content: 'messages.reasoning',
} as const;
const TEXT_FIELD_ENTRIES = Object.entries(TEXT_FIELDS) as [
  keyof typeof TEXT_FIELDS,
  (typeof TEXT_FIELDS)[keyof typeof TEXT_FIELDS],
][];

/** Of a list of messages. */
export const messagesSchema: Schema = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['role'],
    properties: {
      role: { enum: ROLES },
      content: {
        anyOf: [
          { type: ['string', 'null'] },
          {
            type: 'array',
            items: { type: 'object', required: ['type'], properties: { type: { enum: PART_TYPES } } },
          },
        ],
      },
      ...Object.fromEntries(TEXT_FIELD_ENTRIES.map(([name]) => [name, { type: ['string', 'null'] }])),
      tool_calls: { type: ['array', 'null'], items: { type: 'object' } },
      function_call: { type: ['object', 'null'], deprecated: true },
    },
  },
};

/** Throws `ApiError` with the parameter and the message's place in the list. */
export function readMessages(value: unknown): JsonObject[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('messages');
  return value.map(readMessage);
}

function readMessage(given: unknown, index: number): JsonObject {
  if (!isObject(given)) throw invalid('messages', index);
  const role = given.role;
  if (!ROLE_SET.has(role)) throw invalid('messages.role', index);
  const message: Record<string, unknown> = { role };
  readContent(given, role, index, message);
  for (const [field, param] of TEXT_FIELD_ENTRIES) {
    const text = given[field];
    if (text == null) continue;
    if (typeof text !== 'string') throw invalid(param, index);
    message[field] = text;
  }
  if (role === 'assistant') readCalls(given, index, message);
  return message;
}

/** Only an assistant may have said nothing (it called tools instead). */
function readContent(
  given: JsonObject,
  role: unknown,
  index: number,
  message: Record<string, unknown>,
): void {
  const content = given.content;
  if (typeof content === 'string') message.content = content;
  else if (Array.isArray(content)) message.content = readParts(content, index);
  else if (content != null) throw invalid('messages.content', index);
  else if (role === 'assistant') message.content = null;
  else throw missing('messages.content', index);
}

function readCalls(given: JsonObject, index: number, message: Record<string, unknown>): void {
  if (given.tool_calls != null) message.tool_calls = readToolCalls(given.tool_calls, index);
  const call = given.function_call;
  if (call == null) return;
  if (!isObject(call) || typeof call.name !== 'string' || typeof call.arguments !== 'string') {
    throw invalid('messages.function_call', index);
  }
  message.function_call = { name: call.name, arguments: call.arguments };
}
