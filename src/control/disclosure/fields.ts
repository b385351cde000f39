/** Names of the fields that forms about cases show again when they were refused; boxes are named by the list that they are of. */
import { CATEGORY_NAMES, CHECK_NAMES } from './words.ts';

export const CASE_FIELDS = [
  'kind',
  'authority',
  'contact',
  'reference',
  'basis',
  'named',
  'from',
  'to',
  'due',
  'gag_until',
  'gag_basis',
  'certificate',
] as const;

export const CATEGORY_FIELDS: readonly string[] = CATEGORY_NAMES.map((name) => `category_${name}`);
export const CHECK_FIELDS: readonly string[] = CHECK_NAMES.flatMap((name) => [name, `note_${name}`]);
