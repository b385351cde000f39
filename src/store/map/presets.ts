/** Facts that many columns share, so that a schema says only what is its own. */
import type { StoredFacts } from './columns.ts';

export const PLAIN = {
  id: 'a random id: nothing links it to a person once their key is gone',
  amount: 'an amount: says nothing about anybody without the ids beside it',
  count: 'a count: says nothing about anybody without the ids beside it',
  time: 'a time: says nothing about anybody without the ids beside it',
  choice: 'a word of a closed list',
} as const;

/** The random id of a subject, or a reference to one, whose row goes with it. */
export const subjectId = <const Label extends string>(label: Label) =>
  ({
    label,
    class: 'user.unique_id',
    purposes: ['provide_service', 'account', 'rights'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'a random id means nothing but itself' },
    erase: 'delete row',
    plain: PLAIN.id,
  }) as const satisfies StoredFacts;

/** A setting that its people change on the page or with the command made for it; the row goes with its subject. */
export const setting = <const Label extends string>(label: Label, plain: string = PLAIN.choice) =>
  ({
    label,
    class: 'user.account',
    purposes: ['provide_service', 'account'],
    source: 'given',
    access: 'yes',
    export: 'yes',
    correct: { no: 'changed where it is set' },
    erase: 'delete row',
    plain,
  }) as const satisfies StoredFacts;

/** A moment that something happened; the row goes with its subject. */
export const occurred = <const Label extends string>(label: Label) =>
  ({
    label,
    class: 'user.behavior',
    purposes: ['provide_service', 'security'],
    source: 'observed',
    access: 'yes',
    export: 'yes',
    correct: { no: 'what happened is not changed' },
    erase: 'delete row',
    plain: PLAIN.time,
  }) as const satisfies StoredFacts;
