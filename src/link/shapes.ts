/**
 * The shapes that a link message may be made of: whole numbers, ids, members of closed lists, names from a narrow
 * alphabet, and bytes that are sealed. There is deliberately no shape for free text. Each shape checks at runtime; types
 * follow.
 */
import { isId } from './ids.ts';

export interface Shape<T> {
  readonly check: (value: unknown) => value is T;
}
export type Of<S> = S extends Shape<infer T> ? T : never;
export type Fields = Readonly<Record<string, Shape<unknown>>>;
export type OfFields<F extends Fields> = { readonly [K in keyof F]: Of<F[K]> };

const shape = <T>(check: (value: unknown) => boolean): Shape<T> => ({
  check: check as (v: unknown) => v is T,
});

/** A whole number from 0 to `most`. */
export const whole = (most: number = Number.MAX_SAFE_INTEGER): Shape<number> =>
  shape((v) => Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) <= most);

/** A whole number that may be below zero (a balance). */
export const signed = (): Shape<number> => shape((v) => Number.isSafeInteger(v));

export const flag = (): Shape<boolean> => shape((v) => typeof v === 'boolean');

export const id = (): Shape<string> => shape(isId);

/** Exactly `bytes` bytes as lower-case hex. */
export const hex = (bytes: number): Shape<string> => {
  const pattern = new RegExp(`^[0-9a-f]{${bytes * 2}}$`);
  return shape((v) => typeof v === 'string' && pattern.test(v));
};

/** Bytes that were sealed for a key that neither side of the link has to hold, in base64; their length is checked. */
export const sealedBytes = (least: number, most: number): Shape<string> =>
  shape(
    (v) =>
      typeof v === 'string' &&
      v.length % 4 === 0 &&
      v.length >= (least * 4) / 3 &&
      v.length <= Math.ceil(most / 3) * 4 &&
      /^[A-Za-z0-9+/]+={0,2}$/.test(v),
  );

/** A member of a closed list. */
export const oneOf = <const T extends readonly string[]>(words: T): Shape<T[number]> => {
  const known = new Set<unknown>(words);
  return shape((v) => known.has(v));
};

/** A configured name (model, region): never anything that a client sent. Control to gateway only. */
export const name = (): Shape<string> => shape((v) => typeof v === 'string' && /^[\w.:/@+-]{1,128}$/.test(v));

/** An IPv4 or IPv6 network in CIDR notation. Control to gateway only. */
export const network = (): Shape<string> =>
  shape((v) => typeof v === 'string' && /^[0-9a-f.:]{2,45}\/\d{1,3}$/.test(v));

export const orNull = <T>(inner: Shape<T>): Shape<T | null> => shape((v) => v === null || inner.check(v));

export const list = <T>(inner: Shape<T>, most: number): Shape<readonly T[]> =>
  shape((v) => Array.isArray(v) && v.length <= most && v.every((item) => inner.check(item)));

/** An object with exactly these fields. */
export const record = <F extends Fields>(fields: F): Shape<OfFields<F>> => {
  const entries = Object.entries(fields);
  return shape((v) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return false;
    const given = v as Record<string, unknown>;
    for (const [key, inner] of entries) if (!inner.check(given[key])) return false;
    return Object.keys(given).length === entries.length;
  });
};
