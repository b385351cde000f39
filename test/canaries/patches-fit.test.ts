/**
 * What tests break in copies of the source fits the source as it is: planted leaks and mutations run now and then, and what
 * does not fit any more is to be seen at once.
 */
import { expect, test } from 'vitest';
import { requireFit } from '../support/source-copy.ts';
import { MUTATIONS, nameOf } from '../verify/mutations/index.ts';
import { PLANTS } from './plants.ts';

test.each(PLANTS)('a planted leak: $name', ({ patches }) => {
  expect(() => requireFit(patches)).not.toThrow();
});

test.each(MUTATIONS.map((each) => ({ name: nameOf(each), patches: each.patches ?? [] })))(
  'a mutation: $name',
  ({ patches }) => {
    expect(() => requireFit(patches)).not.toThrow();
  },
);
