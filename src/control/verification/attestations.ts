/** Attestations: entered by the operator's command, in the record, never changed; the newest of each statement counts. */
import { desc } from 'drizzle-orm';
import { z } from 'zod';
import { newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import { attestation } from './schema.ts';
import { STATEMENT_WORDS, STATEMENTS, type Statement } from './statements.ts';

const DAY_MS = 86_400_000;
/** Whoever attests for longer has stopped looking. */
const DAYS_MAX = 400;
const ROLE_CHARACTERS_MAX = 80;

export interface Attestation {
  readonly statement: Statement;
  readonly words: string;
  /** Null: nobody has answered for it yet. */
  readonly standing: {
    readonly role: string;
    /** SHA-256 of the document, 64 hex digits. */
    readonly document: string;
    /** ISO. */
    readonly at: string;
    readonly until: string;
    readonly expired: boolean;
  } | null;
}

export const attestInput = (now: number) =>
  z.strictObject({
    statement: z.enum(STATEMENTS, `one of ${STATEMENTS.join(', ')}`),
    role: z
      .string()
      .trim()
      .min(1, 'say which role answers for it')
      .max(ROLE_CHARACTERS_MAX, `at most ${ROLE_CHARACTERS_MAX} characters`)
      .regex(/^[^@\p{C}]*$/u, 'a role, such as “head of infrastructure”: no address and no name'),
    document: z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the document'),
    until: z.iso
      .date('a day such as 2027-06-30')
      .transform((day) => Date.parse(`${day}T23:59:59Z`))
      .refine((at) => at > now, 'a day that is still to come')
      .refine((at) => at <= now + DAYS_MAX * DAY_MS, `at most ${DAYS_MAX} days from now: look again then`),
  });

type Parts = Pick<Store, 'record' | 'now'> & { readonly db: Db };

export async function attest(
  { record, now }: Parts,
  { statement, role, document, until }: z.output<ReturnType<typeof attestInput>>,
): Promise<void> {
  const row = { id: newId(), statement, role, document, at: new Date(now()), until: new Date(until) };
  await record.act(async (tx, enter) => {
    await tx.insert(attestation).values(row);
    const content = { statement, answers: role, document, until: row.until.toISOString() };
    await enter({ kind: 'attestation', role: 'operator', about: null, content });
  });
}

/** Every statement, with the newest that was said. */
export async function attestations({ db, now }: Pick<Parts, 'db' | 'now'>): Promise<Attestation[]> {
  const rows = await db
    .selectDistinctOn([attestation.statement])
    .from(attestation)
    .orderBy(attestation.statement, desc(attestation.at));
  return STATEMENTS.map((statement) => {
    const row = rows.find((each) => each.statement === statement);
    return {
      statement,
      words: STATEMENT_WORDS[statement],
      standing:
        row === undefined
          ? null
          : {
              role: row.role,
              document: row.document,
              at: row.at.toISOString(),
              until: row.until.toISOString(),
              expired: row.until.getTime() <= now(),
            },
    };
  });
}
