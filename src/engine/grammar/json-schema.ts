/**
 * JSON schema to grammar rules: whatever the rules allow fits the schema. A rule may be narrower than its schema
 * (members come in the declared order; undeclared ones only where nothing is declared), never wider: a keyword that
 * cannot be enforced is refused, by name. Annotations and unknown keywords count nothing, as the standard says;
 * `oneOf` counts as `anyOf`.
 */
import { type ApiError, invalid } from '../api/api-error.ts';
import { isObject } from '../api/fields.ts';
import { FORMATS } from './formats.ts';
import { type Bounds, EVERYTHING, integersWithin, NOTHING, numbersWithin } from './numbers.ts';
import { jsonLiteral, type Rules } from './rules.ts';
import {
  assertionsBut,
  impliedTypes,
  isOfType,
  merge,
  pointedAt,
  REFUSED,
  type Schema,
  TYPES,
  type Type,
} from './schema-parts.ts';

const DEPTH_MAX = 64;
/** llama.cpp refuses larger repetitions. */
const REPEAT_MAX = 2000;

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
    if (schema.$ref !== undefined) return this.#reference(schema, at, depth);
    if (schema.const !== undefined) return this.#values(schema, [schema.const], 'const', at);
    if (schema.enum !== undefined) return this.#values(schema, schema.enum, 'enum', at);
    if (schema.allOf !== undefined) return this.#ruleFor(this.#all(schema, at), at, depth + 1);
    if (schema.anyOf !== undefined) return this.#any(schema, 'anyOf', at, depth);
    if (schema.oneOf !== undefined) return this.#any(schema, 'oneOf', at, depth);
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
    const types = given === undefined ? impliedTypes(schema) : Array.isArray(given) ? given : [given];
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

  #reference(schema: Schema, at: string, depth: number): string {
    this.#refuseBeside(schema, '$ref', at);
    const reference = String(schema.$ref);
    const known = this.#references.get(reference);
    if (known !== undefined) return known;
    const target = this.#target(reference, at);
    const name = this.#rules.reserve();
    this.#references.set(reference, name);
    this.#rules.define(name, this.#ruleFor(target, reference, depth + 1));
    return name;
  }

  #target(reference: string, at: string): unknown {
    if (!reference.startsWith('#')) throw this.#refuse(at, 'refers to something outside the schema');
    const target = pointedAt(this.#root, reference);
    if (target === undefined) throw this.#refuse(at, 'refers to something that is not in the schema');
    return target;
  }

  /** `const` and `enum`: those of the values that are of the type, if one is given too. */
  #values(schema: Schema, values: unknown, keyword: string, at: string): string {
    this.#refuseBeside(schema, keyword, at, 'type');
    const fitting = Array.isArray(values)
      ? values.filter((value) => schema.type === undefined || isOfType(value, schema.type))
      : [];
    if (fitting.length === 0) throw this.#refuse(at, `has a ${keyword} without values`);
    return this.#rules.add(fitting.map(jsonLiteral).join(' | '));
  }

  /** `anyOf` and `oneOf`: each choice together with what stands beside them. */
  #any(schema: Schema, keyword: 'anyOf' | 'oneOf', at: string, depth: number): string {
    const { [keyword]: choices, ...beside } = schema;
    if (!Array.isArray(choices) || choices.length === 0)
      throw this.#refuse(at, `has ${keyword} without choices`);
    const plain = assertionsBut(beside).length === 0;
    const rules = choices.map((choice, i) => {
      const place = `${at}[${i}]`;
      return this.#ruleFor(plain ? choice : this.#merged(beside, choice, place), place, depth + 1);
    });
    return this.#rules.add(rules.join(' | '));
  }

  #all(schema: Schema, at: string): Schema {
    const { allOf, ...beside } = schema;
    if (!Array.isArray(allOf)) throw this.#refuse(at, 'has an allOf that is no list');
    return allOf.reduce<Schema>((all, part) => this.#merged(all, part, at), beside);
  }

  /** `part` may be a reference: what it refers to is merged. */
  #merged(all: Schema, part: unknown, at: string): Schema {
    const target = isObject(part) && typeof part.$ref === 'string' ? this.#target(part.$ref, at) : part;
    if (!isObject(target)) throw this.#refuse(at, 'combines something other than schemas');
    const merged = merge(all, target);
    if ('conflict' in merged) throw this.#refuse(at, `combines two different ${merged.conflict}`);
    return merged.schema;
  }

  /** Refuses what would have to hold besides `keyword` and that its rule does not look at. */
  #refuseBeside(schema: Schema, keyword: string, at: string, ...allowed: string[]): void {
    const [beside] = assertionsBut(schema, keyword, ...allowed);
    if (beside !== undefined)
      throw this.#refuse(at, `uses ${beside} beside ${keyword}, which cannot be enforced`);
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
    if (least > 1)
      throw this.#refuse(at, 'uses minProperties above 1, which cannot be enforced: names may repeat');
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
    if (enforced !== undefined && (least > 0 || most !== null)) {
      throw this.#refuse(
        at,
        `uses minLength or maxLength beside format ${schema.format}, which cannot be enforced`,
      );
    }
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

const times = (least: number, most: number | null): string =>
  most === null ? (least === 0 ? '*' : `{${least},}`) : `{${least},${most}}`;
