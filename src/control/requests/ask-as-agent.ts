/**
 * Somebody asks for somebody else (CPPA-3): with a proof that they were let, or they are refused with the ground of the law's
 * list. Where the law has it so, also an opt-out; elsewhere an opt-out asks nothing of anybody. What needs the person goes
 * on as any stranger's request: by the link to the address that is held, or by a person here who has seen the proof.
 */
import { z } from 'zod';
import { emailInput } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { agentRule, placeInput, UNSAID } from '../law/index.ts';
import { Problem } from '../problem.ts';
import { type Caller, countMail } from '../sign-in/index.ts';
import { readProofFile, sealedProof } from './agent-proof.ts';
import { ASKED_RIGHTS, ASKS, WORDS_CHARACTERS_MAX } from './asks.ts';
import { REQUESTER } from './move.ts';
import type { RequestParts } from './parts.ts';
import { type Received, receive } from './receive.ts';
import { NOTHING_SAID, type Said } from './said.ts';
import { AUTHORITY_KINDS, agentProof } from './schema.ts';

const oneLine = (what: string) =>
  z
    .string()
    .trim()
    .min(1, what)
    .max(100, 'at most 100 characters')
    .regex(/^[^\p{C}\p{Zl}\p{Zp}<>]*$/u, 'may hold no signs that cannot be seen');

const agentInput = z.strictObject({
  right: z.enum(ASKED_RIGHTS, 'choose what you ask for'),
  place: z.union([z.literal(UNSAID), placeInput], 'choose from the list'),
  agent: oneLine('say who you are'),
  email: z.string().trim().max(320).pipe(emailInput),
  authority: z.enum(AUTHORITY_KINDS, 'choose one'),
  words: z
    .string()
    .trim()
    .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`)
    .default(''),
  /** That a deletion means the account. */
  agreed: z.string().max(10).default(''),
});
const LABELS = {
  right: 'What you ask for',
  place: 'Where they live',
  agent: 'Who you are',
  email: 'Their e-mail address',
  authority: 'What you show',
  words: 'In your words',
};

/** `file`: null where none was sent. Throws `Problem` 400, 413 and 429. */
export async function askAsAgent(
  parts: RequestParts,
  caller: Caller,
  form: unknown,
  file: Uint8Array | null,
): Promise<Received> {
  const { right, place, agent, email, authority, words, agreed } = checkInput(form, agentInput, LABELS);
  if (right === 'delete' && agreed !== 'yes')
    throw new Problem(400, 'not_agreed', 'A deletion means their account. Tick that they want that.');
  if ((right === 'correct' || right === 'object') && words === '')
    throw new Problem(400, 'invalid_input', 'In your words: say what is wrong, or which use they object to.');
  const proof = readProofFile(file);
  countMail(parts.signIn, caller, email);
  const { services, store } = parts.erasing;
  const receivedAt = store.now();
  const rule = agentRule(parts.law, place, right, new Date(receivedAt).toISOString().slice(0, 10));
  const wantsProof = ASKS[right].proof || (rule.byLaw && rule.proof !== null);
  const said: Said = { ...NOTHING_SAID, address: email, by: agent, words: words === '' ? null : words };
  return receive(
    parts,
    { right, place, said },
    {
      door: 'agent',
      receivedAt,
      by: REQUESTER,
      person: null,
      ...(wantsProof && proof === null && { refusedFor: 'agent_without_proof' }),
      mailsLink: rule.asksPerson,
      beside: async (tx, row) => {
        if (proof === null) return;
        await tx.insert(agentProof).values(sealedProof(services.vault, row, authority, proof));
      },
    },
  );
}
