/** Reads single fields of a request body; what is absent or null gets the default, what is wrong throws 400. */
import { invalid } from './api-error.ts';

export type Body = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const absent = (value: unknown): value is null | undefined => value === undefined || value === null;

export function readNumber(body: Body, name: string, least: number, most: number, fallback: number): number {
  const value = body[name];
  if (absent(value)) return fallback;
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw invalid(name, `${name} must be a number from ${least} to ${most}.`);
  }
  return value;
}

export function readWhole<F extends number | null>(
  body: Body,
  name: string,
  least: number,
  most: number,
  fallback: F,
): number | F {
  const value = body[name];
  if (absent(value)) return fallback;
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw invalid(name, `${name} must be a whole number from ${least} to ${most}.`);
  }
  return value as number;
}

export function readFlag(body: Body, name: string, fallback: boolean): boolean {
  const value = body[name];
  if (absent(value)) return fallback;
  if (typeof value !== 'boolean') throw invalid(name, `${name} must be true or false.`);
  return value;
}

export function readObject(body: Body, name: string): Body | null {
  const value = body[name];
  if (absent(value)) return null;
  if (!isObject(value)) throw invalid(name, `${name} must be an object.`);
  return value;
}

export function readList(body: Body, name: string, most: number): readonly unknown[] | null {
  const value = body[name];
  if (absent(value)) return null;
  if (!Array.isArray(value) || value.length > most) {
    throw invalid(name, `${name} must be a list of at most ${most} entries.`);
  }
  return value;
}

/** The name in `model`, which every request must give. */
export function readModel(body: Body): string {
  const value = body.model;
  if (typeof value !== 'string' || value === '')
    throw invalid('model', 'You must give the name of a model in model.');
  return value;
}
