/** The shapes that parameters are made of. Each says in words what it accepts. */
import { type Check, isObject } from './parameter.ts';

const LOGIT_BIAS_ENTRIES_MAX = 2048;
const LOGIT_BIAS_MAX = 100;
const TOKEN_ID = /^\d{1,9}$/;
const TEMPLATE_ARGUMENTS_MAX = 64;
const TEMPLATE_ARGUMENT_CHARS_MAX = 1024;

export const number = (least: number, most: number): Check => ({
  says: `number from ${least} to ${most}`,
  schema: { type: 'number', minimum: least, maximum: most },
  ok: (v) => typeof v === 'number' && v >= least && v <= most,
});

export const whole = (least: number, most: number): Check => ({
  says: `whole number from ${least} to ${most}`,
  schema: { type: 'integer', minimum: least, maximum: most },
  ok: (v) => Number.isInteger(v) && (v as number) >= least && (v as number) <= most,
});

/** JSON numbers lose precision past 2^53; a seed may, since engines take 64 bits. */
export const seed: Check = {
  says: 'whole number of 64 bits',
  schema: { type: 'integer', exclusiveMinimum: -(2 ** 63), exclusiveMaximum: 2 ** 63 },
  ok: (v) => Number.isInteger(v) && Math.abs(v as number) < 2 ** 63,
};

export const flag: Check = {
  says: 'true or false',
  schema: { type: 'boolean' },
  ok: (v) => typeof v === 'boolean',
};

export const text = (chars: number): Check => ({
  says: `text of at most ${chars} characters`,
  schema: { type: 'string', maxLength: chars },
  ok: (v) => typeof v === 'string' && v.length <= chars,
});

export const oneOf = (...words: readonly string[]): Check => ({
  says: `one of ${words.map((word) => `\`${word}\``).join(', ')}`,
  schema: { type: 'string', enum: words },
  ok: (v) => typeof v === 'string' && words.includes(v),
});

export const listOf = (item: Check, most: number): Check => ({
  says: `list of at most ${most}: ${item.says}`,
  schema: { type: 'array', maxItems: most, items: item.schema },
  ok: (v) => Array.isArray(v) && v.length <= most && v.every(item.ok),
});

export const either = (...checks: readonly Check[]): Check => ({
  says: checks.map((check) => check.says).join('; or '),
  schema: { anyOf: checks.map((check) => check.schema) },
  ok: (v) => checks.some((check) => check.ok(v)),
});

/** Any object; its depth and size are bounded with the whole body's. */
export const anyObject: Check = { says: 'object', schema: { type: 'object' }, ok: isObject };

/** Any list of objects. */
export const objects: Check = {
  says: 'list of objects',
  schema: { type: 'array', items: { type: 'object' } },
  ok: (v) => Array.isArray(v) && v.every(isObject),
};

export const logitBias: Check = {
  says: `object of token ids, each with a number from -${LOGIT_BIAS_MAX} to ${LOGIT_BIAS_MAX}`,
  schema: {
    type: 'object',
    maxProperties: LOGIT_BIAS_ENTRIES_MAX,
    propertyNames: { pattern: TOKEN_ID.source },
    additionalProperties: { type: 'number', minimum: -LOGIT_BIAS_MAX, maximum: LOGIT_BIAS_MAX },
  },
  ok: (v) => {
    if (!isObject(v)) return false;
    const entries = Object.entries(v);
    return (
      entries.length <= LOGIT_BIAS_ENTRIES_MAX &&
      entries.every(([token, bias]) => isTokenId(token) && isBias(bias))
    );
  },
};

const isTokenId = (key: string): boolean => TOKEN_ID.test(key);
const isBias = (v: unknown): boolean => typeof v === 'number' && Math.abs(v) <= LOGIT_BIAS_MAX;

/** Arguments for the engine's own template; `chat_template` and `tokenize` among them would replace it (CVE-2025-61620). */
const RESERVED_TEMPLATE_ARGUMENTS = 'chat_template|tokenize|tokenizer|conversation|messages|tools';
const TEMPLATE_ARGUMENT = new RegExp(`^(?!(?:${RESERVED_TEMPLATE_ARGUMENTS})$)[a-z][a-z0-9_]{0,63}$`);

export const templateArguments: Check = {
  says: 'object of flags, numbers and short texts; no `chat_template`, `tokenize`, `messages` or `tools`',
  schema: {
    type: 'object',
    maxProperties: TEMPLATE_ARGUMENTS_MAX,
    propertyNames: { pattern: TEMPLATE_ARGUMENT.source },
    additionalProperties: {
      anyOf: [
        { type: ['boolean', 'number', 'null'] },
        { type: 'string', maxLength: TEMPLATE_ARGUMENT_CHARS_MAX },
      ],
    },
  },
  ok: (v) => {
    if (!isObject(v)) return false;
    const entries = Object.entries(v);
    return (
      entries.length <= TEMPLATE_ARGUMENTS_MAX &&
      entries.every(([key, value]) => isTemplateArgument(key, value))
    );
  },
};

function isTemplateArgument(key: string, value: unknown): boolean {
  if (!TEMPLATE_ARGUMENT.test(key)) return false;
  if (typeof value === 'string') return value.length <= TEMPLATE_ARGUMENT_CHARS_MAX;
  return typeof value === 'boolean' || typeof value === 'number' || value === null;
}
