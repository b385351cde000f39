/** Every mutation, clause by clause; what each covers, so that a matrix can be too old. */
import { IN_LAW } from './law.ts';
import type { Mutation } from './mutation.ts';
import { IN_ROWS } from './rows.ts';
import { COLLECTING } from './source/collecting.ts';
import { INFERENCE } from './source/inference.ts';
import { KEEPING } from './source/keeping.ts';

export type { Mutation } from './mutation.ts';

export const MUTATIONS: readonly Mutation[] = [
  ...INFERENCE,
  ...COLLECTING,
  ...KEEPING,
  ...IN_LAW,
  ...IN_ROWS,
];

export const nameOf = ({ clause, what }: Mutation): string => `${clause}: ${what}`;
