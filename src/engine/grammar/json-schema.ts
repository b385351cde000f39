/**
 * JSON schema to grammar rules: whatever the rules allow fits the schema. A rule may be narrower than its schema
 * (members come in the declared order; undeclared ones only where nothing is declared), never wider: a keyword that
 * cannot be enforced is refused, by name. Annotations and unknown keywords count nothing, as the standard says.
 */
import { type ApiError, invalid } from '../api/api-error.ts';
import { isObject } from '../api/fields.ts';
import { type Bounds, EVERYTHING, integersWithin, NOTHING, numbersWithin } from './numbers.ts';
import { jsonLiteral, type Rules } from './rules.ts';

type Schema = Readonly<Record<string, unknown>>;

const REFUSED = [
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

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
type Type = (typeof TYPES)[number];

const DEPTH_MAX = 64;
/** llama.cpp refuses larger repetitions. */
const REPEAT_MAX = 2000;

const DATE = `[0-9]{4} "-" (("01" | "03" | "05" | "07" | "08" | "10" | "12") "-" ("0" [1-9] | [12] [0-9] | "3" [01]) | ("04" | "06" | "09" | "11") "-" ("0" [1-9] | [12] [0-9] | "30") | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8]))`;
const TIME = '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,6})? "Z"';

/**
 * Formats of strings that are enforced (RFC 3339, times in UTC; RFC 9562); others are annotations, as the standard
 * has it.
 */
const FORMATS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  'date-time': `${DATE} "T" ${TIME}`,
  uuid: 'hex{8} "-" hex{4} "-" [1-8] hex{3} "-" [89abAB] hex{3} "-" hex{12}',
};

export class JsonSchema {
  readonly #rules: Rules;
  readonly #root: unknown;
  readonly #param: string;
  /** Rules of references, by their text: this is what makes recursive schemas end. */
  readonly #references = new Map<string, string>();

  constructor(rules: Rules, schema: unknown, param: string) {
    this.#rules = rules;
    this.#root = schema;
    this.#param = param;
  }

  /** The name of a rule for the whole schema. Throws 400 `unsupported_schema`. */
  rule(): string {
    return this.#ruleFor(this.#root, '$', 0);
  }

