/**
 * Somebody of the staff decides: whole, in part or not at all; what is not done has a ground of the law's list, the
 * rule, what would change it, and the way to an appeal, which somebody else decides.
 */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { demandCorrectable } from '../rights/index.ts';
import {
  APPEAL_DECISIONS,
  type AppealDecision,
  type Decision,
  EXTENSION_REASONS,
  WORDS_CHARACTERS_MAX,
} from './asks.ts';
import { appealEnd, groundsOf } from './law-of-request.ts';
import { sendLetter } from './letters.ts';
import { type Actor, move, onRequest, SYSTEM } from './move.ts';
import { endOutsider } from './outsider-row.ts';
import type { RequestParts } from './parts.ts';
import { NOTHING_SAID, sealSaid } from './said.ts';
import { privacyRequest, type RequestRow } from './schema.ts';

/** Who decides; `role` as the record names it. */
export interface Decider {
  readonly person: Id;
  readonly role: Actor['role'];
}

const empty = z.literal('').transform(() => undefined);
const optional = <S extends z.ZodType>(schema: S) => z.union([empty, schema]).optional();
const wordsInput = z
  .string()
  .trim()
  .min(1, 'say why, for whoever asked')
  .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`);

/** `item` and `value`: what is put right, where a correction was asked for in words. */
const decisionInput = z.strictObject({
  decision: z.enum(['whole', 'part', 'refused'], 'choose one'),
  ground: optional(z.string().max(100)),
  words: wordsInput,
  item: optional(z.string().max(300)),
  value: optional(z.string().max(WORDS_CHARACTERS_MAX)),
});
export const appealInput = decisionInput.extend({
  decision: z.enum(APPEAL_DECISIONS, 'choose one'),
});
export const DECISION_LABELS = {
  decision: 'Decision',
  ground: 'Ground',
  words: 'Reason',
  item: 'What',
  value: 'New value',
};

/** Throws `Problem` 400, 403 (`own_request`), 404 and 409 (`not_now`). */
export async function decide(parts: RequestParts, id: Id, by: Decider, form: unknown): Promise<void> {
  const wish = checkInput(form, decisionInput, DECISION_LABELS);
  const { decision } = wish;
  await onRequest(parts, id, async (tx, enter, row) => {
    demandOther(row, by);
    const ground = demandGround(parts, row, decision, wish.ground);
    const now = new Date(parts.erasing.store.now());
    const set = {
      decision,
      ground,
      decidedBy: by.person,
      decidedAt: now,
      nextAt: now,
      ...(decision !== 'whole' && { appealUntil: appealEnd(now) }),
      ...whatToCorrect(parts, row, decision, wish),
    };
    const decided = await move(parts, tx, enter, row, {
      event: 'decide',
      by: { cause: 'staff', ...by },
      words: wish.words,
      set,
      content: { decision, ...(ground !== null && { ground }) },
    });
    if (decision !== 'whole')
      await sendLetter(parts, tx, decided, decision === 'part' ? 'request_part' : 'request_refused');
    await afterwards(parts, tx, enter, decided, decision !== 'refused');
  });
  parts.signIn.notices.wake();
}

/** By another than who decided first. Throws as `decide`, and 403 (`decided_first`). */
export async function decideAppeal(parts: RequestParts, id: Id, by: Decider, form: unknown): Promise<void> {
  const wish = checkInput(form, appealInput, DECISION_LABELS);
  await onRequest(parts, id, async (tx, enter, row) => {
    demandOther(row, by);
    if (row.decidedBy === by.person)
      throw new Problem(403, 'decided_first', 'You decided this first. Somebody else decides the appeal.');
    await endOutsider(tx, id, 'taken', parts.erasing.store.now());
    const actor = { cause: 'other_staff', ...by } as const;
    await decideAppealIn(parts, tx, enter, row, wish, { actor, set: { appealDecidedBy: by.person } });
  });
  parts.signIn.notices.wake();
}

interface AppealDecider {
  readonly actor: Actor;
  /** Who it was, in the row. */
  readonly set: Pick<RequestRow, 'appealDecidedBy'> | Pick<RequestRow, 'appealOutsider'>;
}

/** In the caller's transaction, who has looked whether they may. Throws `Problem` 400 and 409. */
export async function decideAppealIn(
  parts: RequestParts,
  tx: Acting[0],
  enter: Acting[1],
  row: RequestRow,
  wish: z.output<typeof appealInput>,
  { actor, set: who }: AppealDecider,
): Promise<void> {
  const { decision } = wish;
  const set = {
    ...who,
    appealDecision: decision,
    nextAt: new Date(parts.erasing.store.now()),
    ...whatToCorrect(parts, row, decision, wish),
  };
  const decided = await move(parts, tx, enter, row, {
    event: 'decide_appeal',
    by: actor,
    words: wish.words,
    set,
    content: { decision },
  });
  await sendLetter(parts, tx, decided, 'appeal_decided');
  await afterwards(parts, tx, enter, decided, decision !== 'upheld');
}

const extensionInput = z.strictObject({ extension: z.enum(EXTENSION_REASONS, 'choose one') });

/** Once, within the first period, as far as the law lets. Throws `Problem` 400, 404 and 409 (`not_extendable`). */
export async function extend(parts: RequestParts, id: Id, by: Decider, form: unknown): Promise<void> {
  const { extension } = checkInput(form, extensionInput, { extension: 'Reason' });
  await onRequest(parts, id, async (tx, enter, row) => {
    const now = parts.erasing.store.now();
    if (row.extendedAt !== null || row.extendableTo === null || now > row.respondBy.getTime())
      throw new Problem(
        409,
        'not_extendable',
        'The answer cannot be put off: it was already, the first period is over, or the law does not let it.',
      );
    const set = { extension, extendedAt: new Date(now), dueAt: row.extendableTo };
    const longer = await move(parts, tx, enter, row, {
      event: 'extend',
      by: { cause: 'staff', ...by },
      set,
      content: { extension },
    });
    await sendLetter(parts, tx, longer, 'request_extended');
  });
  parts.signIn.notices.wake();
}

type Acting = Parameters<Parameters<typeof onRequest>[2]>;

async function afterwards(
  parts: RequestParts,
  tx: Acting[0],
  enter: Acting[1],
  decided: RequestRow,
  something: boolean,
): Promise<void> {
  if (something) {
    await move(parts, tx, enter, decided, { event: 'carry_out', by: SYSTEM });
    return;
  }
  await move(parts, tx, enter, decided, { event: 'close', by: SYSTEM, set: { nextAt: null } });
}

/** Nobody decides about themselves. */
function demandOther({ person }: RequestRow, by: Decider): void {
  if (person === by.person)
    throw new Problem(403, 'own_request', 'This request is your own. Somebody else decides about it.');
}

function demandGround(
  { law }: RequestParts,
  row: RequestRow,
  decision: Decision,
  ground: string | undefined,
): string | null {
  if (decision === 'whole') return null;
  const known = groundsOf(law, row).find(({ code }) => code === ground);
  if (known === undefined)
    throw new Problem(400, 'invalid_input', 'Ground: name the one that it is not done for, out of the list.');
  return known.code;
}

/** What is to be put right, checked and sealed. Throws `Problem` 400 where a correction is granted and names nothing. */
function whatToCorrect(
  { erasing }: RequestParts,
  row: RequestRow,
  decision: Decision | AppealDecision,
  { item, value }: { readonly item?: string | undefined; readonly value?: string | undefined },
): Partial<RequestRow> {
  if (row.right !== 'correct' || decision === 'refused' || decision === 'upheld') return {};
  if (item === undefined || value === undefined)
    throw new Problem(400, 'invalid_input', 'What, New value: say what is put right, and to what.');
  demandCorrectable(erasing, { item, value });
  const said = sealSaid(erasing.services.vault, row, { ...NOTHING_SAID, item, value });
  return { item: said.item, value: said.value };
}

/** The request as it stands. Throws `Problem` 404. */
export async function requestById({ erasing: { services } }: RequestParts, id: Id): Promise<RequestRow> {
  const [row] = await services.db.select().from(privacyRequest).where(eq(privacyRequest.id, id));
  if (row === undefined) throw new Problem(404, 'no_such_request', 'There is no such request.');
  return row;
}
