/** Tools, the choice among them, calls of them, and the form of the answer: nested values, made of known fields only. */
import type { Param } from '../names.ts';
import { invalid, isObject, type JsonObject, type Reader } from './parameter.ts';

/** OpenAI allows 128; engines take more. */
const TOOLS_MAX = 512;
const NAME_CHARS_MAX = 256;

const nameSchema = { type: 'string', minLength: 1, maxLength: NAME_CHARS_MAX };
const functionSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: nameSchema,
    description: { type: ['string', 'null'] },
    parameters: { type: ['object', 'null'], description: 'A JSON Schema of the arguments.' },
    strict: { type: ['boolean', 'null'] },
  },
};
const named = { type: 'object', required: ['name'], properties: { name: nameSchema } };
const oneNamed = {
  type: 'object',
  required: ['type'],
  properties: { type: { enum: ['function', 'custom'] }, function: named, custom: named },
};

const CHOICES = new Set<unknown>(['none', 'auto', 'required']);
const MODES = new Set<unknown>(['auto', 'required']);

export const tools: Reader = {
  says: `list of at most ${TOOLS_MAX} tools of type \`function\` or \`custom\``,
  schema: {
    type: 'array',
    maxItems: TOOLS_MAX,
    items: {
      type: 'object',
      required: ['type'],
      properties: {
        type: { enum: ['function', 'custom'] },
        function: functionSchema,
        custom: {
          ...named,
          properties: { ...named.properties, description: { type: 'string' }, format: { type: 'object' } },
        },
      },
    },
  },
  read: (value) => readTools(value, 'tools'),
};

export const functions: Reader = {
  says: `list of at most ${TOOLS_MAX} functions (deprecated: use \`tools\`)`,
  schema: { type: 'array', maxItems: TOOLS_MAX, items: functionSchema, deprecated: true },
  read: (value) => {
    if (!Array.isArray(value) || value.length > TOOLS_MAX) throw invalid('functions');
    return value.map((given, index) => readFunction(given, 'functions', index));
  },
};

export const toolChoice: Reader = {
  says: '`none`, `auto`, `required`, one named tool, or `allowed_tools`',
  schema: {
    anyOf: [
      { enum: ['none', 'auto', 'required'] },
      oneNamed,
      {
        type: 'object',
        required: ['type', 'allowed_tools'],
        properties: {
          type: { const: 'allowed_tools' },
          allowed_tools: {
            type: 'object',
            required: ['mode', 'tools'],
            properties: { mode: { enum: ['auto', 'required'] }, tools: { type: 'array', items: oneNamed } },
          },
        },
      },
    ],
  },
  read: (value) => {
    if (CHOICES.has(value)) return value;
    if (!isObject(value)) throw invalid('tool_choice');
    if (value.type !== 'allowed_tools') return readNamed(value, 'tool_choice');
    const allowed = value.allowed_tools;
    if (!isObject(allowed) || !MODES.has(allowed.mode) || !Array.isArray(allowed.tools))
      throw invalid('tool_choice');
    const named = allowed.tools.map((tool: unknown) => readNamed(tool, 'tool_choice'));
    return { type: 'allowed_tools', allowed_tools: { mode: allowed.mode, tools: named } };
  },
};

export const functionCall: Reader = {
  says: '`none`, `auto`, or one named function (deprecated: use `tool_choice`)',
  schema: { anyOf: [{ enum: ['none', 'auto'] }, named], deprecated: true },
  read: (value) => {
    if (value === 'none' || value === 'auto') return value;
    if (!isObject(value)) throw invalid('function_call');
    return { name: nameOf(value.name, 'function_call') };
  },
};

export const responseFormat: Reader = {
  says: '`{"type":"text"}`, `{"type":"json_object"}`, `{"type":"json_schema","json_schema":{"name","schema","strict"}}`, or `{"type":"structural_tag",…}`',
  schema: {
    type: 'object',
    required: ['type'],
    properties: {
      type: { enum: ['text', 'json_object', 'json_schema', 'structural_tag'] },
      json_schema: {
        type: 'object',
        required: ['name'],
        properties: {
          name: nameSchema,
          description: { type: ['string', 'null'] },
          schema: { type: ['object', 'null'] },
          strict: { type: ['boolean', 'null'] },
        },
      },
    },
  },
  read: (value) => {
    if (!isObject(value)) throw invalid('response_format');
    switch (value.type) {
      case 'text':
        return { type: 'text' };
      case 'json_object':
        return { type: 'json_object', ...objectField(value, 'schema', 'response_format') };
      case 'json_schema':
        return { type: 'json_schema', json_schema: readSchema(value.json_schema) };
      case 'structural_tag':
        return { type: 'structural_tag', ...pick(value, ['structures', 'triggers', 'format']) };
      default:
        throw invalid('response_format');
    }
  },
};