  #ruleFor(schema: unknown, at: string, depth: number): string {
    if (depth > DEPTH_MAX) throw this.#refuse(at, `is nested more than ${DEPTH_MAX} deep`);
    if (schema === true) return 'value';
    if (!isObject(schema)) throw this.#refuse(at, 'is no schema that anything fits');
    for (const keyword of REFUSED) {
      if (schema[keyword] !== undefined) throw this.#refuse(at, `uses ${keyword}, which cannot be enforced`);
    }
    if (typeof schema.$ref === 'string') return this.#reference(schema.$ref, at, depth);
    if (schema.const !== undefined) return this.#rules.add(jsonLiteral(schema.const));
    if (schema.enum !== undefined) return this.#oneOfValues(schema.enum, at);
    if (schema.allOf !== undefined) return this.#ruleFor(this.#merged(schema, at), at, depth + 1);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.#oneOfSchemas(schema, choices, at, depth);
    return this.#typed(schema, at, depth);
  }

  #typed(schema: Schema, at: string, depth: number): string {
    const types = this.#typesOf(schema, at);
    if (types.length === 0) return 'value';
    const rules = types.map((type) => this.#ofType(type, schema, at, depth));
    return rules.length === 1 ? rules[0]! : this.#rules.add(rules.join(' | '));
  }

  #typesOf(schema: Schema, at: string): readonly Type[] {
    const given = schema.type;
    const types = given === undefined ? impliedType(schema) : Array.isArray(given) ? given : [given];
    if (!types.every((type): type is Type => TYPES.includes(type as Type)))
      throw this.#refuse(at, 'has an unknown type');
    return schema.nullable === true && !types.includes('null') ? [...types, 'null'] : types;
  }

  #ofType(type: Type, schema: Schema, at: string, depth: number): string {
    switch (type) {
      case 'object':
        return this.#object(schema, at, depth);
      case 'array':
        return this.#array(schema, at, depth);
      case 'string':
        return this.#string(schema, at);
      case 'integer':
        return this.#integer(schema, at);
      case 'number':
        return this.#number(schema, at);
      default:
        return type;
    }
  }

  #reference(reference: string, at: string, depth: number): string {
    const known = this.#references.get(reference);
    if (known !== undefined) return known;
    if (!reference.startsWith('#')) throw this.#refuse(at, 'refers to something outside the schema');
    let target = this.#root;
    for (const step of reference.split('/').slice(1)) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      target =
        (isObject(target) || Array.isArray(target)) && Object.hasOwn(target, key)
          ? (target as Schema)[key]
          : undefined;
    }
    if (target === undefined) throw this.#refuse(at, 'refers to something that is not in the schema');
    const name = this.#rules.reserve();
    this.#references.set(reference, name);
    this.#rules.define(name, this.#ruleFor(target, reference, depth + 1));
    return name;
  }

  #oneOfValues(values: unknown, at: string): string {
    if (!Array.isArray(values) || values.length === 0) throw this.#refuse(at, 'has an enum without values');
    return this.#rules.add(values.map(jsonLiteral).join(' | '));
  }

  /** `anyOf` and `oneOf`: each choice together with what stands beside them. */
  #oneOfSchemas(schema: Schema, choices: unknown, at: string, depth: number): string {
    if (!Array.isArray(choices) || choices.length === 0)
      throw this.#refuse(at, 'has anyOf or oneOf without choices');
    const { anyOf: _any, oneOf: _one, ...beside } = schema;
    const rules = choices.map((choice, i) => {
      const place = `${at}[${i}]`;
      const plain = !hasAssertions(beside) || !isObject(choice);
      return this.#ruleFor(plain ? choice : this.#merge(beside, choice, place), place, depth + 1);
    });
    return this.#rules.add(rules.join(' | '));
  }

  #merged(schema: Schema, at: string): Schema {
    const { allOf, ...beside } = schema;
    if (!Array.isArray(allOf)) throw this.#refuse(at, 'has an allOf that is no list');
    return allOf.reduce<Schema>((all, part) => this.#merge(all, this.#resolved(part, at), at), beside);
  }

  /** What a schema that is only a reference refers to, so that it can be merged. */
  #resolved(schema: unknown, at: string): Schema {
    if (!isObject(schema)) throw this.#refuse(at, 'has something other than schemas in allOf');
    const reference = schema.$ref;
    if (typeof reference !== 'string') return schema;
    const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference)?.[1];
    const groups = isObject(this.#root) ? [this.#root.$defs, this.#root.definitions] : [];
    for (const group of groups) {
      const target = isObject(group) && name !== undefined ? group[name] : undefined;
      if (isObject(target)) return target;
    }
    throw this.#refuse(at, 'refers to something that is not in the schema');
  }

  #merge(one: Schema, other: Schema, at: string): Schema {
    const all: Record<string, unknown> = { ...one };
    for (const [keyword, value] of Object.entries(other)) {
      const before = all[keyword];
      if (before === undefined || ANNOTATIONS.has(keyword)) all[keyword] = value;
      else if (keyword === 'properties' && isObject(before) && isObject(value))
        all[keyword] = { ...before, ...value };
      else if (keyword === 'required' && Array.isArray(before) && Array.isArray(value))
        all[keyword] = [...before, ...value];
      else if (JSON.stringify(before) !== JSON.stringify(value)) {
        throw this.#refuse(at, `combines two different ${keyword}`);
      }
    }
    return all;
  }

  #object(schema: Schema, at: string, depth: number): string {
    const properties = schema.properties ?? {};
    if (!isObject(properties)) throw this.#refuse(at, 'has properties that are no object');
    const required = new Set(Array.isArray(schema.required) ? (schema.required as unknown[]) : []);
    const names = Object.keys(properties);
    for (const name of required) {
      if (typeof name !== 'string' || !Object.hasOwn(properties, name)) {
        throw this.#refuse(at, 'requires a property that it does not declare');
      }
    }
    if (names.length === 0) return this.#map(schema, at, depth);
    const least = this.#count(schema, 'minProperties', at) ?? 0;
    const most = this.#count(schema, 'maxProperties', at) ?? names.length;
    if (least > required.size || most < names.length) {
      throw this.#refuse(
        at,
        'uses minProperties or maxProperties beside properties, which cannot be enforced',
      );
    }
    const members = names.map((name) => {
      const value = this.#ruleFor(properties[name], `${at}.${name}`, depth + 1);
      return { rule: `${jsonLiteral(name)} ":" ws ${value}`, required: required.has(name) };
    });
    return this.#rules.add(`"{" ws ${this.#members(members)} ws "}"`);
  }

  /** Members in their order, each optional one there or not: `first` while none was written, `more` after one. */
  #members(members: readonly { rule: string; required: boolean }[]): string {
    let first = '""';
    let more = '""';
    for (const { rule, required } of members.toReversed()) {
      const member = this.#rules.add(rule);
      const begins = `${member} ${more}`;
      const goesOn = `"," ws ${member} ${more}`;
      first = this.#rules.add(required ? begins : `${begins} | ${first}`);
      more = this.#rules.add(required ? goesOn : `${goesOn} | ${more}`);
    }
    return first;
  }

  /** An object without declared properties. */
  #map(schema: Schema, at: string, depth: number): string {
    const value = schema.additionalProperties ?? true;
    const least = this.#count(schema, 'minProperties', at) ?? 0;
    const most = this.#count(schema, 'maxProperties', at);
    if (value === false) {
      if (least > 0) throw this.#refuse(at, 'wants properties and allows none');
      return this.#rules.add('"{" ws "}"');
    }
    const member = this.#rules.add(`string ":" ws ${this.#ruleFor(value, `${at}.*`, depth + 1)}`);
    return this.#rules.add(`"{" ws ${this.#repeated(member, least, most)} ws "}"`);
  }

  #array(schema: Schema, at: string, depth: number): string {
    if (schema.uniqueItems === true) throw this.#refuse(at, 'uses uniqueItems, which cannot be enforced');
    const least = this.#count(schema, 'minItems', at) ?? 0;
    const most = this.#count(schema, 'maxItems', at);
    const tuple = schema.prefixItems;
    if (tuple !== undefined) return this.#tuple(tuple, least, most, at, depth);
    const item = this.#ruleFor(schema.items ?? true, `${at}[]`, depth + 1);
    return this.#rules.add(`"[" ws ${this.#repeated(item, least, most)} ws "]"`);
  }

  /** `prefixItems`: all of them, and no further ones. */
  #tuple(tuple: unknown, least: number, most: number | null, at: string, depth: number): string {
    if (!Array.isArray(tuple) || tuple.length === 0) throw this.#refuse(at, 'has prefixItems without items');
    if (least > tuple.length || (most ?? tuple.length) < tuple.length) {
      throw this.#refuse(at, 'wants another number of items than prefixItems names');
    }
    const items = tuple.map((item, i) => this.#ruleFor(item, `${at}[${i}]`, depth + 1));
    return this.#rules.add(`"[" ws ${items.join(' "," ws ')} ws "]"`);
  }

  /** `item` from `least` to `most` times, with commas. */
  #repeated(item: string, least: number, most: number | null): string {
    if (most === 0) return '""';
    const rest = `("," ws ${item})${times(Math.max(0, least - 1), most === null ? null : most - 1)}`;
    return least > 0 ? `${item} ${rest}` : `(${item} ${rest})?`;
  }

  #string(schema: Schema, at: string): string {
    const least = this.#count(schema, 'minLength', at) ?? 0;
    const most = this.#count(schema, 'maxLength', at);
    const enforced = FORMATS[String(schema.format)];
    if (enforced !== undefined) return this.#rules.add(`"\\"" ${enforced} "\\""`);
    if (least === 0 && most === null) return 'string';
    return this.#rules.add(`"\\"" char${times(least, most)} "\\""`);
  }

  #integer(schema: Schema, at: string): string {
    const rule = integersWithin(this.#bounds(schema, at));
    if (rule === NOTHING) throw this.#refuse(at, 'has a range without numbers');
    return rule === EVERYTHING ? 'integer' : this.#rules.add(rule);
  }

  #number(schema: Schema, at: string): string {
    const rule = numbersWithin(this.#bounds(schema, at));
    if (rule === NOTHING) {
      throw this.#refuse(
        at,
        'has bounds that cannot be enforced: give whole numbers, the lower one from 0 on',
      );
    }
    return rule === EVERYTHING ? 'number' : this.#rules.add(rule);
  }

  #bounds(schema: Schema, at: string): Bounds {
    return {
      least: this.#bound(schema, 'minimum', at),
      above: this.#bound(schema, 'exclusiveMinimum', at),
      most: this.#bound(schema, 'maximum', at),
      below: this.#bound(schema, 'exclusiveMaximum', at),
    };
  }

  #bound(schema: Schema, keyword: string, at: string): number | null {
    const value = schema[keyword];
    if (value === undefined) return null;
    if (typeof value !== 'number') throw this.#refuse(at, `has a ${keyword} that is no number`);
    return value;
  }

  #count(schema: Schema, keyword: string, at: string): number | null {
    const value = schema[keyword];
    if (value === undefined) return null;
    if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > REPEAT_MAX) {
      throw this.#refuse(at, `has a ${keyword} that is no whole number up to ${REPEAT_MAX}`);
    }
    return value as number;
  }

  #refuse(at: string, why: string): ApiError {
    return invalid(this.#param, `The schema in ${this.#param} ${why} (at ${at}).`, 'unsupported_schema');
  }
}

const ANNOTATIONS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  '$comment',
  '$id',
  '$schema',
]);
const ASSERTIONS = [
  'type',
  'properties',
  'required',
  'items',
  'enum',
  'const',
  'allOf',
  '$ref',
  'additionalProperties',
];

const hasAssertions = (schema: Schema): boolean =>
  ASSERTIONS.some((keyword) => schema[keyword] !== undefined);

/** The type that a schema means whose author left it out. */
function impliedType(schema: Schema): readonly Type[] {
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return ['object'];
  if (schema.items !== undefined || schema.prefixItems !== undefined) return ['array'];
  return [];
}

const times = (least: number, most: number | null): string =>
  most === null ? (least === 0 ? '*' : `{${least},}`) : `{${least},${most}}`;
