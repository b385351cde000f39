/**
 * The one page of somebody from outside. The link alone opens nothing: it is enrolled once, with the code that was handed
 * over, an app, and the duty of confidentiality; from then on every form takes a code of the app, each taken once, and
 * nobody is ever signed in.
 */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../store/store.ts';
import { checkInput } from '../input.ts';
import { type OutsiderRow, outsider } from '../outsiders/schema.ts';
import { Problem } from '../problem.ts';
import { hashToken } from '../random-token.ts';
import { type Caller, countTry, newSecret, secretUri, stepOf } from '../sign-in/index.ts';
import { DUTIES, DUTY_VERSION } from './confidentiality.ts';
import { correctablesOf } from './correctables.ts';
import { appealInput, DECISION_LABELS, decideAppealIn, requestById } from './decide.ts';
import { plainCode } from './ladder-code.ts';
import { beside, groundOf } from './law-of-request.ts';
import { wordsFor } from './letters.ts';
import { type Actor, isAt, move, onRequest } from './move.ts';
import {
  countCode,
  endOutsider,
  lockOutsider,
  outsideOver,
  outsiderByLink,
  outsiderFactor,
} from './outsider-row.ts';
import type { RequestParts } from './parts.ts';
import { wordsOf } from './read.ts';
import type { Requests } from './requests.ts';
import { readSaid } from './said.ts';
import type { RequestRow } from './schema.ts';

const ISSUER = 'Kept appeal';
export const OUTSIDER: Actor = { cause: 'outsider', role: 'outsider' };

const beginInput = z.strictObject({
  handover: z.string().trim().min(1, 'type in the code that you were given').max(100),
  duty: z.literal(DUTY_VERSION, 'tick that you accept it, in the version that is shown'),
});
const codeInput = z.strictObject({ code: z.string().trim().min(1, 'type it in').max(100) });
const LABELS = {
  handover: 'Code that you were given',
  duty: 'Duty of confidentiality',
  code: 'Code of the app',
};

const wrongCode = (): Problem =>
  new Problem(401, 'wrong_code', 'That code is not right, or was used already. Wait for the next one.');

export type OutsiderPages = ReturnType<typeof forOutsider>;

export function forOutsider(parts: RequestParts, requests: Requests) {
  const { signIn } = parts;
  const invited = async (caller: Caller, token: string) => {
    countTry(signIn, 'question', caller.network);
    const row = await outsiderByLink(parts, token);
    const request = await requestById(parts, row.request);
    if (!isAt(request, 'appeal_deciding')) throw outsideOver();
    return { row, request };
  };
  return {
    /** What is asked of them next; nothing of the request. Null: the invitation is over. */
    standing: async (caller: Caller, token: string) => {
      const found = await invited(caller, token).catch((error: unknown) => {
        if (error instanceof Problem && error.status === 410) return null;
        throw error;
      });
      if (found === null) return null;
      const { enrolledAt, endsAt } = found.row;
      const duty = { version: DUTY_VERSION, text: DUTIES[DUTY_VERSION] };
      return {
        isEnrolled: enrolledAt !== null,
        endsAt: endsAt.toISOString(),
        company: parts.company.name,
        duty,
      };
    },
    /** Answers what their app is shown. Throws `Problem` 400, 401, 409 and 410. */
    begin: async (caller: Caller, token: string, form: unknown) => {
      const { handover } = checkInput(form, beginInput, LABELS);
      const { row } = await invited(caller, token);
      return begin(parts, row, handover);
    },
    /** The first code of the app. Throws as `begin`. */
    confirm: async (caller: Caller, token: string, form: unknown) => {
      const { code } = checkInput(form, codeInput, LABELS);
      await confirm(parts, (await invited(caller, token)).row, code);
    },
    /** The request as who decides sees it; the look stands in the record first. Throws as `begin`. */
    open: async (caller: Caller, token: string, form: unknown) => {
      const { code } = checkInput(form, codeInput, LABELS);
      const { row, request } = await invited(caller, token);
      return open(parts, row, request, code);
    },
    decide: async (caller: Caller, token: string, form: unknown) => {
      const { code, ...decision } = form as Readonly<Record<string, string>>;
      const wish = checkInput(decision, appealInput, DECISION_LABELS);
      const typed = checkInput({ code }, codeInput, LABELS);
      const { row } = await invited(caller, token);
      await countCode(parts, row);
      await onRequest(parts, row.request, async (tx, enter, request) => {
        const standing = await useCode(parts, tx, row, typed.code);
        await decideAppealIn(parts, tx, enter, request, wish, {
          actor: OUTSIDER,
          set: { appealOutsider: standing.id },
        });
        await endOutsider(tx, request.id, 'decided', parts.erasing.store.now());
      });
      signIn.notices.wake();
      await requests.wake();
    },
  };
}

