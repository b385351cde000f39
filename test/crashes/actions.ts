/** Everything that a right or a retention rule does, as the crash matrix runs it: what is there before, the act, and what is right after. */

import { consents } from './actions/consents.ts';
import { corrections } from './actions/corrections.ts';
import { erasures } from './actions/erasures.ts';
import { files } from './actions/files.ts';
import { reads } from './actions/reads.ts';
import { retention } from './actions/retention.ts';
import type { Running, Who } from './stage.ts';

/** What an action remembers from before the crash; nothing but words, since another process may look at it. */
export type Given = Record<string, string>;

export interface Action {
  /** What is done before, where nothing can crash. */
  readonly prepare?: (at: Running, who: Who) => Promise<Given>;
  readonly act: (at: Running, who: Who, given: Given) => Promise<unknown>;
  /** What goes on by itself after the start, besides what every start does. */
  readonly resume?: (at: Running, who: Who, given: Given) => Promise<unknown>;
  /**
   * `without` the act or `with` it, whole, with exactly its entries in the record (`entered`: their kinds, sorted); or
   * one of `between`. Anything else is a failure and says what is there.
   */
  readonly outcome: (at: Running, who: Who, given: Given, entered: readonly string[]) => Promise<string>;
  /** End states between the two that are right as well, each with the reason. */
  readonly between?: Readonly<Record<string, string>>;
}

export const ACTIONS: Readonly<Record<string, Action>> = {
  ...erasures,
  ...consents,
  ...corrections,
  ...retention,
  ...reads,
  ...files,
};
