/** Facts that the gallery's tables share, so that each file shows its own mistake and nothing else. */
import { z } from 'zod';

export const name = {
  label: 'Name',
  class: 'user.name',
  purposes: ['account'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { as: z.string().min(1) },
  erase: 'key death',
} as const;

export const number = {
  label: 'Id',
  class: 'user.unique_id',
  purposes: ['account'],
  source: 'derived',
  access: 'yes',
  export: 'yes',
  correct: { no: 'a random id means nothing but itself' },
  erase: 'delete row',
  plain: 'a random id',
} as const;

export const time = {
  ...number,
  label: 'When',
  class: 'user.behavior',
  source: 'observed',
  correct: { no: 'what happened is not changed' },
  plain: 'a time',
} as const;
