/** The task that both sides compute: the same prompts, greedily, so that both make the same tokens. */

export interface Task {
  /** Answers computed at once. */
  readonly parallel: number;
  readonly maxTokens: number;
}

export interface Done {
  readonly tokens: number;
  readonly seconds: number;
  /** Until the first token of each answer, in milliseconds. */
  readonly firstTokenMs: readonly number[];
}

export const CONTEXT_TOKENS = 2048;
export const SEQUENCES = 8;

/** Different beginnings, since nobody asks the same eight times. */
export const promptOf = (answer: number): string =>
  `Chapter ${answer + 1}. It was a bright cold day in April, and the old lighthouse keeper climbed the stairs, thinking about`;