async function begin(parts: RequestParts, row: OutsiderRow, handover: string) {
  const { services } = parts.erasing;
  await countCode(parts, row);
  if (row.enrolledAt !== null) throw alreadyOn();
  if (row.handover !== hashToken(plainCode(handover))) throw wrongCode();
  const secret = newSecret();
  await services.db.transaction(async (tx) => {
    const standing = await lockOutsider(tx, row);
    if (standing.enrolledAt !== null) throw alreadyOn();
    const factor = outsiderFactor.sealAnew(services.vault, row.id, { secret });
    await tx
      .update(outsider)
      .set({ factor, duty: DUTY_VERSION, lastStep: 0, tries: 0 })
      .where(eq(outsider.id, row.id));
  });
  return { secret, uri: secretUri(secret, parts.company.name, ISSUER) };
}

const alreadyOn = (): Problem =>
  new Problem(
    409,
    'already_on',
    'This link was enrolled already. Type in a code of the app that was set up then.',
  );

async function confirm(parts: RequestParts, row: OutsiderRow, code: string): Promise<void> {
  await countCode(parts, row);
  await onRequest(parts, row.request, async (tx, enter, request) => {
    const standing = await lockOutsider(tx, row);
    if (standing.enrolledAt !== null) throw alreadyOn();
    await useCode(parts, tx, row, code);
    await tx
      .update(outsider)
      .set({ enrolledAt: new Date(parts.erasing.store.now()), handover: null })
      .where(eq(outsider.id, row.id));
    await move(parts, tx, enter, request, {
      event: 'enrol_outside',
      by: OUTSIDER,
      content: { outsider: row.id, duty: standing.duty },
    });
  });
}

/** Takes a code of the app, in the caller's transaction. Throws `Problem` 401 and 410. */
async function useCode(
  { erasing: { services, store } }: RequestParts,
  tx: Tx,
  row: OutsiderRow,
  code: string,
): Promise<OutsiderRow> {
  const standing = await lockOutsider(tx, row);
  const factor =
    standing.factor === null ? null : outsiderFactor.open(services.vault, row.id, standing.factor);
  const step = factor === null ? null : stepOf(factor.secret, code, store.now(), standing.lastStep);
  if (step === null) throw wrongCode();
  await tx.update(outsider).set({ lastStep: step, tries: 0 }).where(eq(outsider.id, row.id));
  return standing;
}

async function open(parts: RequestParts, row: OutsiderRow, request: RequestRow, code: string) {
  const { services, store } = parts.erasing;
  if (row.enrolledAt === null) throw wrongCode();
  await countCode(parts, row);
  const { person } = request;
  await store.record.act(async (tx, enter) => {
    await useCode(parts, tx, row, code);
    return enter({
      kind: 'staff_read',
      role: 'outsider',
      about: person === null ? null : { kind: 'person', id: person },
      content: {
        purpose: 'rights',
        reason: 'To decide your appeal, as an independent person from outside',
        table: 'privacy_request',
        row: request.id,
        outsider: row.id,
      },
    });
  });
  return {
    asked: wordsFor(parts).asked[request.right],
    right: request.right,
    state: request.state,
    dueAt: request.dueAt.toISOString(),
    decision: request.decision,
    ground: request.ground === null ? null : groundOf(parts.law, request),
    law: beside(parts.law, request),
    said: readSaid(services.vault, request),
    words: await wordsOf(parts, request),
    items: request.right === 'correct' && person !== null ? await correctablesOf(parts, person) : [],
  };
}
