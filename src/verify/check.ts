/** What a check is: it looks at the running system, and says in plain words what it saw. */
import type { CheckStanding } from '../control/verification/index.ts';
import type { Eyes } from './eyes.ts';

/** How often it looks by itself. */
export type Pace = 'minutes' | 'hour' | 'day';

export type Seen = Pick<CheckStanding, 'verdict' | 'observed'>;

export interface Check {
  readonly id: string;
  /** The clauses that it stands for. */
  readonly clauses: readonly string[];
  readonly pace: Pace;
  /** Milliseconds that it leaves a start alone, by itself; left out: none. */
  readonly restsMs?: number;
  /** Checks, by their ids, without which what this one sees proves nothing: while one of them is broken, so is this. */
  readonly restsOn?: readonly string[];
  /** How it looks: one sentence for who reads the page. */
  readonly probe: string;
  /** Rejects where it cannot look. */
  look(eyes: Eyes, signal: AbortSignal): Promise<Seen>;
}

/** It cannot be looked at; the message says why, in words of ours. */
export class CannotLook extends Error {
  override readonly name = 'CannotLook';
}

export const kept = (observed: string): Seen => ({ verdict: 'kept', observed });
export const broken = (observed: string): Seen => ({ verdict: 'broken', observed });
/** No program can see it; says who answers for it. */
export const attested = (observed: string): Seen => ({ verdict: 'attested', observed });
/** Built, and never switched on here; says what is missing. */
export const off = (observed: string): Seen => ({ verdict: 'off', observed });

/** Broken with the first few of what is wrong, kept where nothing is. */
export const noneOf = (wrong: readonly string[], observed: string): Seen =>
  wrong.length === 0
    ? kept(observed)
    : broken(`${wrong.slice(0, 3).join('; ')}${wrong.length > 3 ? `; and ${wrong.length - 3} more` : ''}.`);

export const countOf = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
