/**
 * One parameter of the API: what it may be, and which engines are sent it under which name. The tables of such
 * parameters are the only way from a client's JSON to an engine's: what is in no table does not travel.
 */
import { DIALECTS, type Dialect } from '../../settings.ts';
import { ApiError } from '../errors.ts';
import type { Param } from '../names.ts';

/** JSON Schema, draft 2020-12, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A test of a value, the same in words for docs/parameters.md, and the same as a schema for programs. */
export interface Check {
  readonly schema: Schema;
  readonly says: string;
  readonly ok: (value: unknown) => boolean;
}

/** Like `Check`, for nested values: gives the value to send, made of known fields only, or throws `ApiError`. */
export interface Reader {
  readonly schema: Schema;
  readonly says: string;
  readonly read: (value: unknown) => unknown;
}

/** The name under which each dialect is sent a parameter; a dialect that is not named is not sent it. */
export type SentAs = Readonly<Partial<Record<Dialect, string>>>;

export interface Parameter {
  readonly name: Param;
  readonly says: string;
  readonly schema: Schema;
  readonly read: (value: unknown) => unknown;
  readonly sentAs: SentAs;
}

export const EVERY_DIALECT: readonly Dialect[] = DIALECTS;

/** A parameter that `dialects` are sent under its own name, except where `otherNames` says another. */
export function parameter(
  name: Param,
  rule: Check | Reader,
  dialects: readonly Dialect[],
  otherNames: SentAs = {},
): Parameter {
  const sentAs: Partial<Record<Dialect, string>> = {};
  for (const dialect of dialects) sentAs[dialect] = otherNames[dialect] ?? name;
  const read = 'read' in rule ? rule.read : checked(name, rule);
  return { name, says: rule.says, schema: rule.schema, read, sentAs };
}

/** The value itself when the check likes it; else throws `invalid_parameter`. */
function checked(name: Param, check: Check): (value: unknown) => unknown {
  return (value) => {
    if (!check.ok(value)) throw invalid(name);
    return value;
  };
}

/** `index` is the place in a list, from 0. */
export function invalid(param: Param, index?: number): ApiError {
  return new ApiError('invalid_parameter', { param, numbers: { index } });
}

export function missing(param: Param, index?: number): ApiError {
  return new ApiError('missing_parameter', { param, numbers: { index } });
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
