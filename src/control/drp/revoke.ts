/**
 * An agent takes a request back (2.04). The protocol's message names neither the request nor a time; where an agent says
 * them all the same, they are checked, and such a message is taken once.
 */
import type { z } from 'zod';
import { withdrawForAgent } from '../requests/index.ts';
import type { Agent, Directory } from './directory.ts';
import { ofAgent } from './find.ts';
import { demandOurs, readMessage, revokeMessage, windowed } from './messages.ts';
import type { DrpParts } from './parts.ts';
import { DrpRefused, notSigned } from './refused.ts';
import { hashOf, isSignedBy, jsonOf, readSigned } from './signed-message.ts';
import { statusOf } from './status.ts';
import { takeOnce } from './take-once.ts';
import { toldNow } from './told.ts';
import { type ExerciseStatus, uuidOf } from './words.ts';

/** `said`: the request's number in the address. Throws `DrpRefused` 400, 403 and 409, and `Problem` 409. */
export async function revoke(
  parts: DrpParts,
  directory: Directory,
  agent: Agent,
  { said, body }: { readonly said: string; readonly body: string },
): Promise<ExerciseStatus> {
  const { db } = parts.requesting.erasing.services;
  const row = await ofAgent(db, agent.id, said);
  const signed = readSigned(body);
  if (!isSignedBy(signed, agent.key)) throw notSigned();
  const message = readMessage(jsonOf(signed), revokeMessage);
  if (message.request_id != null && message.request_id.toLowerCase() !== uuidOf(row.request))
    throw new DrpRefused(403, 'request_id is not that of the request in the address.');
  const window = windowOf(message);
  if (window !== null) {
    demandOurs(window, agent.id, directory.businessId, parts.requesting.erasing.store.now());
    await db.transaction((tx) => takeOnce(tx, hashOf(agent.id, signed), window['expires-at']));
  }
  await withdrawForAgent(parts.requesting, row.request);
  const seen = await statusOf(parts, row);
  await toldNow(parts, row, seen);
  return seen.shown;
}

const WINDOW = ['agent-id', 'business-id', 'issued-at', 'expires-at'] as const;

/** All of it or nothing. Throws `DrpRefused` 400. */
const windowOf = (message: z.output<typeof revokeMessage>): z.output<typeof windowed> | null =>
  WINDOW.some((key) => message[key] !== undefined) ? readMessage(message, windowed) : null;
