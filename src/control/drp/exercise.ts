/** An agent exercises a right for somebody (2.01): checked in the order of section 3.07, taken once, and then as any request. */
import { type Id, newId } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { NAMED_PLACES } from '../law/index.ts';
import { receiveFromAgent } from '../requests/index.ts';
import type { RequestRow } from '../requests/schema.ts';
import { countTry, onSteps } from '../sign-in/index.ts';
import { callbackOf } from './callback-url.ts';
import { agentContent } from './content.ts';
import type { Agent, Directory } from './directory.ts';
import { ofRequest } from './find.ts';
import { claimsOf, placeOf } from './identity.ts';
import { demandOurs, type ExerciseMessage, exerciseMessage, readMessage } from './messages.ts';
import type { DrpParts } from './parts.ts';
import { notSigned } from './refused.ts';
import { drpRequest, TOLD_DAYS } from './schema.ts';
import { hashOf, isSignedBy, jsonOf, readSigned } from './signed-message.ts';
import { statusOf } from './status.ts';
import { demandNew, takeOnce } from './take-once.ts';
import { toldNow } from './told.ts';
import { EXERCISES, type ExerciseStatus } from './words.ts';

const DAY_MS = 86_400_000;

/** Throws `DrpRefused` 400, 403 and 409, and `SignInRefused` (`too_many_tries`). */
export async function exercise(
  parts: DrpParts,
  { businessId }: Directory,
  agent: Agent,
  body: string,
): Promise<ExerciseStatus> {
  const { requesting } = parts;
  const { services, store } = requesting.erasing;
  const signed = readSigned(body);
  if (!isSignedBy(signed, agent.key)) throw notSigned();
  const message = readMessage(jsonOf(signed), exerciseMessage);
  demandOurs(message, agent.id, businessId, store.now());
  const callback = callbackOf(agent, message.status_callback);
  const hash = hashOf(agent.id, signed);
  await demandNew(services.db, hash);
  const address = message.email || null;
  if (address !== null) countTry(requesting.signIn, 'mail', address);
  // Whether the address is held shows neither in the answer nor in its time.
  const request = await onSteps(() =>
    receiveFromAgent(requesting, {
      agent: agent.id,
      right: EXERCISES[message.exercise],
      place: placeOf(message, NAMED_PLACES),
      address,
      words: claimsOf(message),
      beside: async (tx, row) => {
        await takeOnce(tx, hash, message['expires-at']);
        await remember(parts, tx, row, { agent: agent.id, message, callback });
      },
    }),
  );
  const answer = await answerTo(parts, request);
  void parts.requests.wake();
  return answer;
}

interface Sent {
  readonly agent: string;
  readonly message: ExerciseMessage;
  readonly callback: string | null;
}

async function remember(
  { requesting: { erasing } }: DrpParts,
  tx: Tx,
  { id: request, respondBy, extendableTo }: RequestRow,
  { agent, message, callback }: Sent,
): Promise<void> {
  const id = newId();
  const until = (extendableTo ?? respondBy).getTime() + TOLD_DAYS * DAY_MS;
  const said = { number: message['agent-request-id'] ?? null, callback };
  await tx.insert(drpRequest).values({
    id,
    request,
    agent,
    regime: message.regime === 'ccpa' ? 'ccpa' : 'voluntary',
    createdAt: new Date(erasing.store.now()),
    content: await agentContent.seal(erasing.services, id, said, until),
    stepsSeen: 0,
    told: '',
    attempts: 0,
  });
}

/** The answer tells the agent how it stands, so that no callback has to. */
async function answerTo(parts: DrpParts, request: Id): Promise<ExerciseStatus> {
  const row = await ofRequest(parts.requesting.erasing.services.db, request);
  const seen = await statusOf(parts, row);
  await toldNow(parts, row, seen);
  return seen.shown;
}
