/** The shapes that parameters are made of. Each says in words what it accepts. */
import { type Check, isObject } from './parameter.ts';

const LOGIT_BIAS_ENTRIES_MAX = 2048;
const LOGIT_BIAS_MAX = 100;
const TEMPLATE_ARGUMENTS_MAX = 64;
const TEMPLATE_ARGUMENT_CHARS_MAX = 1024;

export const number = (least: number, most: number): Check => ({
  says: `number from ${least} to ${most}`,
  ok: (v) => typeof v === 'number' && v >= least && v <= most,
});

export const whole = (least: number, most: number): Check => ({
  says: `whole number from ${least} to ${most}`,
  ok: (v) => Number.isInteger(v) && (v as number) >= least && (v as number) <= most,
});

/** JSON numbers lose precision past 2^53; a seed may, since engines take 64 bits. */
export const seed: Check = {
  says: 'whole number of 64 bits',
  ok: (v) => Number.isInteger(v) && Math.abs(v as number) < 2 ** 63,
};

export const flag: Check = { says: 'true or false', ok: (v) => typeof v === 'boolean' };

export const text = (chars: number): Check => ({
  says: `text of at most ${chars} characters`,
  ok: (v) => typeof v === 'string' && v.length <= chars,
});

export const oneOf = (...words: readonly string[]): Check => ({
  says: `one of ${words.map((word) => `\`${word}\``).join(', ')}`,
  ok: (v) => typeof v === 'string' && words.includes(v),
});

export const listOf = (item: Check, most: number): Check => ({
  says: `list of at most ${most}: ${item.says}`,
  ok: (v) => Array.isArray(v) && v.length <= most && v.every(item.ok),
});

export const either = (...checks: readonly Check[]): Check => ({
  says: checks.map((check) => check.says).join('; or '),
  ok: (v) => checks.some((check) => check.ok(v)),
});

/** Any object; its depth and size are bounded with the whole body's. */
export const anyObject: Check = { says: 'object', ok: isObject };

/** Any list of objects. */
export const objects: Check = { says: 'list of objects', ok: (v) => Array.isArray(v) && v.every(isObject) };

export const logitBias: Check = {
  says: `object of token ids, each with a number from -${LOGIT_BIAS_MAX} to ${LOGIT_BIAS_MAX}`,
  ok: (v) => {
    if (!isObject(v)) return false;
    const entries = Object.entries(v);
    return (
      entries.length <= LOGIT_BIAS_ENTRIES_MAX &&
      entries.every(([token, bias]) => isTokenId(token) && isBias(bias))
    );
  },
};

const isTokenId = (key: string): boolean => /^\d{1,9}$/.test(key);
const isBias = (v: unknown): boolean => typeof v === 'number' && Math.abs(v) <= LOGIT_BIAS_MAX;

/** Arguments for the engine's own template; `chat_template` and `tokenize` among them would replace it (CVE-2025-61620). */
const RESERVED_TEMPLATE_ARGUMENTS = new Set([
  'chat_template',
  'tokenize',
  'tokenizer',
  'conversation',
  'messages',
  'tools',
]);

export const templateArguments: Check = {
  says: 'object of flags, numbers and short texts; no `chat_template`, `tokenize`, `messages` or `tools`',
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
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(key) || RESERVED_TEMPLATE_ARGUMENTS.has(key)) return false;
  if (typeof value === 'string') return value.length <= TEMPLATE_ARGUMENT_CHARS_MAX;
  return typeof value === 'boolean' || typeof value === 'number' || value === null;
}
