/**
 * What the operator says to everybody of a promise that is broken now: entered by a command, in the record, never changed.
 * It stands beside the promise and hides nothing of it.
 */
import { desc, gt } from 'drizzle-orm';
import { z } from 'zod';
import { newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import type { ClauseStanding, Standing } from './index.ts';
import { explanation } from './schema.ts';

const DAY_MS = 86_400_000;
/** Whoever has nothing new to say for longer has not mended it. */
const DAYS_MAX = 90;
const DAYS = 30;
const CHARACTERS_MAX = 500;

export interface Explanation {
  readonly words: string;
  /** ISO. */
  readonly at: string;
  /** Not shown from then on. */
  readonly until: string;
}

export interface ShownClause extends ClauseStanding {
  /** The newest, while the promise is broken. */
  readonly explanation: Explanation | null;
}
export interface ShownStanding extends Pick<Standing, 'oldest'> {
  readonly clauses: readonly ShownClause[];
}

export const explainInput = z.strictObject({
  clause: z.string().max(20),
  words: z
    .string()
    .trim()
    .min(1, 'say what happened, and what you do about it')
    .max(CHARACTERS_MAX, `at most ${CHARACTERS_MAX} characters`)
    .regex(/^[^\p{C}]*$/u, 'one paragraph, without line breaks'),
  days: z.int().min(1).max(DAYS_MAX).default(DAYS),
});

type Parts = Pick<Store, 'record' | 'now'> & { readonly db: Db };

export class Explanations {
  readonly #parts: Parts;
  /** The newest of each clause. */
  readonly #newest: Map<string, Explanation>;

  private constructor(parts: Parts, newest: Map<string, Explanation>) {
    this.#parts = parts;
    this.#newest = newest;
  }

  static async open(parts: Parts): Promise<Explanations> {
    const rows = await parts.db
      .selectDistinctOn([explanation.clause])
      .from(explanation)
      .where(gt(explanation.until, new Date(parts.now())))
      .orderBy(explanation.clause, desc(explanation.at));
    return new Explanations(parts, new Map(rows.map((row) => [row.clause, shown(row)])));
  }

  /** Throws `Problem` 404 for no clause of these, 409 for one that is not broken. */
  async explain(
    { clauses }: Standing,
    { clause, words, days }: z.output<typeof explainInput>,
  ): Promise<Explanation> {
    const found = clauses.find(({ id }) => id === clause);
    if (found === undefined)
      throw new Problem(
        404,
        'no_such_clause',
        `There is no clause ${clause}: \`kept verify\` lists them all.`,
      );
    if (found.verdict !== 'broken')
      throw new Problem(409, 'not_broken', `${clause} is not broken now: there is nothing to explain.`);
    const { record, now } = this.#parts;
    const at = now();
    const row = { id: newId(), clause, words, at: new Date(at), until: new Date(at + days * DAY_MS) };
    await record.act(async (tx, enter) => {
      await tx.insert(explanation).values(row);
      const content = { what: 'explanation', clause, words, until: row.until.toISOString() };
      await enter({ kind: 'publication', role: 'operator', about: null, content });
    });
    const made = shown(row);
    this.#newest.set(clause, made);
    return made;
  }

  /** How everything stands, for everybody. */
  beside({ oldest, clauses }: Standing): ShownStanding {
    return {
      oldest,
      clauses: clauses.map((clause) => ({
        ...clause,
        explanation: clause.verdict === 'broken' ? this.#of(clause.id) : null,
      })),
    };
  }

  #of(clause: string): Explanation | null {
    const found = this.#newest.get(clause);
    return found !== undefined && Date.parse(found.until) > this.#parts.now() ? found : null;
  }
}

const shown = ({
  words,
  at,
  until,
}: Readonly<Record<'at' | 'until', Date>> & { words: string }): Explanation => ({
  words,
  at: at.toISOString(),
  until: until.toISOString(),
});