/** The calls of tools that the assistant's message at `index` made. */
export function readToolCalls(value: unknown, index: number): JsonObject[] {
  if (!Array.isArray(value)) throw invalid('messages.tool_calls', index);
  return value.map((call: unknown) => {
    if (!isObject(call) || typeof call.id !== 'string') throw invalid('messages.tool_calls', index);
    const { id, type } = call;
    if (type === 'custom') {
      const custom = texts(call.custom, ['name', 'input'], index);
      return { id, type, custom };
    }
    if (type != null && type !== 'function') throw invalid('messages.tool_calls', index);
    return { id, type: 'function', function: texts(call.function, ['name', 'arguments'], index) };
  });
}

function texts(value: unknown, fields: readonly string[], index: number): JsonObject {
  if (!isObject(value)) throw invalid('messages.tool_calls', index);
  const made: Record<string, unknown> = {};
  for (const field of fields) {
    if (typeof value[field] !== 'string') throw invalid('messages.tool_calls', index);
    made[field] = value[field];
  }
  return made;
}

function readTools(value: unknown, param: Param): JsonObject[] {
  if (!Array.isArray(value) || value.length > TOOLS_MAX) throw invalid(param);
  return value.map((tool: unknown, index) => {
    if (!isObject(tool)) throw invalid(param, index);
    if (tool.type === 'function')
      return { type: 'function', function: readFunction(tool.function, param, index) };
    const custom = tool.custom;
    if (tool.type !== 'custom' || !isObject(custom)) throw invalid(param, index);
    return {
      type: 'custom',
      custom: {
        name: nameOf(custom.name, param, index),
        ...textField(custom, 'description', param, index),
        ...objectField(custom, 'format', param, index),
      },
    };
  });
}

function readFunction(value: unknown, param: Param, index: number): JsonObject {
  if (!isObject(value)) throw invalid(param, index);
  return {
    name: nameOf(value.name, param, index),
    ...textField(value, 'description', param, index),
    ...objectField(value, 'parameters', param, index),
    ...flagField(value, 'strict', param, index),
  };
}

function readNamed(value: unknown, param: Param): JsonObject {
  if (!isObject(value)) throw invalid(param);
  const type = value.type;
  if (type !== 'function' && type !== 'custom') throw invalid(param);
  const inner = value[type];
  if (!isObject(inner)) throw invalid(param);
  return { type, [type]: { name: nameOf(inner.name, param) } };
}

function readSchema(value: unknown): JsonObject {
  if (!isObject(value)) throw invalid('response_format');
  return {
    name: nameOf(value.name, 'response_format'),
    ...textField(value, 'description', 'response_format'),
    ...objectField(value, 'schema', 'response_format'),
    ...flagField(value, 'strict', 'response_format'),
  };
}

function nameOf(value: unknown, param: Param, index?: number): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > NAME_CHARS_MAX)
    throw invalid(param, index);
  return value;
}

function field(
  from: JsonObject,
  name: string,
  ok: (v: unknown) => boolean,
  param: Param,
  index?: number,
): JsonObject {
  const value = from[name];
  if (value == null) return {};
  if (!ok(value)) throw invalid(param, index);
  return { [name]: value };
}

const textField = (from: JsonObject, name: string, param: Param, index?: number): JsonObject =>
  field(from, name, (v) => typeof v === 'string', param, index);
const flagField = (from: JsonObject, name: string, param: Param, index?: number): JsonObject =>
  field(from, name, (v) => typeof v === 'boolean', param, index);
const objectField = (from: JsonObject, name: string, param: Param, index?: number): JsonObject =>
  field(from, name, isObject, param, index);

function pick(from: JsonObject, names: readonly string[]): JsonObject {
  const made: Record<string, unknown> = {};
  for (const name of names) if (from[name] != null) made[name] = from[name];
  return made;
}
