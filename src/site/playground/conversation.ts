/** A conversation as the page holds it, in memory only, and how it goes on. */

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as far as it has come. */
  readonly arguments: string;
}

/** What the gateway says of an answer. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** USD. */
  readonly cost: number | null;
}

/** Why there is no answer, or no whole one. */
export interface Failure {
  /** What happened and what to do. */
  readonly message: string;
  readonly code: string | null;
  readonly requestId: string | null;
  /** Where the person can do something about it; opened beside this page, which would forget the conversation. */
  readonly place?: { readonly href: string; readonly name: string };
}

export interface Said {
  readonly kind: 'user';
  readonly text: string;
}
/** What a tool answered, typed in by the person. */
export interface ToolSaid {
  readonly kind: 'tool';
  readonly call: string;
  readonly name: string;
  readonly text: string;
}
export interface Answer {
  readonly kind: 'model';
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
  /** Why it ended, in the API's words. */
  readonly finish: string | null;
  readonly usage: Usage | null;
  readonly failure: Failure | null;
}
export type Turn = Said | ToolSaid | Answer;

/** What came of an answer since the last time. */
export interface Piece {
  readonly text: string;
  readonly reasoning: string;
  /** By their place in the answer. */
  readonly calls: readonly {
    readonly index: number;
    readonly id: string;
    readonly name: string;
    readonly arguments: string;
  }[];
  readonly finish: string | null;
  readonly usage: Usage | null;
}

export const NOTHING: Piece = { text: '', reasoning: '', calls: [], finish: null, usage: null };

const BEGUN: Answer = {
  kind: 'model',
  state: 'running',
  text: '',
  reasoning: '',
  calls: [],
  finish: null,
  usage: null,
  failure: null,
};

export type Step =
  | { readonly what: 'ask'; readonly turns: readonly Turn[] }
  | { readonly what: 'piece'; readonly piece: Piece }
  | { readonly what: 'end'; readonly state: 'done' | 'stopped' }
  | { readonly what: 'fail'; readonly failure: Failure }
  | { readonly what: 'clear' };

export function goOn(turns: readonly Turn[], step: Step): readonly Turn[] {
  switch (step.what) {
    case 'ask':
      return [...step.turns, BEGUN];
    case 'clear':
      return [];
    case 'piece':
      return withLast(turns, (answer) => joined(answer, step.piece));
    case 'end':
      return withLast(turns, (answer) => ({ ...answer, state: step.state }));
    case 'fail':
      return withLast(turns, (answer) => ({ ...answer, state: 'failed', failure: step.failure }));
  }
}

/** Changes the answer that is under way; what comes after it has ended changes nothing. */
function withLast(turns: readonly Turn[], change: (answer: Answer) => Answer): readonly Turn[] {
  const last = turns.at(-1);
  if (last?.kind !== 'model' || last.state !== 'running') return turns;
  return [...turns.slice(0, -1), change(last)];
}

function joined(answer: Answer, piece: Piece): Answer {
  const calls = [...answer.calls];
  for (const { index, id, name, arguments: part } of piece.calls) {
    const known = calls[index] ?? { id: '', name: '', arguments: '' };
    calls[index] = { id: known.id || id, name: known.name + name, arguments: known.arguments + part };
  }
  return {
    ...answer,
    text: answer.text + piece.text,
    reasoning: answer.reasoning + piece.reasoning,
    calls,
    finish: piece.finish ?? answer.finish,
    usage: piece.usage ?? answer.usage,
  };
}

/** Calls of the last answer that nobody has answered yet. */
export function openCalls(turns: readonly Turn[]): readonly ToolCall[] {
  const last = turns.at(-1);
  return last?.kind === 'model' && last.state === 'done' ? last.calls : [];
}
