/** What a case is about, as a form says it: kinds of data, and from which day to which. */
import { z } from 'zod';
import { Problem } from '../problem.ts';
import { CATEGORY_NAMES, type Category } from './words.ts';

const DAY_MS = 86_400_000;
const day = z
  .string()
  .regex(/^(|\d{4}-\d\d-\d\d)$/, 'must be a day like 2027-01-31')
  .refine((text) => text === '' || !Number.isNaN(Date.parse(text)), 'must be a day like 2027-01-31');

export const scopeInput = z.strictObject({
  categories: z.array(z.enum(CATEGORY_NAMES)).min(1, 'choose at least one'),
  from: day.default(''),
  to: day.default(''),
});
export const SCOPE_LABELS = { categories: 'Kinds of data', from: 'Data since', to: 'Data until' };

export interface Scope {
  readonly categories: Category[];
  readonly rangeFrom: Date | null;
  /** The end of the last day. */
  readonly rangeTo: Date | null;
}

/** The start of a day, UTC; null for none. */
export const dayOrNull = (text: string): Date | null => (text === '' ? null : new Date(`${text}T00:00:00Z`));
/** Its end. */
const endOf = (text: string): Date | null =>
  text === '' ? null : new Date(Date.parse(`${text}T00:00:00Z`) + DAY_MS);
export const dayInput = day;

/** Throws `Problem` 400. */
export function scopeOf({ categories, from, to }: z.output<typeof scopeInput>): Scope {
  const scope = { categories, rangeFrom: dayOrNull(from), rangeTo: endOf(to) };
  if (scope.rangeFrom !== null && scope.rangeTo !== null && scope.rangeFrom >= scope.rangeTo)
    throw new Problem(400, 'invalid_input', 'Data until: must not lie before the first day.');
  return scope;
}

const isWithin = (scope: Scope, { rangeFrom, rangeTo }: Scope): boolean =>
  (rangeFrom === null || (scope.rangeFrom !== null && scope.rangeFrom >= rangeFrom)) &&
  (rangeTo === null || (scope.rangeTo !== null && scope.rangeTo <= rangeTo));

/** Whether it is less than the other, and nothing else. */
export const isNarrower = (scope: Scope, than: Scope): boolean =>
  scope.categories.every((each) => than.categories.includes(each)) &&
  isWithin(scope, than) &&
  (scope.categories.length < than.categories.length ||
    scope.rangeFrom?.getTime() !== than.rangeFrom?.getTime() ||
    scope.rangeTo?.getTime() !== than.rangeTo?.getTime());

/** Boxes of a form that are ticked: fields named like `category_user.name`. */
export const tickedCategories = (form: Readonly<Record<string, string>>): string[] =>
  CATEGORY_NAMES.filter((name) => form[`category_${name}`] === 'yes');
