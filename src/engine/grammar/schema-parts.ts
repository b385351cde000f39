/** What is known of JSON schema's keywords (draft 2020-12), and how schemas are looked up and combined. */
import { isObject } from '../api/fields.ts';

export type Schema = Readonly<Record<string, unknown>>;

export const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
export type Type = (typeof TYPES)[number];

/** Keywords that no grammar of ours enforces; a schema that uses one is refused. */
export const REFUSED = [
  'not',
  'if',
  'then',
  'else',
  'pattern',
  'patternProperties',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'contains',
  'unevaluatedProperties',
  'unevaluatedItems',
  'multipleOf',
] as const;

const OF_OBJECTS = ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'];
const OF_ARRAYS = ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'];
const OF_STRINGS = ['minLength', 'maxLength', 'format'];
const OF_NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const OF_ALL = ['type', 'enum', 'const', '$ref', 'allOf', 'anyOf', 'oneOf'];
const ASSERTIONS: ReadonlySet<string> = new Set([
  ...OF_ALL,
  ...OF_OBJECTS,
  ...OF_ARRAYS,
  ...OF_STRINGS,
  ...OF_NUMBERS,
]);

/** The keywords of `schema` that restrict anything, but for `allowed` ones. */
export const assertionsBut = (schema: Schema, ...allowed: string[]): string[] =>
  Object.keys(schema).filter((keyword) => ASSERTIONS.has(keyword) && !allowed.includes(keyword));

/** The type that a schema means whose author left it out: narrower than the standard, which would let others pass. */
export function impliedTypes(schema: Schema): readonly Type[] {
  const uses = (keywords: readonly string[]): boolean =>
    keywords.some((keyword) => schema[keyword] !== undefined);
  if (uses(OF_OBJECTS)) return ['object'];
  if (uses(OF_ARRAYS)) return ['array'];
  if (uses(OF_STRINGS)) return ['string'];
  if (uses(OF_NUMBERS)) return ['number'];
  return [];
}

export function isOfType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isOfType(value, one));
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

/** What a reference within the schema points at (RFC 6901); undefined where that is nothing. */
export function pointedAt(root: unknown, reference: string): unknown {
  let target = root;
  for (const step of reference.split('/').slice(1)) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) return undefined;
    target = (target as Schema)[key];
  }
  return target;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** A schema that both fit; or the keyword in which they cannot be brought together. */
export function merge(one: Schema, other: Schema): { schema: Schema } | { conflict: string } {
  const schema: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    const before = schema[keyword];
    if (before === undefined || !ASSERTIONS.has(keyword)) schema[keyword] = value;
    else if (keyword === 'required' && Array.isArray(before) && Array.isArray(value)) {
      schema[keyword] = [...new Set([...before, ...value])];
    } else if (keyword === 'properties' && isObject(before) && isObject(value)) {
      // Each side forbids the other's members where it allows no additional ones.
      if (one.additionalProperties !== undefined || other.additionalProperties !== undefined) {
        return { conflict: 'additionalProperties' };
      }
      for (const [name, property] of Object.entries(value)) {
        if (Object.hasOwn(before, name) && !same(before[name], property)) return { conflict: keyword };
      }
      schema[keyword] = { ...before, ...value };
    } else if (!same(before, value)) return { conflict: keyword };
  }
  return { schema };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
